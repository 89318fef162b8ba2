"""The switch that closes the web chat to new residents for a while, for all replicas."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage.database import installation

CLOSED_FOR = timedelta(hours=1)
CLOSED_UNTIL = "web-newcomers-closed-until"  # an ISO time, empty: open


def closed_until(session: Session, now: datetime) -> datetime | None:
    """When new residents may come again; None: they may."""
    kept = installation.find(session, CLOSED_UNTIL)
    until = datetime.fromisoformat(kept) if kept else None
    # Not for longer than it was closed, wherever a clock was set back to.
    return until if until and now < until <= now + CLOSED_FOR else None


def close(session: Session, now: datetime) -> datetime:
    """Close it, even if it is closed already; return the time at which it opens."""
    until = now + CLOSED_FOR
    installation.put(session, CLOSED_UNTIL, until.isoformat())
    return until


def reopen(session: Session) -> None:
    """New residents may come."""
    installation.put(session, CLOSED_UNTIL, "")
