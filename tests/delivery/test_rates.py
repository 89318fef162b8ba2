"""How much a messenger takes: windows that slide, an even pace, pauses that are kept."""

from collections import deque
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.rates import CHAT_BURST, MANY, Budget, Rates
from bot.protocol import Rate
from storage.messages import Address
from tests.fakes.memory import ROOMY, MemoryMessenger

CHANNELS = {
    "telegram": MemoryMessenger(
        "telegram",
        replace(ROOMY, pushes_per_second=1),
        of_groups=replace(ROOMY, messages_per_minute=20),
        rate=Rate(messages_per_second=30),
    ),
    "vk": MemoryMessenger("vk", rate=Rate(messages_per_second=18)),
}
GROUP = Address("telegram", "-100")


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.lists(
        st.tuples(st.floats(0, 9), st.integers(1, 10), st.floats(0, 2), st.floats(0, 2)),
        max_size=40,
    ),
    st.sampled_from([0.0, 0.5, 5.0]),
)
def test_wherever_they_are_counted_no_stretch_has_more_than_the_budget(
    there: float, back: float, steps: list[tuple[float, int, float, float]], ahead: float
) -> None:
    """A message takes at least so long there, its answer so long back."""
    budget, now = Budget(10, 60), 0.0
    for _ in range(MANY):  # long ago
        budget.take(1, -90.0)
        budget.finish(1, -90.0, took=there + back)
    counted: list[float] = []
    unanswered: list[tuple[float, int]] = []
    for pause, messages, late_there, late_back in steps:
        now += pause
        for landing in sorted(unanswered):
            if landing[0] <= now:
                budget.finish(landing[1], landing[0])
                unanswered.remove(landing)
        if budget.fits(messages, now, ahead):
            start = budget.take(messages, now)
            assert now <= start <= now + ahead + 0.001
            moment = start + there + late_there
            counted += [moment] * messages
            unanswered.append((moment + back + late_back, messages))
    for moment in counted:
        assert sum(moment - 59.999 < other <= moment for other in counted) <= 10


def test_what_is_larger_than_the_budget_goes_alone() -> None:
    budget = Budget(3, 1)
    assert budget.fits(10, 0.0)
    budget.take(10, 0.0)
    assert not budget.fits(1, 0.5)
    budget.finish(10, 0.5)
    assert not budget.fits(1, 1.4)
    assert budget.fits(1, 1.5)


def sent(rates: Rates, chat: Address, now: float, *, push: bool = False) -> bool:
    """Send one message that is answered at once."""
    if rates.take(chat, 1, now, push=push) is None:
        return False
    rates.finish(chat, 1, now, push=push)
    return True


def test_a_group_is_full_after_its_messages_and_opens_when_they_are_a_minute_old() -> None:
    rates = Rates(CHANNELS)
    assert [sent(rates, GROUP, 1.0) for _ in range(21)] == [True] * 20 + [False]

    assert rates.closed_chats(1.0) == {GROUP}
    assert rates.opens_in(1.0, 100) == 60
    assert rates.closed_chats(61.0) == set()
    assert sent(rates, Address("telegram", "42"), 1.0)


def test_a_full_channel_is_closed_for_a_second_and_others_are_not() -> None:
    rates = Rates(CHANNELS)
    for _ in range(18):
        assert sent(rates, Address("vk", "2000000001"), 5.0)

    assert rates.room("vk", 5.5) == (0, 0)
    assert rates.room("telegram", 5.5)[0] == 30
    assert rates.room("vk", 6.0)[0] == 18


def test_pushes_at_full_speed_fill_the_budget_and_leave_no_second_without_a_place() -> None:
    """At 30 a second an answer waits a quarter of a second at most, whenever it comes."""
    rates, now = Rates(CHANNELS), 0.0
    started: list[float] = []
    unanswered: deque[tuple[float, str]] = deque()
    closed_since, longest = 0.0, 0.0
    while now < 60:
        while unanswered and unanswered[0][0] <= now:
            landed, chat = unanswered.popleft()
            rates.finish(Address("telegram", chat), 1, landed, push=True)
        free, pushes = rates.room("telegram", now)
        if free:
            longest = max(longest, now - closed_since)
            closed_since = now
        for _ in range(pushes):
            chat = str(len(started))
            start = rates.take(Address("telegram", chat), 1, now, push=True)
            assert start is not None
            unanswered.append((start + 0.02, chat))
            started.append(start)
        now += 0.005

    assert len(started) / 60 >= 28.5
    assert longest < 0.25


def test_what_waits_for_its_answer_leaves_room_for_answers_in_a_dialogue() -> None:
    rates = Rates({"vk": MemoryMessenger("vk")})
    for number in range(24):
        assert rates.room("vk", 0.0)[1]
        assert rates.take(Address("vk", str(number)), 1, 0.0, push=True) is not None

    assert rates.room("vk", 0.0) == (8, 0)


def test_a_private_chat_gets_a_few_pushes_at_once_then_one_a_second() -> None:
    rates = Rates(CHANNELS)
    anna = Address("telegram", "42")
    for _ in range(CHAT_BURST):
        assert rates.closed_to_pushes(0.0) == set()
        assert sent(rates, anna, 0.0, push=True)

    assert rates.closed_to_pushes(0.5) == {anna}
    assert rates.closed_chats(0.5) == set(), "an answer to her words goes all the same"
    assert rates.opens_in(0.5, 100) <= 0.5
    assert rates.closed_to_pushes(1.0) == set()


def test_the_longer_pause_stands_and_a_chat_waits_for_itself_alone() -> None:
    rates = Rates(CHANNELS)
    rates.pause(Address("telegram", "42"), 30, 0.0, everywhere=True)
    rates.pause(Address("telegram", "43"), 1, 0.0, everywhere=True)
    assert rates.room("telegram", 29.0) == (0, 0)
    assert rates.room("telegram", 30.0)[0]
    assert rates.room("vk", 1.0)[0]

    rates.pause(GROUP, 40, 30.0, everywhere=False)
    rates.pause(Address("telegram", "42"), 40, 30.0, everywhere=False)
    assert rates.room("telegram", 31.0)[0]
    assert rates.closed_chats(31.0) == {GROUP, Address("telegram", "42")}
    assert rates.closed_chats(70.0) == set()


def test_two_private_chats_refused_at_once_close_the_channel_and_two_groups_do_not() -> None:
    rates = Rates(CHANNELS)
    rates.pause(GROUP, 20, 0.0, everywhere=False)
    rates.pause(Address("telegram", "-200"), 20, 0.1, everywhere=False)
    rates.pause(Address("telegram", "42"), 20, 0.2, everywhere=False)
    rates.pause(Address("telegram", "42"), 20, 0.3, everywhere=False)
    assert rates.room("telegram", 1.0)[0]

    rates.pause(Address("telegram", "43"), 20, 0.4, everywhere=False)
    assert rates.room("telegram", 1.0) == (0, 0)
    assert rates.room("telegram", 20.5)[0]


def test_refusals_long_after_each_other_are_the_chats_own() -> None:
    rates = Rates(CHANNELS)
    rates.pause(Address("telegram", "42"), 60, 0.0, everywhere=False)
    rates.pause(Address("telegram", "43"), 60, 10.0, everywhere=False)

    assert rates.room("telegram", 11.0)[0]


def test_what_was_picked_in_vain_leaves_its_place() -> None:
    rates = Rates(CHANNELS)
    before = rates.room("telegram", 0)
    for chat in (Address("telegram", "42"), GROUP):
        for _ in range(100):  # a database that fails so often
            assert rates.take(chat, 1, 0, push=False) is not None
            rates.give_back(chat, 1, push=False)

    assert rates.room("telegram", 0) == before


def test_the_topics_of_a_group_have_its_twenty_a_minute_together() -> None:
    rates = Rates(CHANNELS)
    topics = [Address("telegram", f"-100/{number}") for number in (17, 18, 19)]
    places = [*topics, GROUP]
    taken = [sent(rates, places[turn % 4], 1.0, push=bool(turn % 2)) for turn in range(21)]
    assert taken == [True] * 20 + [False]

    assert rates.closed_chats(1.0) == {*places}
    assert [rates.room_of(place, 1.0) for place in places] == [0] * 4
    assert sent(rates, Address("telegram", "-200/17"), 1.0), "another group has its own"
    assert rates.closed_chats(61.0) == set()
    assert rates.room_of(topics[0], 61.0) == 20


def test_a_topic_that_nobody_asked_about_before_is_as_full_as_its_group() -> None:
    rates = Rates(CHANNELS)
    for _ in range(20):
        assert sent(rates, Address("telegram", "-100/17"), 1.0)

    assert not sent(rates, Address("telegram", "-100/99"), 1.0)
    assert Address("telegram", "-100/99") in rates.closed_chats(1.0)


def test_a_pause_that_one_topic_is_asked_for_is_kept_by_all_of_its_group() -> None:
    rates = Rates(CHANNELS)
    one, other = Address("telegram", "-100/17"), Address("telegram", "-100/18")
    rates.pause(one, 30, 0.0, everywhere=False)

    assert rates.is_paused(other, 29.0)
    assert rates.is_paused(GROUP, 29.0)
    assert not rates.is_paused(Address("telegram", "-200/17"), 29.0)
    assert not rates.is_paused(other, 30.0)


def test_what_was_picked_in_vain_for_a_topic_leaves_its_place_in_the_group() -> None:
    rates = Rates(CHANNELS)
    for _ in range(30):
        assert rates.take(Address("telegram", "-100/17"), 1, 0, push=True) is not None
        rates.give_back(Address("telegram", "-100/17"), 1, push=True)

    assert rates.room_of(GROUP, 0.0) == 20
