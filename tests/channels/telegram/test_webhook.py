"""Telegram by webhook: nobody else is believed, and what is not kept comes again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram.adapter import TelegramAdapter
from bot.protocol import Part
from tests.channels.telegram.making import ANNA, SECRET, make_adapter, rows
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
async def served(telegram: FakeTelegram, inbox: MemoryInbox) -> AsyncIterator[str]:
    """The bot behind its webhook; the address where it really listens."""
    adapter = make_adapter(telegram, webhook="https://bot.example.ru", secret=SECRET)
    app = web.Application()
    app.router.add_routes(adapter.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    telegram.webhook_base = base
    await adapter.start(inbox)
    receiving = asyncio.create_task(adapter.receive())
    yield base
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    await runner.cleanup()
    await adapter.close()


async def test_updates_come_by_webhook(
    telegram: FakeTelegram, inbox: MemoryInbox, served: str, anna: Person
) -> None:
    await anna.says("Яма")
    await inbox.gets(1)
    await telegram.until(lambda: not telegram.waiting)

    assert telegram.webhook["url"] == "https://bot.example.ru/webhook/telegram"
    assert telegram.webhook_answers == [200]


async def test_an_unavailable_inbox_says_503_and_gets_it_again(
    telegram: FakeTelegram, inbox: MemoryInbox, served: str, anna: Person
) -> None:
    inbox.away_for = 2
    await anna.says("Яма")
    await inbox.gets(1)
    await telegram.until(lambda: not telegram.waiting)

    assert telegram.webhook_answers == [503, 503, 200]


async def test_a_strange_update_is_parked(
    telegram: FakeTelegram, inbox: MemoryInbox, served: str
) -> None:
    strange = await telegram.queue(message={"message_id": "не число"})
    await telegram.until(lambda: not telegram.waiting)

    assert [event_id for event_id, _, _ in inbox.parked] == [str(strange)]


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        ("a-wrong-word", '{"update_id": 1}', 403),
        ("", '{"update_id": 1}', 403),
        (None, '{"update_id": 1}', 403),
        (SECRET, "не JSON", 400),
        (SECRET, "[]", 400),
        (SECRET, "{}", 400),
    ],
)
async def test_who_does_not_know_the_secret_changes_nothing(
    inbox: MemoryInbox, served: str, secret: str | None, body: str, status: int
) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        ClientSession() as client,
        client.post(f"{served}/webhook/telegram", data=body, headers=headers) as response,
    ):
        assert response.status == status
    assert not inbox.events
    assert not inbox.parked


async def test_a_press_by_webhook_has_its_spinner_stopped(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    served: str,
    adapter: TelegramAdapter,
    anna: Person,
) -> None:
    await adapter.send(ANNA, Part("Что случилось?", rows("Яма")), key=1)
    await anna.presses("Яма")
    await inbox.gets(1)

    await telegram.until(lambda: telegram.answered)


def test_a_webhook_without_a_secret_is_refused(telegram: FakeTelegram) -> None:
    with pytest.raises(ValueError, match="secret"):
        make_adapter(telegram, webhook="https://bot.example.ru")
