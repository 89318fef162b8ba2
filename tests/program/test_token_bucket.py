"""An allowance that fills up again: never more than its size at once, and what time brings back."""

from hypothesis import given
from hypothesis import strategies as st

from bot.growing_pause import GrowingPause
from bot.token_bucket import TokenBucket

STEPS = st.lists(st.tuples(st.floats(0, 10), st.integers(1, 5)), max_size=30)


@given(STEPS)
def test_no_more_is_taken_than_it_holds_and_time_brings_back(
    steps: list[tuple[float, int]],
) -> None:
    bucket, now, taken = TokenBucket.full(10, 2, 0), 0.0, 0
    for pause, tokens in steps:
        now += pause
        if bucket.level(now) >= tokens:
            bucket.take(tokens, now)
            taken += tokens
        assert taken <= 10 + 2 * now + 1e-6


def test_it_says_when_it_holds_enough_again() -> None:
    bucket = TokenBucket.full(1, 4, 100)
    bucket.take(1, 100)
    bucket.take(1, 100)

    assert bucket.level(100) == -1
    assert bucket.holds_at(0) == 100.25
    assert bucket.level(bucket.holds_at(1)) == 1


def test_a_clock_that_is_set_back_gives_and_costs_nothing() -> None:
    bucket = TokenBucket.full(10, 1, 1_000)
    bucket.take(4, 1_000)

    assert bucket.level(500) == 6
    bucket.take(1, 500, lowest=0)
    assert bucket.level(502) == 7


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_success() -> None:
    pause = GrowingPause(1, 5)

    assert [pause.again() for _ in range(5)] == [1, 2, 4, 5, 5]
    pause.reset()
    assert pause.again() == 1
