"""Note when Telegram last gave its updates, and tell a gap that is longer than it keeps them."""

from datetime import UTC, datetime, timedelta

import structlog

from bot.channels.telegram.events import CHANNEL
from bot.protocol import EventSink, OpenDialogue

# https://core.telegram.org/bots/api#getting-updates, read 2026-11: not longer than 24 hours.
KEPT = timedelta(hours=24)
NOTE_EVERY = timedelta(minutes=10)

log = structlog.get_logger()


class LastContact:
    """The last time that updates were asked for with success, kept as the channel's cursor."""

    def __init__(self) -> None:
        self._noted: datetime | None = None

    async def made(self, inbox: EventSink, now: datetime) -> None:
        """Note a contact. If the one before was too long ago, the staff is told. Raises Unavailable."""
        before = self._noted or _moment(await inbox.cursor(CHANNEL))
        if self._noted and timedelta(0) <= now - self._noted < NOTE_EVERY:
            return
        if before and now - before > KEPT:
            log.warning("telegram_updates_lost", since=before.isoformat())
            await inbox.tell_gap(CHANNEL, f"gap:{before.isoformat()}", _untold)
        await inbox.move_cursor(CHANNEL, now.isoformat())
        self._noted = now


async def _untold(since: datetime | None) -> list[OpenDialogue] | None:
    """Telegram tells a bot of no dialogues."""
    return None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except ValueError:
        return None
