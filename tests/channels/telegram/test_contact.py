"""Telegram keeps updates for a day: a longer absence is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.channels.telegram.contact import KEPT, Rivals, WebhookWatch, last_contact
from bot.failures import Unavailable
from tests.channels.telegram.making import SECRET, make_adapter, polling
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.telegram import FakeTelegram

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("absence", "is_told"),
    [(timedelta(minutes=1), False), (KEPT, False), (KEPT + timedelta(seconds=1), True)],
)
@pytest.mark.parametrize("restarted", [True, False])
async def test_an_absence_longer_than_a_day_is_told_once(
    inbox: MemoryInbox, absence: timedelta, is_told: bool, restarted: bool
) -> None:
    contact = last_contact()
    await contact.made(inbox, NOW)
    contact = last_contact() if restarted else contact
    for _ in range(2):
        await contact.made(inbox, NOW + absence)

    assert list(inbox.gaps) == ([f"gap:{NOW.isoformat()}"] if is_told else [])


async def test_a_first_start_and_a_strange_note_tell_nothing(inbox: MemoryInbox) -> None:
    inbox.kept_cursor = "17"
    await last_contact().made(inbox, NOW)

    assert inbox.gaps == {}
    assert inbox.kept_cursor == NOW.isoformat()


async def test_a_clock_that_is_set_back_tells_nothing(inbox: MemoryInbox) -> None:
    contact = last_contact()
    await contact.made(inbox, NOW)
    await contact.made(inbox, NOW - 3 * KEPT)

    assert inbox.gaps == {}


async def test_what_could_not_be_told_is_told_later(inbox: MemoryInbox) -> None:
    contact = last_contact()
    await contact.made(inbox, NOW)
    inbox.is_away = True
    with pytest.raises(Unavailable):
        await contact.made(inbox, NOW + 2 * KEPT)
    inbox.is_away = False
    await contact.made(inbox, NOW + 2 * KEPT)

    assert len(inbox.gaps) == 1


HERE = "https://bot.example.ru/webhook/telegram"


@pytest.fixture
async def watch(telegram: FakeTelegram) -> AsyncIterator[WebhookWatch]:
    bot = Bot(
        telegram.token,
        session=AiohttpSession(api=TelegramAPIServer.from_base(telegram.url)),
    )
    telegram.webhook = {"url": HERE, "secret": "word"}
    yield WebhookWatch(bot, HERE)
    await bot.session.close()


async def test_a_webhook_that_nobody_served_for_more_than_a_day_is_told_once(
    inbox: MemoryInbox, watch: WebhookWatch
) -> None:
    await watch.look(inbox, NOW)
    for _ in range(2):
        assert await watch.look(inbox, NOW + KEPT + timedelta(minutes=1))

    assert list(inbox.gaps) == [f"gap:{NOW.isoformat()}"]
    assert inbox.told_since == [NOW]


async def test_a_webhook_that_telegram_cannot_reach_is_no_contact(
    telegram: FakeTelegram, inbox: MemoryInbox, watch: WebhookWatch
) -> None:
    now = datetime.now(UTC)
    await watch.look(inbox, now - 2 * KEPT)
    telegram.webhook_error = "Connection refused"
    await telegram.person("42").says("Яма")
    assert await watch.look(inbox, now)
    assert inbox.gaps == {}

    watch.brought()
    await watch.look(inbox, now)
    assert list(inbox.gaps) == [f"gap:{(now - 2 * KEPT).isoformat()}"]


@pytest.mark.parametrize("url", ["https://another.example.ru/hook", ""])
async def test_a_webhook_that_points_elsewhere_is_told_once_a_day(
    telegram: FakeTelegram, inbox: MemoryInbox, watch: WebhookWatch, url: str
) -> None:
    await watch.look(inbox, NOW)
    telegram.webhook["url"] = url
    for hours in (1, 2):
        assert not await watch.look(inbox, NOW + timedelta(hours=hours))

    assert list(inbox.gaps) == [f"elsewhere:{NOW.date().isoformat()}"]
    assert inbox.told_causes == ["elsewhere"]


async def test_a_webhook_that_was_taken_away_is_taken_back(
    telegram: FakeTelegram, inbox: MemoryInbox
) -> None:
    telegram.webhook_base = "http://127.0.0.1:9"
    base = "https://bot.example.ru"
    async with polling(telegram, inbox, webhook=base, secret=SECRET):
        await inbox.until(lambda: inbox.kept_cursor)
    adapter = make_adapter(telegram, webhook=base, secret=SECRET)
    await adapter.start(inbox)
    telegram.webhook["url"] = "https://another.example.ru/hook"
    receiving = asyncio.create_task(adapter.receive())
    await inbox.until(lambda: inbox.gaps)
    await telegram.until(lambda: telegram.webhook["url"] == HERE)
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    await adapter.close()

    assert inbox.told_causes == ["elsewhere"]


async def test_two_programs_for_seconds_are_a_restart(inbox: MemoryInbox) -> None:
    rivals = Rivals()
    for seconds in (0, 30, 60, 18_000):
        await rivals.seen(inbox, NOW + timedelta(seconds=seconds))

    assert inbox.gaps == {}


async def test_another_program_that_goes_on_asking_is_told_once_a_day(inbox: MemoryInbox) -> None:
    rivals = Rivals()
    for minutes in range(30):
        await rivals.seen(inbox, NOW + timedelta(minutes=minutes))

    assert list(inbox.gaps) == ["shared:2026-11-20"]
