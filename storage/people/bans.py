"""Accounts that may not write to the bot: kept by a salted hash and nothing else."""

from collections.abc import Collection
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from storage.tables import Appeal, Ban


def mark_of(salt: int, channel: str, account: str) -> str:
    """By which an account is known again; who has only the mark cannot read the account from it."""
    key = salt.to_bytes(8, "big")
    return blake2b(f"{channel}:{account}".encode(), key=key, digest_size=16).hexdigest()


def marks(session: Session, municipality_id: int) -> frozenset[str]:
    """All who are banned."""
    return frozenset(
        session.scalars(select(Ban.mark).where(Ban.municipality_id == municipality_id))
    )


def find(session: Session, marks: Collection[str], appeal_id: int) -> Ban | None:
    """A ban of one of these accounts, or one pronounced over that appeal (its accounts may be gone)."""
    either = or_(Ban.mark.in_(marks), Ban.appeal_id == appeal_id)
    return session.scalar(select(Ban).where(either).limit(1))


def any_of(session: Session, marks: Collection[str]) -> bool:
    """Whether one of these accounts is banned."""
    return session.scalar(select(Ban.id).where(Ban.mark.in_(marks)).limit(1)) is not None


def of(session: Session, mark: str) -> Ban | None:
    """The ban of that account."""
    return session.scalar(select(Ban).where(Ban.mark == mark).limit(1))


def ban(
    session: Session,
    appeal: Appeal,
    marks: Collection[str],
    actor: str,
    reason: str,
    at: datetime,
) -> None:
    """Let the accounts of whoever filed the appeal write no more."""
    session.add_all(
        Ban(
            municipality_id=appeal.municipality_id,
            mark=mark,
            appeal_id=appeal.id,
            actor=actor,
            reason=reason,
            at=at,
        )
        for mark in marks
    )
    session.flush()


def lift(session: Session, marks: Collection[str], appeal_id: int) -> None:
    """Let them write again. See ``find``."""
    session.execute(delete(Ban).where(or_(Ban.mark.in_(marks), Ban.appeal_id == appeal_id)))
