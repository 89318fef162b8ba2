"""The municipality and its staff chats."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import ChatMessage, Municipality, OutboxMessage, StaffChat


def the_one(session: Session) -> Municipality | None:
    """The installation's municipality (one for now)."""
    return session.scalar(select(Municipality).order_by(Municipality.id).limit(1))


def main_staff_chat(session: Session, municipality_id: int) -> StaffChat | None:
    """Where cards go that no category sends elsewhere."""
    return session.scalar(
        select(StaffChat).where(StaffChat.municipality_id == municipality_id, StaffChat.main)
    )


def staff_chat_at(session: Session, channel: str, chat: str) -> StaffChat | None:
    """The staff chat at that address."""
    return session.scalar(
        select(StaffChat).where(StaffChat.channel == channel, StaffChat.chat == chat)
    )


def ensure_staff_chat(
    session: Session, municipality_id: int, configured: str, *, main: bool
) -> StaffChat:
    """The staff chat configured as ``channel:chat``; a main one takes the place of another main one.

    A group that moved since keeps its row and its new address.
    """
    channel, _, chat = configured.partition(":")
    row = session.scalar(select(StaffChat).where(StaffChat.configured == configured))
    row = row or staff_chat_at(session, channel, chat)
    if row is None:
        row = StaffChat(
            municipality_id=municipality_id, configured=configured, channel=channel, chat=chat
        )
        session.add(row)
        session.flush()
    if main and not row.main:
        session.execute(
            update(StaffChat).where(StaffChat.municipality_id == municipality_id).values(main=False)
        )
        row.main = True
    return row


def move_chat(session: Session, channel: str, chat: str, to: str) -> None:
    """A group got a new id: its row, and what waits to be sent there, follow.

    Old messages stay under the old id, where nothing can be edited any more.
    """
    row = staff_chat_at(session, channel, chat)
    if row and staff_chat_at(session, channel, to) is None:
        row.chat = to
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.chat == chat,
            OutboxMessage.done_at.is_(None),
        )
        .values(chat=to)
    )
    session.execute(
        update(ChatMessage)
        .where(ChatMessage.channel == channel, ChatMessage.chat == chat, ChatMessage.role == "card")
        .values(role="sent")
    )
