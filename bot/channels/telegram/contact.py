"""Note when Telegram last gave its updates, and look whether another program takes them."""

from datetime import datetime, timedelta

import structlog
from aiogram import Bot

from bot.channels.contact import NOTE_EVERY, LastContact, untold
from bot.channels.telegram.events import CHANNEL
from bot.protocol import EventSink
from bot.watch import metrics

# https://core.telegram.org/bots/api#getting-updates, read 2026-11: not longer than 24 hours, asked
# for or pushed.
KEPT = timedelta(hours=24)
# A program that is being replaced asks beside the new one for seconds.
RESTART = timedelta(minutes=5)
CALL_SECONDS = 15

log = structlog.get_logger()


def last_contact() -> LastContact:
    """Return the note of when Telegram last gave its updates: the channel's cursor."""
    return LastContact(CHANNEL, CHANNEL, KEPT)


class Rivals:
    """Notes answers that another program asks for updates too: each takes what the other misses."""

    def __init__(self) -> None:
        self._first: datetime | None = None
        self._last: datetime | None = None

    async def seen(self, inbox: EventSink, now: datetime) -> None:
        """Tell the staff, once a day, if it goes on for longer than a restart. Raises Unavailable."""
        if self._first is None or self._last is None or now - self._last > RESTART:
            self._first = now
        self._last = now
        if now - self._first < RESTART:
            return
        mark = f"shared:{now.date().isoformat()}"
        await inbox.tell_gap(CHANNEL, mark, untold, since=self._first, cause="shared")


class WebhookWatch:
    """Looks whether Telegram brings updates to our address: it tells nobody that it does not."""

    def __init__(self, bot: Bot, url: str) -> None:
        self._bot = bot
        self._url = url
        self._contact = last_contact()
        self._has_brought = False

    def brought(self) -> None:
        """Telegram has brought an update, and it was kept."""
        self._has_brought = True

    async def look(self, inbox: EventSink, now: datetime) -> bool:
        """Note a contact if updates come; return False if they go to another address, or to none.

        That is told once a day. Raises Unavailable, AiogramError.
        """
        has_brought, self._has_brought = self._has_brought, False
        info = await self._bot.get_webhook_info(request_timeout=CALL_SECONDS)
        metrics.reached(CHANNEL)
        if info.url != self._url:
            log.warning("telegram_webhook_elsewhere", is_set=bool(info.url))
            mark, since = f"elsewhere:{now.date().isoformat()}", await self._contact.last(inbox)
            await inbox.tell_gap(CHANNEL, mark, untold, since=since, cause="elsewhere")
            return False
        error = info.last_error_date if info.pending_update_count else None
        if error and now - error < 2 * NOTE_EVERY and not has_brought:
            log.warning("telegram_webhook_failing", waiting=info.pending_update_count)
        else:
            await self._contact.made(inbox, now)
        return True
