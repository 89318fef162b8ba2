"""Accounts that acted in a staff chat, and whether its messenger last said that they are in it."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.database.inserts import insert_into
from storage.messages import ChatMember
from storage.tables import Dialogue, StaffChat, StaffMember, in_group
from storage.town import municipalities, web_access

MOST = 10_000  # read into memory, those asked about last

Known = dict[ChatMember, tuple[bool, datetime]]


def known(session: Session) -> Known:
    """Return of each account in a group whether it is inside, and when that was asked."""
    chats = {chat.id: chat for chat in municipalities.staff_chats(session)}
    query = select(
        StaffMember.staff_chat_id, StaffMember.account, StaffMember.inside, StaffMember.asked_at
    )
    rows = session.execute(query.order_by(StaffMember.asked_at.desc()).limit(MOST))
    found: Known = {}
    for chat, account, inside, at in rows:
        if chat in chats:
            member = ChatMember(chats[chat].channel, chats[chat].chat, account)
            found.setdefault(member.of_group, (inside, at))  # the newest word on it
    return found


def keep(session: Session, chat: StaffChat, account: str, now: datetime, *, inside: bool) -> None:
    """Note the messenger's word on an account; one outside loses all that it began or opened there."""
    # In one statement: another press of the same person may say so at the same moment.
    said = {"inside": inside, "asked_at": now}
    row = insert_into(session, StaffMember).values(staff_chat_id=chat.id, account=account, **said)
    key = [StaffMember.staff_chat_id, StaffMember.account]
    session.execute(row.on_conflict_do_update(index_elements=key, set_=said))
    if inside:
        return
    here = in_group(Dialogue, chat.address.group)
    session.execute(delete(Dialogue).where(here, Dialogue.account == account))
    web_access.end_of_asker(session, chat.id, f"{chat.channel}:{account}")


def note(session: Session, member: ChatMember, now: datetime, *, inside: bool) -> None:
    """The same of a member of that group, for each staff chat that is in it (still)."""
    for chat in municipalities.staff_chats(session):
        if chat.is_in_group(member.address.group):
            keep(session, chat, member.account, now, inside=inside)


def forget(session: Session, before: datetime) -> None:
    """Delete words from before ``before``: the messenger is asked again."""
    session.execute(delete(StaffMember).where(StaffMember.asked_at < before))
