"""Codes that make a group the staff chat of a category."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import BindCode

LIFE = timedelta(hours=1)
MOST_WRONG = 5  # tries of anybody; a million codes leave a guesser nothing


def give(session: Session, category_id: int, code: str, asked_in: str, now: datetime) -> None:
    """Keep a category's new code; the one before is void."""
    row = session.get(BindCode, category_id) or BindCode(category_id=category_id)
    row.code, row.asked_in = code, asked_in
    row.expires_at, row.wrong_tries = now + LIFE, 0
    session.add(row)
    session.flush()


def live(session: Session, now: datetime) -> list[BindCode]:
    """Codes that work, locked until the end of the transaction."""
    return list(
        session.scalars(
            select(BindCode)
            .where(BindCode.expires_at > now, BindCode.wrong_tries < MOST_WRONG)
            .order_by(BindCode.category_id)
            .with_for_update()
        )
    )


def use(session: Session, code: str, now: datetime) -> BindCode | None:
    """Take the code: it works no more. None: it is wrong, and every live code has a try less."""
    rows = live(session, now)
    for row in rows:
        if row.code == code:
            session.delete(row)
            session.flush()
            return row
    for row in rows:
        row.wrong_tries += 1
    session.flush()
    return None
