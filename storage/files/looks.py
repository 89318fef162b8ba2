"""Looks through files: kept before they begin, so that a file that kills who looks is known by it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import Look

LONGEST = timedelta(seconds=30)  # a look that began before that has ended one way or another


def begin(session: Session, digest: str, life: str, now: datetime) -> None:
    """Note that ``life`` begins to look."""
    session.merge(Look(digest=digest, life=life, begun_at=now))


def unfinished(session: Session, digest: str, life: str, now: datetime) -> tuple[int, int]:
    """How many looks of others came to no verdict, and how many of others may go on just now."""
    query = select(Look.begun_at).where(Look.digest == digest, Look.life != life)
    begun = list(session.scalars(query.with_for_update()))
    dead = sum(abs(now - at) > LONGEST for at in begun)  # a clock may be set back
    return dead, len(begun) - dead


def end(session: Session, digests: Sequence[str], life: str) -> None:
    """There is a verdict, or nobody wants it any more."""
    session.execute(delete(Look).where(Look.digest.in_(digests), Look.life == life))


def forget(session: Session, before: datetime, most: int) -> int:
    """Delete rows of looks that began before that time; how many."""
    old = select(Look.digest).where(Look.begun_at < before).limit(most)
    digests = list(session.scalars(old))
    session.execute(delete(Look).where(Look.digest.in_(digests), Look.begun_at < before))
    return len(digests)
