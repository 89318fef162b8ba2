"""Events that were dealt with, and those that could not be."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from storage.database.in_lists import is_among, padded
from storage.database.inserts import insert_in
from storage.tables import Cursor, ParkedEvent, SeenEvent

NOW = "now:"  # begins a mark of ours that says how something is, until it changes


def seen(session: Session, channel: str, event_ids: Sequence[str]) -> set[str]:
    """Those of the events that were dealt with before."""
    return set(
        session.scalars(
            select(SeenEvent.event_id).where(
                SeenEvent.channel == channel, SeenEvent.event_id.in_(event_ids)
            )
        )
    )


def last_seen(session: Session, channel: str) -> datetime | None:
    """When the last event of a channel was dealt with; marks of our own, with a colon, are none."""
    theirs = (SeenEvent.channel == channel) & ~SeenEvent.event_id.contains(":")
    return session.scalar(select(func.max(SeenEvent.at)).where(theirs))


def mark_seen(session: Session, channel: str, event_id: str, now: datetime) -> None:
    """Remember the event."""
    session.add(SeenEvent(channel=channel, event_id=event_id, at=now))


def unmark(session: Session, channel: str, marks: Sequence[str]) -> set[str]:
    """Forget those marks of our own; return the ones that were there."""
    found = seen(session, channel, marks)
    if found:
        of_these = (SeenEvent.channel == channel) & SeenEvent.event_id.in_(found)
        session.execute(delete(SeenEvent).where(of_these))
    return found


def take_new(
    session: Session, ids: Collection[tuple[str, str]], now: datetime
) -> set[tuple[str, str]]:
    """Return those of the events (channel, id) that nobody has dealt with; they are noted as dealt with.

    If another transaction is just noting one, this waits to see whether it stays.
    """
    keys = padded(sorted(set(ids)))  # of a repeated one the second meets the first
    rows = [{"channel": channel, "event_id": id_, "at": now} for channel, id_ in keys]
    note = _note(session.get_bind().dialect.name)
    return {(channel, id_) for channel, id_ in session.connection().execute(note, rows)}


@cache
def _note(dialect: str) -> ReturningInsert[str, str]:
    """Build the statement once: to build it costs more than to run it."""
    into = insert_in(dialect, SeenEvent).on_conflict_do_nothing()
    return into.returning(SeenEvent.channel, SeenEvent.event_id)


def forget_seen(session: Session, before: datetime, limit: int = 1000) -> int:
    """Delete at most ``limit`` ids from before ``before``, the oldest first; return their number.

    Messengers repeat for a day at most; older ids are not needed. Marks of how it is now stay.
    """
    key = (SeenEvent.channel, SeenEvent.event_id)
    is_id = ~SeenEvent.event_id.startswith(NOW)
    old = select(*key).where(SeenEvent.at < before, is_id).order_by(SeenEvent.at).limit(limit)
    gone = session.execute(delete(SeenEvent).where(is_among(key, old)))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult


def park(
    session: Session,
    channel: str,
    event_id: str,
    kind: str,
    content: dict[str, Any],
    error: str,
    now: datetime,
) -> bool:
    """Keep what could not be dealt with, once; return whether it was not seen before."""
    if seen(session, channel, [event_id]):
        return False
    mark_seen(session, channel, event_id, now)
    session.add(
        ParkedEvent(
            channel=channel, event_id=event_id, kind=kind, content=content, error=error, at=now
        )
    )
    return True


def cursor(session: Session, channel: str) -> str | None:
    """The place up to which a channel has been read."""
    row = session.get(Cursor, channel)
    return row.value if row else None


def move_cursor(session: Session, channel: str, value: str) -> None:
    """Remember how far a channel has been read."""
    session.merge(Cursor(channel=channel, value=value))
