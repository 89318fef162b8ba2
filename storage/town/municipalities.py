"""The municipality and its staff chats."""

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session, aliased

from config.settings.channels import CHANNELS
from storage.appeals import message_ties
from storage.database.known import known
from storage.messages import Address
from storage.our_accounts import is_another
from storage.tables import Category, Dialogue, Municipality, OutboxMessage, StaffChat, in_chat
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
        known(session).staff_chats = _present([chat for _, chat in rows if chat])
    return rows[0][0] if rows else None


def how_far(session: Session) -> tuple[int, int] | None:
    """The number that no other database has, and the newest id of the outbox, which only grows."""
    salt = session.scalar(THE_ONE.with_only_columns(Municipality.delivery_salt))
    newest = session.scalar(select(func.max(OutboxMessage.id)))
    return None if salt is None else (salt, newest or 0)


def main_staff_chat(session: Session, municipality_id: int) -> StaffChat | None:
    """The staff chat of all cards that no category sends elsewhere."""
    chats = _staff_chats(session)
    return next((c for c in chats if c.municipality_id == municipality_id and c.main), None)


def staff_chat_at(session: Session, address: Address) -> StaffChat | None:
    """The staff chat at that address."""
    return next((chat for chat in _staff_chats(session) if chat.is_in(address)), None)


def staff_chat_for(session: Session, address: Address, message: str = "") -> StaffChat | None:
    """The staff chat that answers what is said at that address.

    It is the one that is there, else that of the whole group, else one in another topic: whoever is
    in the group is in all of its topics. Of several that are in topics: the one that ``message`` was
    sent to, else the main one.
    """
    group = address.group
    chats = [chat for chat in _staff_chats(session) if chat.is_in_group(group)]
    for chat in chats:
        if chat.is_in(address):
            return chat
    chats.sort(key=lambda chat: (bool(chat.address.topic), not chat.main, chat.id))
    if len(chats) > 1 and message and not address.topic and chats[0].address.topic:
        of_message = (c for c in chats if message_ties.appeal_of(session, c.address, message))
        return next(of_message, chats[0])
    return chats[0] if chats else None


def home_of(session: Session, address: Address) -> Address:
    """The address under which messages of a staff chat are known, whichever topic they are in."""
    chat = staff_chat_for(session, address)
    return chat.address if chat else address


def staff_chat(session: Session, staff_chat_id: int | None) -> StaffChat | None:
    """The staff chat of that id."""
    return next((c for c in _staff_chats(session) if c.id == staff_chat_id), None)


def staff_chats(session: Session) -> list[StaffChat]:
    """All of them, in the order of their ids."""
    return list(_staff_chats(session))


class StaffAddresses(AbstractSet[Address]):
    """The addresses of staff chats; whatever is in the group of one counts as in them."""

    def __init__(self, addresses: Collection[Address] = ()) -> None:
        self._addresses = frozenset(addresses)
        self._groups = frozenset(address.group for address in addresses)

    def __contains__(self, address: object) -> bool:
        """Whether a staff chat is there, or in another topic of that group."""
        return isinstance(address, Address) and address.group in self._groups

    def __iter__(self) -> Iterator[Address]:
        """Iterate over the staff chats themselves."""
        return iter(self._addresses)

    def __len__(self) -> int:
        """The number of staff chats."""
        return len(self._addresses)


def staff_addresses(session: Session) -> StaffAddresses:
    """The address of every staff chat."""
    return StaffAddresses([chat.address for chat in _staff_chats(session)])


def _staff_chats(session: Session) -> list[StaffChat]:
    """All of them, read once in a transaction: they are few, and every event asks for one."""
    chats = known(session).staff_chats
    if chats is None:
        chats = known(session).staff_chats = _present(session.scalars(STAFF_CHATS))
    return chats


def _present(chats: Iterable[StaffChat]) -> list[StaffChat]:
    """Without those that are known by a number of another account of ours: it may be any chat now."""
    return [chat for chat in chats if not is_another(chat.channel)]


def ensure_staff_chat(
    session: Session, municipality_id: int, address: Address, *, main: bool
) -> StaffChat:
    """The staff chat that was named by ``address``; a main one takes the place of another main one.

    A group that moved since keeps its row and its new address. The appeals of the main chat that is
    replaced go on in the new one, and what was open in the old one ends: a category that is bound
    to it may go on sending its own there, but it no longer sees the others'.
    """
    configured = str(address)
    row = next((c for c in _staff_chats(session) if c.configured == configured), None)
    row = row or staff_chat_at(session, address)
    if row is None:
        row = StaffChat(
            municipality_id=municipality_id,
            configured=configured,
            channel=address.channel,
            chat=address.chat,
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
        if CHANNELS[address.channel].has_own_history:
            messages.bring_back(session, address.chat)
    return row


def retire_unneeded(session: Session, municipality_id: int) -> list[Address]:
    """Retire every staff chat that neither the settings nor a category name; their addresses.

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
            retired.append(chat.address)
            _staff_chats(session).remove(chat)
            former_chats.retire(session, chat, main)
    return retired


def move_chat(session: Session, chat: Address, to: str) -> None:
    """A group got ``to`` as its new id: its rows, its dialogues and what waits for it follow.

    A topic stays the topic that it was. Old messages stay under the old id: no card is looked for
    there any more.
    """
    if chat.group.chat == to:
        return
    here = (one.address for one in _staff_chats(session) if one.is_in_group(chat.group))
    for moved in {chat.group, chat, *here}:
        _move_chat(session, moved, moved.in_group(to))


def _move_chat(session: Session, chat: Address, new: Address) -> None:
    to = new.chat
    row = staff_chat_at(session, chat)
    known = staff_chat_at(session, new)
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
        .where(in_chat(OutboxMessage, chat), OutboxMessage.done_at.is_(None))
        .values(chat=to, lane=func.replace(OutboxMessage.lane, chat.chat, to))
    )
    there = select(Dialogue.account).where(in_chat(Dialogue, new))
    moving = select(Dialogue).where(in_chat(Dialogue, chat), Dialogue.account.not_in(there))
    for dialogue in session.scalars(moving).all():
        dialogue.chat = to
    session.flush()
