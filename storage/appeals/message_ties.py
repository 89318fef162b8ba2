"""Ties of messages in the messengers to the appeals that they are about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from storage.database import deferred
from storage.messages import Address
from storage.tables import ChatMessage, in_chat

NEW_ON_POSTGRESQL = postgresql_insert(ChatMessage).on_conflict_do_nothing()
NEW_ON_SQLITE = sqlite_insert(ChatMessage).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Tie:
    """A message about an appeal; ``role``, ``album``, ``seen`` and ``entry_id`` as in the table."""

    chat: Address
    message: str
    appeal_id: int
    role: str
    album: str = ""
    seen: str = ""
    entry_id: int | None = None


def tie(
    session: Session,
    chat: Address,
    message: str,
    appeal_id: int,
    role: str,
    now: datetime,
    album: str = "",
    seen: str = "",
    entry_id: int | None = None,
) -> None:
    """Note that a message is about an appeal; twice does no harm."""
    tie_each(session, [Tie(chat, message, appeal_id, role, album, seen, entry_id)], now)


def tie_all(
    session: Session,
    chat: Address,
    messages: Mapping[str, str],
    appeal_id: int,
    role: str,
    now: datetime,
    seen: Mapping[str, str],
    says: Mapping[str, int],
) -> None:
    """The same of several, each with its album (empty: none) and, if known, what it showed and says."""
    ties = [
        Tie(chat, name, appeal_id, role, album, seen.get(name, ""), says.get(name))
        for name, album in messages.items()
    ]
    tie_each(session, ties, now)


def tie_each(session: Session, ties: Sequence[Tie], now: datetime) -> None:
    """The same of messages in several chats about several appeals."""
    into = NEW_ON_POSTGRESQL if session.get_bind().dialect.name == "postgresql" else NEW_ON_SQLITE
    rows = [
        {
            "channel": one.chat.channel,
            "chat": one.chat.chat,
            "message": one.message,
            "appeal_id": one.appeal_id,
            "role": one.role,
            "album": one.album,
            "seen": one.seen,
            "entry_id": one.entry_id,
            "at": now,
        }
        for one in ties
    ]
    deferred.insert(session, into, rows)


def appeal_of(session: Session, chat: Address, message: str) -> int | None:
    """The appeal that a message is about."""
    return session.scalar(
        select(ChatMessage.appeal_id).where(
            in_chat(ChatMessage, chat), ChatMessage.message == message
        )
    )


def that_came(session: Session, chat: Address, message: str) -> ChatMessage | None:
    """The tie of a person's message that was taken."""
    return session.scalar(
        select(ChatMessage).where(
            in_chat(ChatMessage, chat), ChatMessage.message == message, ChatMessage.role == "came"
        )
    )


def that_says(session: Session, chat: Address, appeal_id: int, entry_id: int) -> str:
    """The newest message of ours in the chat that says the words of that entry; empty if none."""
    query = select(ChatMessage.message).where(
        ChatMessage.appeal_id == appeal_id,
        ChatMessage.role == "sent",
        ChatMessage.entry_id == entry_id,
        in_chat(ChatMessage, chat),
    )
    return session.scalar(query.order_by(ChatMessage.id.desc()).limit(1)) or ""


def mark_seen(session: Session, appeal_id: int, entries: Collection[int], seen: str) -> None:
    """Note that the people's messages with the words of these entries were last seen as ``seen``."""
    session.execute(
        update(ChatMessage)
        .where(
            ChatMessage.appeal_id == appeal_id,
            ChatMessage.role == "came",
            ChatMessage.entry_id.in_(entries),
        )
        .values(seen=seen)
    )


def replied_to(session: Session, chat: Address, message: str) -> tuple[int | None, bool]:
    """The appeal that a message is about, and whether it asks an employee something."""
    row = session.scalar(
        select(ChatMessage).where(in_chat(ChatMessage, chat), ChatMessage.message == message)
    )
    return (row.appeal_id, row.role == "prompt") if row else (None, False)


def appeal_of_album(session: Session, chat: Address, album: str) -> int | None:
    """The appeal that an earlier part of the album went to."""
    return session.scalar(
        select(ChatMessage.appeal_id)
        .where(in_chat(ChatMessage, chat), ChatMessage.album == album)
        .limit(1)
    )


def card(session: Session, appeal_id: int, chat: Address) -> ChatMessage | None:
    """The newest card of an appeal in a chat."""
    return session.scalar(
        select(ChatMessage)
        .where(
            ChatMessage.appeal_id == appeal_id,
            ChatMessage.role == "card",
            in_chat(ChatMessage, chat),
        )
        .order_by(ChatMessage.id.desc())
        .limit(1)
    )


def untie_prompt(session: Session, chat: Address, message: str) -> None:
    """The question has become its answer: a reply to it is one to the resident."""
    untie_card(session, chat, message)


def untie_card(session: Session, chat: Address, message: str) -> None:
    """The card cannot be edited any more: a new one takes its place (replies to it still count)."""
    session.execute(
        update(ChatMessage)
        .where(in_chat(ChatMessage, chat), ChatMessage.message == message)
        .values(role="sent")
    )


def newest_among(session: Session, chat: Address, appeal_ids: Sequence[int]) -> int | None:
    """The one of these appeals that the newest message of a chat is about."""
    return session.scalar(
        select(ChatMessage.appeal_id)
        .where(ChatMessage.appeal_id.in_(appeal_ids), in_chat(ChatMessage, chat))
        .order_by(ChatMessage.id.desc())
        .limit(1)
    )
