"""One-time codes that join another account to a person: eight digits, of which only a hash is kept.

Whoever guesses has ten tries against each code, however many accounts they try from: a wrong code
counts against all that begin with the same two digits. So a guess succeeds once in a hundred
thousand codes. Who wants to end somebody's code needs ten tries, too, and has to know how it begins.
"""

import hmac
import re
import secrets
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import Account, LinkCode

LIFE = timedelta(minutes=10)
DIGITS, SHEET = 8, 2
MOST_WRONG = 10  # tries against a code, and from an account
WAIT = timedelta(hours=1)  # of an account that has tried so often
TYPED = re.compile(r"\d{4}[ \u00a0–-]?\d{4}", re.ASCII)


def read(text: str) -> str:
    """The code that a text is, as it is shown or in one piece; empty if it is none."""
    said = text.strip()
    return "".join(filter(str.isdigit, said)) if TYPED.fullmatch(said) else ""


def shown(code: str) -> str:
    """The code in two groups: so it is read out and typed."""
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def give(session: Session, account: Account, salt: int, now: datetime) -> str:
    """Return a new code of that account; the one before it ends now."""
    forget_expired(session, now)
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if _live_one(session, code, salt, now) is None:
            break
    session.merge(
        LinkCode(
            account_id=account.id,
            sheet=code[:SHEET],
            code_hash=_hash(code, salt),
            expires_at=now + LIFE,
            wrong_tries=0,
            entered_by=None,
        )
    )
    session.flush()
    return code


def must_wait(account: Account, now: datetime) -> bool:
    """Whether that account may try no more for now: it has entered too many wrong codes."""
    return account.wrong_codes >= MOST_WRONG and not _is_over(account, now)


def look_up(
    session: Session, account: Account, code: str, salt: int, now: datetime
) -> LinkCode | None:
    """The code, if it works, its row locked; a wrong one is counted."""
    found = _live_one(session, code, salt, now)
    if found:
        return found
    for row in _sheet(session, code, now):
        row.wrong_tries += 1
    if _is_over(account, now):
        account.wrong_codes = 0
    account.wrong_codes += 1
    account.wrong_at = now
    session.flush()
    return None


def take(session: Session, row: LinkCode, account: Account, now: datetime) -> None:
    """Note who entered the code: it works for nobody else, and they have its time to say yes."""
    session.execute(delete(LinkCode).where(LinkCode.entered_by == account.id))
    row.entered_by, row.expires_at = account.id, now + LIFE
    session.flush()


def taken_by(session: Session, account: Account, now: datetime) -> LinkCode | None:
    """The code that this account has entered and not answered for."""
    query = select(LinkCode).where(LinkCode.entered_by == account.id, LinkCode.expires_at > now)
    return session.scalar(query.execution_options(populate_existing=True))


def drop(session: Session, account: Account) -> None:
    """Let the code that this account has entered work no more."""
    session.execute(delete(LinkCode).where(LinkCode.entered_by == account.id))


def drop_of(session: Session, resident_id: int) -> None:
    """Let the codes of a person work no more: one was used."""
    theirs = select(Account.id).where(Account.resident_id == resident_id)
    session.execute(
        delete(LinkCode)
        .where(LinkCode.account_id.in_(theirs))
        .execution_options(synchronize_session=False)
    )


def forget_expired(session: Session, now: datetime) -> None:
    """Delete codes that nobody can use any more."""
    session.execute(delete(LinkCode).where(LinkCode.expires_at <= now))


def _live_one(session: Session, code: str, salt: int, now: datetime) -> LinkCode | None:
    wanted = _hash(code, salt)
    found = [row for row in _sheet(session, code, now) if _is_same(row.code_hash, wanted)]
    return found[0] if found else None


def _sheet(session: Session, code: str, now: datetime) -> list[LinkCode]:
    """The live codes that begin as that one, locked in the order of their keys."""
    query = select(LinkCode).where(
        LinkCode.sheet == code[:SHEET],
        LinkCode.expires_at > now,
        LinkCode.wrong_tries < MOST_WRONG,
        LinkCode.entered_by.is_(None),
    )
    return list(session.scalars(query.order_by(LinkCode.account_id).with_for_update()))


def _is_same(kept: str, wanted: str) -> bool:
    return hmac.compare_digest(kept, wanted)


def _is_over(account: Account, now: datetime) -> bool:
    return account.wrong_at is None or not timedelta(0) <= now - account.wrong_at < WAIT


def _hash(code: str, salt: int) -> str:
    return blake2b(f"link:{code}".encode(), key=salt.to_bytes(8, "big"), digest_size=16).hexdigest()
