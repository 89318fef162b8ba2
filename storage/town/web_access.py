"""Access to the staff room on the web: one-time codes, and the browsers that used one.

The room shows what its staff chat sees, so a code opens it only if the chat that it was asked in
sees everything: the main chat, or the room itself. That is looked at whenever the code or its session
is used, so it ends with the chat's rights.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.tables import StaffChat, WebCode, WebSession
from storage.town import municipalities
from storage.web import messages
from storage.web.codes import CODE_LIFE, SAME_USE_WITHIN, digits_of, hash_of, new_code

SESSION_LIFE = timedelta(days=30)  # who did not come for so long logs in again
SEEN_EVERY = timedelta(hours=1)


def room(session: Session) -> StaffChat | None:
    """The staff chat that is the room on the web; None: it is none now, and opens to nobody."""
    return municipalities.staff_chat_at(session, messages.STAFF_ROOM)


def opens_room(session: Session, staff_chat_id: int | None) -> bool:
    """Whether that staff chat sees all that the room shows."""
    here = room(session)
    chat = municipalities.staff_chat(session, staff_chat_id)
    if here is None or chat is None or chat.municipality_id != here.municipality_id:
        return False
    return chat.main or chat.id == here.id


# Codes


def give_code(
    session: Session,
    now: datetime,
    chat: StaffChat,
    *,
    admin: bool = False,
    name: str = "",
    asked_by: str = "",
) -> str:
    """A new code of that staff chat; only its hash is kept. ``name``: of the person, if known.

    ``asked_by``: ``channel:account`` of the member who asked; leaving the chat ends what it opened.
    """
    session.execute(delete(WebCode).where(WebCode.expires_at <= now))
    code = new_code()
    row = WebCode(
        code_hash=hash_of(code),
        admin=admin,
        name=name,
        staff_chat_id=chat.id,
        asked_by=asked_by,
        expires_at=now + CODE_LIFE,
    )
    session.add(row)
    session.flush()
    return code


def is_good(session: Session, given: str, browser: str, now: datetime) -> bool:
    """Whether ``browser`` may use that code; it is not used."""
    row = session.get(WebCode, hash_of(digits_of(given)))
    if row is None or row.expires_at <= now or not opens_room(session, row.staff_chat_id):
        return False
    used_here = (
        row.used_by == hash_of(browser) and row.used_at and row.used_at > now - SAME_USE_WITHIN
    )
    return not row.used_by or bool(used_here)


def use_code(session: Session, given: str, browser: str, now: datetime) -> WebCode | None:
    """Take the code: it works no more, but for a moment in the same browser. None: it is wrong."""
    code = hash_of(digits_of(given))
    by = hash_of(browser)
    used = (WebCode.used_by == by) & (WebCode.used_at > now - SAME_USE_WITHIN)
    taken = session.execute(
        update(WebCode)
        .where(WebCode.code_hash == code, WebCode.expires_at > now)
        .where(or_(WebCode.used_by == "", used))
        .values(used_by=by, used_at=now)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or not taken.rowcount:
        return None
    row = session.get(WebCode, code, populate_existing=True)
    return row if row and opens_room(session, row.staff_chat_id) else None


# Sessions


def living(session: Session, now: datetime) -> Sequence[WebSession]:
    """The employees' sessions, those used last first."""
    found = session.scalars(
        select(WebSession)
        .where(WebSession.staff, WebSession.seen_at >= now - SESSION_LIFE)
        .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
    )
    return [row for row in found if opens_room(session, row.staff_chat_id)]


def is_living(session: Session, number: int, now: datetime) -> bool:
    """Whether an employee's session goes on; notes that it is in use."""
    found = session.get(WebSession, number)
    if found is None or found.seen_at < now - SESSION_LIFE:
        return False
    if not opens_room(session, found.staff_chat_id):
        return False
    if found.seen_at < now - SEEN_EVERY:
        found.seen_at = now
    return True


def ended(session: Session, numbers: Collection[int], now: datetime) -> set[int]:
    """Those of the sessions that are no more."""
    found = session.execute(
        select(WebSession.id, WebSession.staff_chat_id).where(
            WebSession.id.in_(numbers), WebSession.seen_at >= now - SESSION_LIFE
        )
    )
    return set(numbers) - {number for number, chat in found if opens_room(session, chat)}


def of_account(session: Session, account: str, now: datetime) -> tuple[int, str] | None:
    """Staff chat and asker of the session by which that account came in.

    Of several, one that somebody asked for in a chat: whom they let in goes when they go.
    """
    rows = [row for row in living(session, now) if row.account == account]
    row = next((row for row in rows if row.asked_by), rows[0] if rows else None)
    return (row.staff_chat_id, row.asked_by) if row and row.staff_chat_id else None


def askers(session: Session, now: datetime) -> set[tuple[int, str]]:
    """Staff chat and asker of every session that somebody asked for in a chat."""
    rows = living(session, now)
    return {(row.staff_chat_id, row.asked_by) for row in rows if row.staff_chat_id and row.asked_by}


def end_of_asker(session: Session, staff_chat_id: int, asked_by: str) -> None:
    """End the sessions that a person's codes opened; the codes open nothing more."""
    for table in (WebCode, WebSession):
        session.execute(
            delete(table)
            .where(table.staff_chat_id == staff_chat_id, table.asked_by == asked_by)
            .execution_options(synchronize_session=False)
        )


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
        .where(WebSession.staff, WebSession.seen_at < now - SESSION_LIFE)
        .execution_options(synchronize_session=False)
    )
