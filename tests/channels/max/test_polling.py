"""MAX by long poll: the marker moves once all before it is kept, and subscriptions are in its way."""

import asyncio
from typing import Any

import pytest

from bot.failures import RetryLater
from bot.protocol import Part
from tests.channels.max.making import HOOK, SECRET, address_of, make_adapter, polling
from tests.fakes.max import FakeMax
from tests.fakes.max.server import HALF
from tests.fakes.max.updates import FIRST_MARKER, Subscription
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person


async def test_the_marker_moves_only_after_every_event_is_kept(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.gate.clear()
    await anna.says("Яма")
    async with polling(fake_max, inbox):
        await inbox.until(lambda: inbox.deliveries)
        assert len(fake_max.waiting) == 1
        assert inbox.cursors.get("max") in (None, str(FIRST_MARKER))
        inbox.gate.set()
        await fake_max.until(lambda: not fake_max.waiting)

    assert len(inbox.events) == 1
    assert inbox.cursors["max"] == str(FIRST_MARKER + 1)


async def test_what_was_not_confirmed_comes_again_after_a_restart_with_the_same_id(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.gate.clear()
    async with polling(fake_max, inbox):
        await anna.says("Яма")
        await inbox.until(lambda: inbox.deliveries)
    inbox.gate.set()
    assert inbox.events == []

    async with polling(fake_max, inbox):
        await inbox.gets(1)

    assert len({event.id for event in inbox.deliveries}) == 1


async def test_a_restart_goes_on_at_the_kept_marker(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        await anna.says("до")
        await inbox.until(lambda: inbox.cursors.get("max") == str(FIRST_MARKER + 1))
    await anna.says("пока бота не было")
    asked = len(fake_max.polls)
    async with polling(fake_max, inbox):
        await inbox.gets(2)

    assert fake_max.polls[asked] == FIRST_MARKER + 1
    assert [event.text for event in inbox.events] == ["до", "пока бота не было"]


async def test_an_empty_page_has_a_marker_too(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    page = {"updates": [], "marker": FIRST_MARKER}
    fake_max.fail_next("GET /updates", 200, page)
    async with polling(fake_max, inbox):
        await fake_max.until(lambda: fake_max.polls)
        await anna.says("Яма")
        await inbox.gets(1)

    assert fake_max.polls[0] == FIRST_MARKER


async def test_while_the_database_is_away_nothing_moves_and_the_event_comes_again(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.away_for = 2
    async with polling(fake_max, inbox):
        await anna.says("Яма")
        (event,) = await inbox.gets(1)

    assert event.text == "Яма"
    assert len(inbox.deliveries) >= 3


async def test_each_chat_keeps_its_order(fake_max: FakeMax, inbox: MemoryInbox) -> None:
    people = [fake_max.person(str(account)) for account in (42, 43, 44)]
    for person in people:
        fake_max.dialogs[person.account] = "active"
    for number in range(10):
        for person in people:
            await person.says(str(number))
    async with polling(fake_max, inbox):
        events = await inbox.gets(30)

    for person in people:
        texts = [event.text for event in events if event.person.account == person.account]
        assert texts == [str(number) for number in range(10)]


async def test_a_strange_update_is_parked_and_the_rest_goes_on(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    await anna.says("раз")
    strange = {"update_type": "message_created", "timestamp": "вчера", "message": {"body": "тайна"}}
    await fake_max.queue_odd(strange)
    await fake_max.queue_odd("ерунда")
    await anna.says("два")
    async with polling(fake_max, inbox):
        events = await inbox.gets(2)
        await fake_max.until(lambda: not fake_max.waiting)

    assert [event.text for event in events] == ["раз", "два"]
    assert strange in [raw for _, raw, _ in inbox.parked]
    assert all("тайна" not in error for _, _, error in inbox.parked)


async def test_the_marker_of_another_bot_loses_nothing_of_ours(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    ahead = str(FIRST_MARKER + 1000)
    inbox.cursors |= {"max": ahead, "max-account": "of-another-token"}
    await anna.says("раз")
    async with polling(fake_max, inbox) as adapter:
        await inbox.gets(1)
        await fake_max.until(lambda: not fake_max.waiting)

    assert inbox.cursors["max-account"] == adapter.account
    assert inbox.cursors["max"] == str(FIRST_MARKER + 1)


async def test_what_is_delivered_twice_and_late_has_one_id(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    fake_max.twice = fake_max.late = True
    async with polling(fake_max, inbox):
        for text in ("раз", "два"):
            await anna.says(text)
        await fake_max.until(lambda: not fake_max.waiting)

    assert len(inbox.deliveries) == 5
    assert [event.text for event in inbox.events] == ["раз", "два"]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502},
        {"status": 0},
        {"status": 429},
        {"status": 429, "body": "too manyrequests"},
        {"status": 200, "body": HALF},
        {"status": 200, "body": []},
    ],
)
async def test_a_failing_poll_is_tried_again(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, fault: dict[str, Any]
) -> None:
    fake_max.fail_next("GET /updates", times=2, **fault)
    await anna.says("Яма")
    async with polling(fake_max, inbox):
        await inbox.gets(1)


async def test_it_polls_twice_a_second_at_most(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        for number in range(4):
            await anna.says(str(number))
            await inbox.gets(number + 1)

    assert fake_max.refused_by_rate == 0


async def test_a_start_while_max_is_away_goes_on_when_it_is_back(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    await fake_max.go_down()
    async with polling(fake_max, inbox):
        await fake_max.come_back()
        await anna.says("Яма")
        await inbox.gets(1)


@pytest.mark.parametrize("refuses", [False, True])
async def test_polling_takes_subscriptions_away(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, refuses: bool
) -> None:
    fake_max.refuses_polls_while_subscribed = refuses
    for url in (HOOK, "https://another.example.ru/hook"):
        fake_max.subscriptions[url] = Subscription(url, "", ("bot_added",), fake_max.now)
    async with polling(fake_max, inbox):
        await fake_max.until(lambda: fake_max.polls)
        await anna.says("Яма")
        await inbox.gets(1)

    assert fake_max.subscriptions == {}


async def test_a_refused_menu_does_not_keep_the_bot_away(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    fake_max.fail_next("PATCH /me/commands", 400, {"code": "proto.payload", "message": "No"})
    async with polling(fake_max, inbox):
        await anna.says("Яма")
        await inbox.gets(1)


@pytest.mark.parametrize("status", [0, 405, 502])
async def test_a_menu_that_is_not_taken_does_not_keep_the_bot_away(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, status: int
) -> None:
    fake_max.fail_next("PATCH /me/commands", status, times=100)
    async with polling(fake_max, inbox):
        await anna.says("Яма")
        await inbox.gets(1)


async def test_who_polls_again_goes_on_at_the_marker_of_another_replica(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    fake_max.polls_are_limited = False
    adapter = make_adapter(fake_max)
    await adapter.start(inbox)
    for number in (1, 2):
        task = asyncio.create_task(adapter.receive())
        await anna.says("мы")
        await inbox.gets(2 * number - 1)
        await fake_max.until(lambda: not fake_max.waiting)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if number == 1:
            async with polling(fake_max, inbox):
                await anna.says("другие")
                await inbox.gets(2)
                await fake_max.until(lambda: not fake_max.waiting)
            kept, asked = inbox.cursors["max"], len(fake_max.polls)
    await adapter.close()

    assert fake_max.polls[asked] == int(kept)


async def test_the_token_goes_into_no_log(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    right, fake_max.token = fake_max.token, "another"
    adapter = make_adapter(fake_max)
    fake_max.token, given = right, fake_max.token
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    await fake_max.until(lambda: len(fake_max.requests) > 1)
    with pytest.raises(RetryLater) as refused:
        await adapter.send(address_of(anna), Part("Привет"), key=1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await adapter.close()

    told = repr(refused.value) + repr(refused.value.__context__) + "".join(capfd.readouterr())
    assert refused.value.cause == "token"
    assert "token" in told
    assert given not in told.replace("another_", "")
    assert SECRET not in told
