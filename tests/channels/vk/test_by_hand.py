"""What the community writes comes back as an event: ours is dropped, an administrator's is told."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application

from bot.channels.vk.adapter import VkAdapter
from bot.channels.vk.reading.events import is_our_own, to_event
from bot.channels.vk.receiving import MOST_UNKEPT
from bot.protocol import Part
from storage.messages import Address, Event, Person
from tests.channels.vk.making import anna_at, polling
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk

GROUP = 77001
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
SENT = {
    "date": 1_790_000_000,
    "from_id": -GROUP,
    "peer_id": 42,
    "out": 1,
    "conversation_message_id": 9,
    "random_id": 77,
    "text": "Завтра приедут",
    "attachments": [],
    "fwd_messages": [],
}
BY_HAND = SENT | {"admin_author_id": 7}
QUOTED = {"conversation_message_id": 5, "from_id": 42, "text": "Когда?"}


def event(message: dict[str, Any]) -> Event | None:
    update = {"type": "message_reply", "event_id": "e1", "group_id": GROUP, "object": message}
    return to_event(update, group_id=GROUP, now=NOW)


def test_what_an_administrator_wrote_is_an_event_of_that_dialogue() -> None:
    assert event(BY_HAND | {"reply_message": QUOTED}) == Event(
        id="e1",
        address=Address("vk", "42"),
        person=Person("vk", "7"),
        at=datetime.fromtimestamp(1_790_000_000, UTC),
        text="Завтра приедут",
        message="9",
        reply_to="5",
        change="by_hand",
    )


@pytest.mark.parametrize(
    ("fields", "text", "unreadable"),
    [
        ({"text": "/block 1", "payload": '{"p":"take:1"}'}, "/block 1", ""),
        ({"text": "[id42|Анна], ждите"}, "Анна, ждите", ""),
        ({"text": "", "attachments": [{"type": "sticker", "sticker": {}}]}, "", "sticker"),
        ({"attachments": [{"type": "photo", "photo": {}}]}, "Завтра приедут", "file"),
        ({"attachments": "?", "fwd_messages": 7, "geo": []}, "Завтра приедут", "file"),
        ({"is_cropped": True}, "Завтра приедут", ""),
        ({"text": None}, "", ""),
        ({"date": "?", "conversation_message_id": None}, "Завтра приедут", ""),
    ],
)
def test_its_words_are_words_and_its_files_are_only_told_of(
    fields: dict[str, Any], text: str, unreadable: str
) -> None:
    got = event(BY_HAND | fields)

    assert got is not None
    assert (got.text, got.press, got.unreadable, got.change) == (text, "", unreadable, "by_hand")
    assert (got.files, got.cropped) == ((), False)


@pytest.mark.parametrize(
    "message",
    [
        SENT,
        SENT | {"admin_author_id": 0},
        SENT | {"admin_author_id": None},
        SENT | {"peer_id": "?"},
        {"message": SENT},
        BY_HAND | {"peer_id": 2_000_000_001},
        BY_HAND | {"peer_id": -5},
        BY_HAND | {"admin_author_id": -7},
        BY_HAND | {"admin_author_id": "?"},
    ],
)
def test_what_the_bot_sent_and_what_all_read_is_no_event(message: dict[str, Any]) -> None:
    assert event(message) is None


@pytest.mark.parametrize(
    "update", [None, [], "message_reply", {"type": "message_new", "object": 1}]
)
def test_nothing_else_passes_for_ours(update: Any) -> None:
    assert not is_our_own(update)


async def test_what_the_bot_sends_moves_no_ts_and_comes_to_nobody(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = anna_at(vk)
    async with polling(adapter, inbox):
        before = inbox.kept_cursor
        for number in range(3):
            await adapter.send(anna, Part("Принято"), key=number)
        await vk.long_poll.wait_asked(vk.long_poll.ts)
        kept_then = inbox.kept_cursor
        await vk.person("42").says("Спасибо")
        await inbox.gets(1)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))

    assert vk.long_poll.ts > int(before or 0) + 3
    assert kept_then == before
    assert [event.text for event in inbox.deliveries] == ["Спасибо"]
    assert inbox.parked == []


async def test_the_kept_ts_does_not_stay_behind_for_long(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = anna_at(vk)
    async with polling(adapter, inbox):
        before = inbox.kept_cursor
        for number in range(MOST_UNKEPT + 1):
            await adapter.send(anna, Part("Принято"), key=number)
            await vk.long_poll.wait_asked(vk.long_poll.ts)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))

    assert int(inbox.kept_cursor or 0) == int(before or 0) + MOST_UNKEPT + 1


async def test_an_administrator_is_heard_by_long_poll(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna, igor = vk.person("42"), vk.person("7", "Игорь Седов")
    async with polling(adapter, inbox):
        await vk.answer_by_hand(igor, anna.room, "Завтра приедут")
        (heard,) = await inbox.gets(1)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))

    assert (heard.text, heard.person.name, heard.change) == (
        "Завтра приедут",
        "Игорь Седов",
        "by_hand",
    )


async def test_an_administrator_is_heard_by_the_callback_api(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.state.settings["message_reply"] = "1"
    anna, igor = vk.person("42"), vk.person("7", "Игорь Седов")
    await webhook.start(inbox)
    app = Application()
    app.add_routes(webhook.routes())
    async with TestServer(app) as server:
        vk.callback_url = str(server.make_url("/webhook/vk"))
        await webhook.send(Address("vk", "42"), Part("Принято"), key=1)
        await vk.answer_by_hand(igor, anna.room, "Завтра приедут")
        await inbox.gets(1)
        await vk.until(lambda: len(vk.pushes) == 2)

    assert vk.pushes == [(200, "ok")] * 2
    assert [event.change for event in inbox.deliveries] == ["by_hand"]
