"""Further devices of residents on the web: a one-time code opens a chat on one more of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.tables import Erasure, WebDeviceCode, WebSession
from storage.web import messages
from storage.web.codes import CODE_LIFE, SAME_USE_WITHIN, digits_of, hash_of, new_code

MOST = 10  # further devices of one resident; of more, the oldest are strangers again


def give_code(session: Session, account: str, now: datetime) -> tuple[str, datetime]:
    """Return a new code of that account and when it ends; the one before it ends now."""
    code = new_code()
    ends = now + CODE_LIFE
    session.merge(
        WebDeviceCode(
            account=account, code_hash=hash_of(code), expires_at=ends, used_by="", used_at=None
        )
    )
    session.flush()
    return code, ends


def account_of(session: Session, given: str, browser: str, now: datetime) -> str | None:
    """Return whose code it is if ``browser`` may use it, without using it."""
    code = WebDeviceCode
    return session.scalar(select(code.account).where(*_good(given, browser, now)))


def use_code(session: Session, given: str, browser: str, now: datetime) -> str | None:
    """Return whose code it is and take it: it works no more, but for a moment in that browser."""
    account = account_of(session, given, browser, now)
    taken = session.execute(
        update(WebDeviceCode)
        .where(*_good(given, browser, now))
        .values(used_by=hash_of(browser), used_at=now)
        .execution_options(synchronize_session=False)
    )
    return account if isinstance(taken, CursorResult) and taken.rowcount else None


def add(session: Session, token_hash: str, account: str, now: datetime) -> None:
    """Let the browser with that token open the chat of that account."""
    messages.end_session(session, token_hash)
    opened = WebSession(token_hash=token_hash, account=account, created_at=now, seen_at=now)
    messages.open_session(session, opened)
    older = (
        select(WebSession.id)
        .where(WebSession.account == account, WebSession.staff.is_(False))
        .order_by(WebSession.id.desc())
        .offset(MOST)
    )
    session.execute(delete(WebSession).where(WebSession.id.in_(list(session.scalars(older)))))


def is_open(session: Session, number: int) -> bool:
    """Whether the further device of that session opens its chat still; 0: it is the first one."""
    return not number or session.get(WebSession, number) is not None


def ended(session: Session, opened: Mapping[int, str]) -> set[int]:
    """Those of these sessions, each with its account, that are no more.

    Not yet those of whoever is being erased: they are to read that it is done.
    """
    living = session.scalars(select(WebSession.id).where(WebSession.id.in_(opened)))
    over = opened.keys() - set(living) - {0}
    accounts = {opened[number] for number in over}
    erased = session.scalars(
        select(Erasure.account).where(
            Erasure.channel == messages.CHANNEL, Erasure.account.in_(accounts)
        )
    )
    being_erased = set(erased)
    return {number for number in over if opened[number] not in being_erased}


def forget_account(session: Session, account: str) -> None:
    """Forget a resident's further devices, and their code."""
    # The code first: who uses it just now is waited for, and their device is then among the others.
    session.execute(delete(WebDeviceCode).where(WebDeviceCode.account == account))
    session.execute(
        delete(WebSession).where(WebSession.account == account, WebSession.staff.is_(False))
    )


def forget(session: Session, now: datetime) -> None:
    """Delete codes that nobody can use any more."""
    session.execute(delete(WebDeviceCode).where(WebDeviceCode.expires_at <= now))


def _good(given: str, browser: str, now: datetime) -> tuple[Any, ...]:
    used_here = (WebDeviceCode.used_by == hash_of(browser)) & (
        WebDeviceCode.used_at > now - SAME_USE_WITHIN
    )
    return (
        WebDeviceCode.code_hash == hash_of(digits_of(given)),
        WebDeviceCode.expires_at > now,
        or_(WebDeviceCode.used_by == "", used_here),
    )
