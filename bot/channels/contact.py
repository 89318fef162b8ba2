"""Note when a messenger last gave its updates, and tell a gap that is longer than it keeps them."""

from datetime import UTC, datetime, timedelta

import structlog

from bot.protocol import EventSink, OpenDialogue

NOTE_EVERY = timedelta(minutes=10)

log = structlog.get_logger()


class LastContact:
    """The last time that a messenger gave its updates, kept under ``cursor``.

    ``kept`` is the time for which it keeps them.
    """

    def __init__(self, channel: str, cursor: str, kept: timedelta) -> None:
        self._channel = channel
        self._cursor = cursor
        self._kept = kept
        self._noted: datetime | None = None

    async def made(self, inbox: EventSink, now: datetime) -> None:
        """Note a contact. If the one before was too long ago, the staff is told. Raises Unavailable."""
        if self._noted and timedelta(0) <= now - self._noted < NOTE_EVERY:
            return
        before = await self.last(inbox)  # of whichever replica
        if before and self.is_gap(before, now):
            log.warning("updates_lost", channel=self._channel, since=before.isoformat())
            await inbox.tell_gap(self._channel, f"gap:{before.isoformat()}", untold, since=before)
        await inbox.move_cursor(self._cursor, now.isoformat())
        self._noted = now

    def is_gap(self, before: datetime | None, now: datetime) -> bool:
        """Whether updates of after ``before`` are lost, as the messenger keeps them no longer."""
        return before is not None and now - before > self._kept

    async def last(self, inbox: EventSink) -> datetime | None:
        """Return the contact that was noted last; None if there is none."""
        try:
            return datetime.fromisoformat(await inbox.cursor(self._cursor) or "").astimezone(UTC)
        except ValueError:
            return None


async def untold(since: datetime | None) -> list[OpenDialogue] | None:
    """Return None: the messenger tells a bot of no dialogues."""
    return None
