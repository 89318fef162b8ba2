"""Quotes of an erased person in the staff room on the web, looked through in lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Appeal, ChatMessage, Erasure, WebMessage, in_chat
from storage.web import messages as web_messages


@dataclass(frozen=True, slots=True)
class Looked:
    """The id to go on after (-1: no more), the messages that were changed, and those that are gone."""

    after: int
    changed: list[WebMessage]
    gone: list[WebMessage]


def first(session: Session, erasure: Erasure) -> int:
    """Before which line the staff room of the web has nothing about the person; -1: nowhere."""
    query = (
        select(ChatMessage.message, ChatMessage.channel, ChatMessage.chat)
        .join(Appeal, Appeal.id == ChatMessage.appeal_id)
        .where(Appeal.resident_id == erasure.resident_id)
    )
    room = (web_messages.STAFF_ROOM.channel, web_messages.STAFF_ROOM.chat)
    found = [
        int(row.message)
        for row in session.execute(query)
        if (row.channel, row.chat) == room and row.message.isdecimal()
    ]
    return min(found, default=0) - 1


def erase(
    session: Session, erasure: Erasure, mark: str, now: datetime, after: int, most: int
) -> Looked:
    """Look through the next lines of the staff room for what they quote of the person.

    What was on its way while it was erased is gone, too.
    """
    lot = web_messages.after(session, web_messages.STAFF_ROOM.chat, after, most)
    told = {message.content.get("reply_to", "") for message in lot} - {""}
    ties = _ties(session, erasure, told | {str(message.id) for message in lot})
    late = {tie.message for tie in ties if tie.role != "card" and tie.at >= erasure.at}
    gone = [message for message in lot if str(message.id) in late and not message.author]
    about = {tie.message for tie in ties}
    changed = []
    for message in lot:
        quote = message.content.get("quote")
        if quote and message.content.get("reply_to") in about and quote["text"] != mark:
            message.content = message.content | {"quote": {**quote, "text": mark}}
            message.edited_at = now
            changed.append(message)
    web_messages.delete_messages(session, gone)
    return Looked(lot[-1].id if len(lot) == most else -1, changed, gone)


def _ties(session: Session, erasure: Erasure, messages: Collection[str]) -> Sequence[ChatMessage]:
    """The ties of these messages of the web to the person's appeals."""
    query = (
        select(ChatMessage)
        .join(Appeal, Appeal.id == ChatMessage.appeal_id)
        .where(
            in_chat(ChatMessage, web_messages.STAFF_ROOM),
            ChatMessage.message.in_(messages),
            Appeal.resident_id == erasure.resident_id,
        )
    )
    return session.scalars(query).all()
