"""Note when Telegram last gave its updates, and tell a gap that is longer than it keeps them."""

from datetime import UTC, datetime, timedelta

import structlog
from aiogram import Bot

from bot.channels.telegram.events import CHANNEL
from bot.protocol import EventSink, OpenDialogue
from bot.watch import metrics

# https://core.telegram.org/bots/api#getting-updates, read 2026-11: not longer than 24 hours, asked
# for or pushed.
KEPT = timedelta(hours=24)
NOTE_EVERY = timedelta(minutes=10)
# A program that is being replaced asks beside the new one for seconds.
RESTART = timedelta(minutes=5)
CALL_SECONDS = 15

log = structlog.get_logger()


class LastContact:
    """The last time that Telegram gave its updates, kept as the channel's cursor."""

    def __init__(self) -> None:
        self._noted: datetime | None = None

    async def made(self, inbox: EventSink, now: datetime) -> None:
        """Note a contact. If the one before was too long ago, the staff is told. Raises Unavailable."""
        if self._noted and timedelta(0) <= now - self._noted < NOTE_EVERY:
            return
        before = await last_contact(inbox)  # of whichever replica
        if before and now - before > KEPT:
            log.warning("telegram_updates_lost", since=before.isoformat())
            await inbox.tell_gap(CHANNEL, f"gap:{before.isoformat()}", untold, since=before)
        await inbox.move_cursor(CHANNEL, now.isoformat())
        self._noted = now


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
        self._contact = LastContact()
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
            mark, since = f"elsewhere:{now.date().isoformat()}", await last_contact(inbox)
            await inbox.tell_gap(CHANNEL, mark, untold, since=since, cause="elsewhere")
            return False
        error = info.last_error_date if info.pending_update_count else None
        if error and now - error < 2 * NOTE_EVERY and not has_brought:
            log.warning("telegram_webhook_failing", waiting=info.pending_update_count)
        else:
            await self._contact.made(inbox, now)
        return True


async def last_contact(inbox: EventSink) -> datetime | None:
    """The contact that was noted last; None if there is none."""
    try:
        return datetime.fromisoformat(await inbox.cursor(CHANNEL) or "").astimezone(UTC)
    except ValueError:
        return None


async def untold(since: datetime | None) -> list[OpenDialogue] | None:
    """Telegram tells a bot of no dialogues."""
    return None
