"""VK by long poll: events in their order, once they are kept, and again if they are not."""

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.channels.vk.adapter import VkAdapter
from bot.failures import RetryLater
from bot.protocol import Part
from storage.messages import Address
from tests.channels.vk.making import anna_at, make_adapter, polling
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk


async def test_a_message_comes_with_the_name_of_its_author(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42", "Анна Петрова")
    async with polling(adapter, inbox):
        await anna.says("Яма на дороге")
        await anna.says("Большая")
        events = await inbox.gets(2)

    assert [event.text for event in events] == ["Яма на дороге", "Большая"]
    assert [event.person.name for event in events] == ["Анна Петрова"] * 2
    assert len(vk.calls("users.get")) == 1


async def test_without_names_events_come_all_the_same(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.fail_next("users.get", 10)
    anna = vk.person("42", "Анна Петрова")
    async with polling(adapter, inbox):
        await anna.says("Яма")
        await inbox.gets(1)
        await anna.says("Ещё одна")
        events = await inbox.gets(2)

    assert [event.person.name for event in events] == ["", "Анна Петрова"]


async def test_start_turns_the_needed_events_on(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    await adapter.start(inbox)

    assert vk.state.settings["enabled"] == "1"
    assert vk.state.settings["message_event"] == "1"


async def test_what_came_while_the_bot_was_down_is_read(vk: FakeVk, inbox: MemoryInbox) -> None:
    anna = vk.person("42")
    for text in ("до остановки", "после остановки"):
        adapter = make_adapter(vk)
        async with polling(adapter, inbox):
            if not inbox.events:
                await anna.says(text)
                await inbox.gets(1)
                await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))
            else:
                await inbox.gets(2)
        await adapter.close()
        if len(inbox.events) == 1:
            await anna.says("пока бота не было")

    assert [event.text for event in inbox.events] == ["до остановки", "пока бота не было"]


async def test_ts_moves_only_after_every_event_is_kept(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    inbox.gate.clear()
    async with polling(adapter, inbox):
        before = inbox.kept_cursor
        await vk.person("42").says("Яма")
        await vk.person("43").says("Фонарь")
        await vk.long_poll.wait_asked(int(before or 0))
        assert (inbox.kept_cursor, inbox.events) == (before, [])
        inbox.gate.set()
        await inbox.gets(2)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))


async def test_while_the_database_is_away_nothing_moves_and_the_event_comes_again(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    inbox.away_for = 2
    async with polling(adapter, inbox):
        before = int(inbox.kept_cursor or 0)
        await vk.person("42").says("Яма")
        (event,) = await inbox.gets(1)

    assert event.text == "Яма"
    assert vk.long_poll.asked.count(before) >= 3


async def test_each_chat_keeps_its_order(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    people = [vk.person(str(account)) for account in (42, 43, 44)]
    async with polling(adapter, inbox):
        for number in range(10):
            for person in people:
                await person.says(str(number))
        events = await inbox.gets(30)

    for person in people:
        texts = [event.text for event in events if event.person.account == person.account]
        assert texts == [str(number) for number in range(10)]


@pytest.mark.parametrize("failed", [1, 2, 3])
async def test_the_long_poll_recovers_from_its_failures(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, failed: int
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await anna.says("до")
        await inbox.gets(1)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))
        await vk.long_poll.fail_next(failed)
        await vk.long_poll.wait_asked(vk.long_poll.ts)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))
        await anna.says("после")
        events = await inbox.gets(2)

    assert [event.text for event in events] == ["до", "после"]


async def test_where_vk_does_not_tell_of_dialogues_the_gap_is_told_all_the_same(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.fail_next("messages.getConversations", 15)
    async with polling(adapter, inbox):
        await vk.long_poll.fail_next(1)
        await inbox.until(lambda: inbox.gaps)

    assert list(inbox.gaps.values()) == [None]


@pytest.mark.parametrize("failed", [1, 3])
async def test_a_lost_history_is_told_with_the_dialogues_that_nobody_answered(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, failed: int
) -> None:
    """One has been answered, one wrote before the gap, and in conversations people only talk."""
    anna, boris, olga = vk.person("42", "Анна Ли"), vk.person("43", "Борис"), vk.person("44")
    await olga.says("давно")
    vk.state.whole["44", "1"]["date"] = 1
    await anna.says("Открытый люк")
    await boris.says("Фонарь")
    await boris.says("Я", room=vk.conversation())
    await adapter.send(Address("vk", "43"), Part("Здравствуйте"), key=1)
    inbox.read_last = datetime(2026, 1, 1, tzinfo=UTC)
    async with polling(adapter, inbox):
        await vk.long_poll.wait_asked(vk.long_poll.ts)
        ts = vk.long_poll.ts
        await vk.long_poll.fail_next(failed)
        await inbox.until(lambda: inbox.gaps)

    (told,) = inbox.gaps[f"gap:{ts}"] or ()
    assert (told.address.chat, told.name) == ("42", "Анна Ли")
    assert told.link == "https://vk.com/gim77001?sel=42"


async def test_an_odd_update_is_parked_and_the_rest_goes_on(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await vk.deliver({"type": "message_new", "event_id": "odd", "object": {"message": 7}})
        await vk.deliver("nonsense")
        await anna.says("Яма")
        (event,) = await inbox.gets(1)

    assert event.text == "Яма"
    assert [raw for _, raw, _ in inbox.parked][1] == "nonsense"
    assert inbox.parked[0][0] == "odd"


async def test_what_is_delivered_twice_and_late_has_one_id(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.twice = vk.late = True
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await anna.says("Яма")
        await anna.says("У дома 5")
        await inbox.until(lambda: len(inbox.deliveries) == 5)

    yama, house = inbox.events
    assert inbox.deliveries == [yama, yama, house, house, yama]


async def test_a_refused_token_is_told_in_the_log_and_never_shown(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    adapter = make_adapter(vk)
    right, vk.token = vk.token, "another"
    with capture_logs() as logs:
        await adapter.start(inbox)
        task = asyncio.create_task(adapter.receive())
        await vk.until(lambda: len(vk.calls("groups.getLongPollServer")) > 1)
        with pytest.raises(RetryLater) as refused:
            await adapter.send(anna_at(vk), Part("Привет"), key=1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await adapter.close()

    assert refused.value.everywhere
    assert "vk.token_refused" in [line["event"] for line in logs]
    assert right not in str(logs) + repr(refused.value) + repr(refused.value.__context__)
