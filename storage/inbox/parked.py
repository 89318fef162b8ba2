"""Events that could not be dealt with: listed, run again, forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import ParkedEvent


def open_ones(session: Session, limit: int) -> Sequence[ParkedEvent]:
    """Those that still wait, oldest first."""
    query = select(ParkedEvent).where(ParkedEvent.settled_at.is_(None))
    return session.scalars(query.order_by(ParkedEvent.id).limit(limit)).all()


def find(session: Session, parked: int) -> ParkedEvent | None:
    """The event of that id if it still waits; locked, so that nobody runs it at the same time."""
    query = select(ParkedEvent).where(ParkedEvent.id == parked, ParkedEvent.settled_at.is_(None))
    return session.scalar(query.with_for_update())


def mark_done(row: ParkedEvent, now: datetime) -> None:
    """It was dealt with after all: what it held is personal data and goes."""
    row.settled_at = now
    row.content = {}


def drop(session: Session, row: ParkedEvent) -> None:
    """Forget it, undone."""
    session.delete(row)


def forget(session: Session, before: datetime, limit: int) -> int:
    """Delete at most ``limit`` from before ``before``; return their number."""
    old = select(ParkedEvent.id).where(ParkedEvent.at < before).limit(limit)
    gone = session.execute(delete(ParkedEvent).where(ParkedEvent.id.in_(old)))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult
