"""The web chat's own history and sessions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from storage.database.inserts import insert_new
from storage.messages import Address
from storage.tables import WebMessage, WebSession

CHANNEL = "web"
STAFF_ROOM = Address(CHANNEL, "staff")
ASIDE = ".former"  # what a room's chat is called while the room is no staff chat
LOOK_FOR_ALARMS = 2000  # messages of a staff chat
LOOK_BACK = 5000  # messages, of all chats, where a page's news have to be searched for


def find_session(session: Session, token_hash: str) -> WebSession | None:
    """The browser whose token has that hash."""
    return session.scalar(select(WebSession).where(WebSession.token_hash == token_hash))


def open_session(session: Session, opened: WebSession) -> WebSession:
    """Keep a new browser; if two requests open the same one at once, the first stands."""
    kept = insert_new(session, opened) or find_session(session, opened.token_hash)
    if kept is None:
        raise LookupError("kept, and not there")
    return kept


def end_session(session: Session, token_hash: str) -> None:
    """The browser is a stranger again."""
    session.execute(delete(WebSession).where(WebSession.token_hash == token_hash))


def find_message(session: Session, chat: str, message: str) -> WebMessage | None:
    """The message of that id in that chat; None if there is none, or the id is no number."""
    if not message.isdecimal() or len(message) > 18:
        return None
    return session.scalar(
        select(WebMessage).where(WebMessage.id == int(message), WebMessage.chat == chat)
    )


def find_message_anywhere(session: Session, message: int) -> WebMessage | None:
    """The message of that id; the caller checks whose chat it is."""
    return session.get(WebMessage, message)


def find_origin(session: Session, chat: str, origin: str) -> WebMessage | None:
    """The message that was kept for that origin."""
    return session.scalar(
        select(WebMessage).where(WebMessage.chat == chat, WebMessage.origin == origin)
    )


def keep_message(session: Session, message: WebMessage) -> tuple[WebMessage, bool]:
    """Keep a message once for its origin: the kept one, and whether it is new."""
    if kept := insert_new(session, message):
        return kept, True
    found = find_origin(session, message.chat, message.origin)
    if found is None:
        raise LookupError("kept, and not there")
    return found, False


def change_message(
    session: Session, chat: str, message: str, change: dict[str, Any], now: datetime
) -> WebMessage | None:
    """Change parts of a message of the bot; None if it is not there."""
    found = find_message(session, chat, message)
    if found is None or found.author:
        return None
    found.content = found.content | change
    found.edited_at = now
    session.flush()
    return found


def latest(
    session: Session, chat: str, limit: int, before: int | None = None
) -> Sequence[WebMessage]:
    """The newest messages of a chat (older than ``before``), oldest first."""
    query = select(WebMessage).where(WebMessage.chat == chat)
    if before is not None:
        query = query.where(WebMessage.id < before)
    found = session.scalars(query.order_by(WebMessage.id.desc()).limit(limit)).all()
    return found[::-1]


def after(session: Session, chat: str, message: int, limit: int) -> Sequence[WebMessage]:
    """The messages of a chat that are newer than that one, oldest first."""
    return session.scalars(
        select(WebMessage)
        .where(WebMessage.chat == chat, WebMessage.id > message)
        .order_by(WebMessage.id)
        .limit(limit)
    ).all()


def edited(
    session: Session, chat: str, since: datetime, first: int, last: int
) -> Sequence[WebMessage]:
    """The messages from ``first`` to ``last`` that were edited since then."""
    return session.scalars(
        select(WebMessage)
        .where(
            WebMessage.chat == chat,
            WebMessage.id.between(first, last),
            WebMessage.edited_at >= since,
        )
        .order_by(WebMessage.id)
    ).all()


def alarms(session: Session, chat: str) -> Sequence[WebMessage]:
    """The messages of a chat that are an alarm still, among its newest, oldest first."""
    newest = (
        select(WebMessage.id)
        .where(WebMessage.chat == chat)
        .order_by(WebMessage.id.desc())
        .limit(LOOK_FOR_ALARMS)
        .subquery()
    )
    query = select(WebMessage).where(
        WebMessage.id.in_(select(newest.c.id)), WebMessage.content["alarm"].as_boolean()
    )
    return session.scalars(query.order_by(WebMessage.id)).all()


def of_ids(session: Session, ids: Sequence[int]) -> Sequence[WebMessage]:
    """The messages of these ids that are still there, oldest first."""
    query = select(WebMessage).where(WebMessage.id.in_(ids))
    return session.scalars(query.order_by(WebMessage.id)).all()


def changed_since(
    session: Session, chats: Collection[str], since: datetime
) -> Sequence[WebMessage]:
    """Messages of these chats that were said or edited since then, of the newest, oldest first."""
    newest = select(func.coalesce(func.max(WebMessage.id), 0) - LOOK_BACK).scalar_subquery()
    late = or_(WebMessage.at >= since, WebMessage.edited_at >= since)
    query = select(WebMessage).where(WebMessage.id > newest, WebMessage.chat.in_(chats), late)
    return session.scalars(query.order_by(WebMessage.id)).all()


def count(session: Session, chat: str, first: int, last: int) -> int:
    """How many messages there are from ``first`` to ``last``."""
    query = select(func.count()).where(WebMessage.chat == chat, WebMessage.id.between(first, last))
    return session.scalar(query) or 0


def delete_messages(session: Session, messages: Sequence[WebMessage]) -> list[WebMessage]:
    """Delete these; they are given back, for the pages that show them."""
    ids = [message.id for message in messages]
    for message in messages:
        session.expunge(message)
    session.execute(delete(WebMessage).where(WebMessage.id.in_(ids)))
    return list(messages)


def put_aside(session: Session, chat: str) -> None:
    """A room is a staff chat no more: whoever comes in again does not read what was said there."""
    _rename(session, chat, chat + ASIDE)


def bring_back(session: Session, chat: str) -> None:
    """The room sees everything again, so its old messages too."""
    _rename(session, chat + ASIDE, chat)


def _rename(session: Session, chat: str, to: str) -> None:
    session.execute(update(WebMessage).where(WebMessage.chat == chat).values(chat=to))
