"""Who is let into the staff room on the web: one-time codes, and the browsers that used one."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.models import WebCode, WebSession

CODE_LIFE = timedelta(minutes=15)
DIGITS = 12  # ten live codes and three hundred thousand guesses in their time: 3 in a million
AGAIN = timedelta(minutes=1)  # a button pressed twice is one use, in the same browser
STAYS = timedelta(days=30)  # who did not come for so long logs in again
SEEN_EVERY = timedelta(hours=1)

# Codes


def give_code(session: Session, now: datetime, *, admin: bool = False, name: str = "") -> str:
    """A new code; only its hash is kept. ``name``: whose it is, where that is known."""
    session.execute(delete(WebCode).where(WebCode.expires_at <= now))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = WebCode(code_hash=_hash(code), admin=admin, name=name, expires_at=now + CODE_LIFE)
    session.add(row)
    session.flush()
    return code


def use_code(session: Session, given: str, browser: str, now: datetime) -> WebCode | None:
    """Take the code: it works no more, but for a moment in the same browser. None: it is wrong."""
    code = "".join(sign for sign in given if sign in "0123456789")
    by = _hash(browser)
    used = (WebCode.used_by == by) & (WebCode.used_at > now - AGAIN)
    taken = session.execute(
        update(WebCode)
        .where(WebCode.code_hash == _hash(code), WebCode.expires_at > now)
        .where(or_(WebCode.used_by == "", used))
        .values(used_by=by, used_at=now)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or not taken.rowcount:
        return None
    return session.get(WebCode, _hash(code), populate_existing=True)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


# Sessions


def living(session: Session, now: datetime) -> Sequence[WebSession]:
    """The employees' sessions, those used last first."""
    return session.scalars(
        select(WebSession)
        .where(WebSession.staff, WebSession.seen_at >= now - STAYS)
        .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
    ).all()


def is_living(session: Session, number: int, now: datetime) -> bool:
    """Whether an employee's session goes on; notes that it is in use."""
    found = session.get(WebSession, number)
    if found is None or found.seen_at < now - STAYS:
        return False
    if found.seen_at < now - SEEN_EVERY:
        found.seen_at = now
    return True


def ended(session: Session, numbers: Collection[int], now: datetime) -> set[int]:
    """Those of the sessions that are no more."""
    found = session.scalars(
        select(WebSession.id).where(WebSession.id.in_(numbers), WebSession.seen_at >= now - STAYS)
    )
    return set(numbers) - set(found)


def end(session: Session, numbers: Collection[int]) -> None:
    """End these sessions: their browsers are strangers' from now on."""
    session.execute(
        delete(WebSession)
        .where(WebSession.id.in_(numbers), WebSession.staff)
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, now: datetime) -> None:
    """Delete what nobody can use any more."""
    session.execute(delete(WebCode).where(WebCode.expires_at <= now))
    session.execute(
        delete(WebSession)
        .where(WebSession.staff, WebSession.seen_at < now - STAYS)
        .execution_options(synchronize_session=False)
    )
