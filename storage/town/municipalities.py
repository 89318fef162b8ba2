"""The municipality and its staff chats."""

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session, aliased

from config.settings.channels import CHANNELS
from storage.database.known import known
from storage.tables import Category, Dialogue, Municipality, OutboxMessage, StaffChat
from storage.town import former_chats
from storage.web import messages

# Asked in every transaction, so built once.
THE_ONE = select(Municipality).order_by(Municipality.id).limit(1)
STAFF_CHATS = select(StaffChat).order_by(StaffChat.id)
ONE = aliased(Municipality, THE_ONE.subquery())
WITH_CHATS = select(ONE, StaffChat).outerjoin(StaffChat, true()).order_by(StaffChat.id)


def the_one(session: Session) -> Municipality | None:
    """The installation's municipality (one for now). Its staff chats are read with it."""
    rows = session.execute(WITH_CHATS).all()
    if known(session).staff_chats is None:
        known(session).staff_chats = [chat for _, chat in rows if chat]
    return rows[0][0] if rows else None


def how_far(session: Session) -> tuple[int, int] | None:
    """The number that no other database has, and the newest id of the outbox, which only grows."""
    salt = session.scalar(THE_ONE.with_only_columns(Municipality.delivery_salt))
    newest = session.scalar(select(func.max(OutboxMessage.id)))
    return None if salt is None else (salt, newest or 0)


def main_staff_chat(session: Session, municipality_id: int) -> StaffChat | None:
    """Where cards go that no category sends elsewhere."""
    chats = _staff_chats(session)
    return next((c for c in chats if c.municipality_id == municipality_id and c.main), None)


def staff_chat_at(session: Session, channel: str, chat: str) -> StaffChat | None:
    """The staff chat at that address."""
    chats = _staff_chats(session)
    return next((c for c in chats if (c.channel, c.chat) == (channel, chat)), None)


def staff_chat(session: Session, staff_chat_id: int | None) -> StaffChat | None:
    """The staff chat of that id."""
    return next((c for c in _staff_chats(session) if c.id == staff_chat_id), None)


def staff_chats(session: Session) -> list[StaffChat]:
    """All of them, in the order of their ids."""
    return list(_staff_chats(session))


def staff_addresses(session: Session) -> set[tuple[str, str]]:
    """Channel and chat of every staff chat."""
    return {(chat.channel, chat.chat) for chat in _staff_chats(session)}


def _staff_chats(session: Session) -> list[StaffChat]:
    """All of them, read once in a transaction: they are few, and every event asks for one."""
    chats = known(session).staff_chats
    if chats is None:
        chats = known(session).staff_chats = list(session.scalars(STAFF_CHATS))
    return chats


def ensure_staff_chat(
    session: Session, municipality_id: int, configured: str, *, main: bool
) -> StaffChat:
    """The staff chat configured as ``channel:chat``; a main one takes the place of another main one.

    A group that moved since keeps its row and its new address. The appeals of the main chat that is
    replaced go on in the new one, and what was open in the old one ends: a category that is bound
    to it may go on sending its own there, but it no longer sees the others'.
    """
    channel, _, chat = configured.partition(":")
    row = next((c for c in _staff_chats(session) if c.configured == configured), None)
    row = row or staff_chat_at(session, channel, chat)
    if row is None:
        row = StaffChat(
            municipality_id=municipality_id, configured=configured, channel=channel, chat=chat
        )
        session.add(row)
        session.flush()
        _staff_chats(session).append(row)
    if main and not row.main:
        if before := main_staff_chat(session, municipality_id):
            before.main = False
            former_chats.hand_over(session, before, row)
            former_chats.close(session, before, row)
        row.main = True
        if CHANNELS[channel].has_own_history:
            messages.bring_back(session, chat)
    return row


def retire_unneeded(session: Session, municipality_id: int) -> list[tuple[str, str]]:
    """Retire every staff chat that neither the settings nor a category name; channel and chat of each.

    Whatever took the name away, a change of the categories or of the settings, ends with this.
    """
    session.flush()
    main = main_staff_chat(session, municipality_id)
    named = set(
        session.scalars(
            select(Category.staff_chat_id).where(
                Category.municipality_id == municipality_id,
                ~Category.removed,
                Category.staff_chat_id.is_not(None),
            )
        )
    )
    retired = []
    for chat in list(_staff_chats(session)):
        if main is None or chat.main or chat.municipality_id != municipality_id:
            continue
        if chat.id not in named:
            retired.append((chat.channel, chat.chat))
            _staff_chats(session).remove(chat)
            former_chats.retire(session, chat, main)
    return retired


def move_chat(session: Session, channel: str, chat: str, to: str) -> None:
    """A group got a new id: its row, its dialogues and what waits to be sent there follow.

    Old messages stay under the old id, where no card is looked for any more.
    """
    if chat == to:
        return
    row = staff_chat_at(session, channel, chat)
    known = staff_chat_at(session, channel, to)
    if row and known:  # the settings or an admin named the new id before the messenger did
        session.execute(
            update(Category).where(Category.staff_chat_id == row.id).values(staff_chat_id=known.id)
        )
        known.main, row.main = known.main or row.main, False
        _staff_chats(session).remove(row)
        former_chats.merge(session, row, known)
    elif row:
        row.chat = to
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.chat == chat,
            OutboxMessage.done_at.is_(None),
        )
        .values(chat=to, lane=func.replace(OutboxMessage.lane, chat, to))
    )
    there = select(Dialogue.account).where(Dialogue.channel == channel, Dialogue.chat == to)
    moving = select(Dialogue).where(
        Dialogue.channel == channel, Dialogue.chat == chat, Dialogue.account.not_in(there)
    )
    for dialogue in session.scalars(moving).all():
        dialogue.chat = to
    session.flush()
