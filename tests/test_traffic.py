"""How much a messenger takes: windows that slide, pauses that are kept."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.traffic import Budget, Traffic
from tests.fakes.memory import ROOMY

LIMITS = {
    "telegram": replace(ROOMY, messages_per_second=28, group_messages_per_minute=20),
    "vk": replace(ROOMY, messages_per_second=18),
}


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(1, 12))))
def test_no_stretch_of_time_ever_has_more_than_the_budget(steps: list[tuple[float, int]]) -> None:
    budget, now, taken = Budget(10, 60), 0.0, list[float]()
    for pause, messages in steps:
        now += pause
        if budget.fits(messages, now):
            budget.take(messages, now)
            taken += [now] * messages
            in_window = [moment for moment in taken if moment > now - 60]
            assert len(in_window) <= max(10, messages)


def test_a_group_is_full_after_its_messages_and_opens_when_they_are_a_minute_old() -> None:
    traffic = Traffic(LIMITS)
    group = ("telegram", "-100")
    assert [traffic.take(group, 5, now=1.0) for _ in range(5)] == [True] * 4 + [False]

    assert traffic.closed_chats(1.0) == {group}
    assert traffic.opens_in(1.0, 100) == 60
    assert traffic.closed_chats(61.0) == set()
    assert traffic.take(("telegram", "42"), 1, now=1.0)


def test_a_full_channel_is_closed_for_a_second_and_others_are_not() -> None:
    traffic = Traffic(LIMITS)
    for _ in range(18):
        assert traffic.take(("vk", "2000000001"), 1, now=5.0)

    assert traffic.open_channels(5.5) == ["telegram"]
    assert traffic.open_channels(6.0) == ["telegram", "vk"]


def test_the_longer_pause_stands_and_a_group_waits_for_itself_alone() -> None:
    traffic = Traffic(LIMITS)
    traffic.pause(("telegram", "42"), 30, 0.0, everywhere=True)
    traffic.pause(("telegram", "43"), 1, 0.0, everywhere=True)
    assert traffic.open_channels(29.0) == ["vk"]
    assert traffic.open_channels(30.0) == ["telegram", "vk"]

    traffic.pause(("telegram", "-100"), 40, 30.0, everywhere=False)
    traffic.pause(("telegram", "42"), 40, 30.0, everywhere=False)
    assert traffic.open_channels(31.0) == ["telegram", "vk"]
    assert traffic.closed_chats(31.0) == {("telegram", "-100")}


def test_a_message_larger_than_the_budget_goes_alone() -> None:
    budget = Budget(3, 1)
    assert budget.fits(10, 0.0)
    budget.take(10, 0.0)
    assert not budget.fits(1, 0.5)
    assert budget.fits(1, 1.0)
