"""The end of a staff chat: it is a stranger's at once, and for good."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.settings.channels import CHANNELS
from storage import outbox
from storage.appeals import card_lists
from storage.our_accounts import channel_of
from storage.tables import (
    Appeal,
    BindCode,
    Category,
    Dialogue,
    ListedAppeal,
    OutboxMessage,
    StaffChat,
    StaffMember,
    WebCode,
    WebSession,
    in_chat,
)
from storage.web import messages


def retire(session: Session, chat: StaffChat, heir: StaffChat) -> None:
    """Hand the chat's appeals over to ``heir`` and delete its row, with all that it opened.

    The row is locked first: what is filed for it meanwhile finds no row, and tries again.
    """
    session.refresh(chat, with_for_update=True)
    hand_over(session, chat, heir)
    close(session, chat, heir)
    session.execute(
        update(Category).where(Category.staff_chat_id == chat.id).values(staff_chat_id=None)
    )
    session.execute(delete(StaffMember).where(StaffMember.staff_chat_id == chat.id))
    session.delete(chat)
    session.flush()


def merge(session: Session, chat: StaffChat, into: StaffChat) -> None:
    """The same chat under two addresses: one row is enough, and who came in by it stays in."""
    hand_over(session, chat, into)
    for table in (WebCode, WebSession):
        session.execute(
            update(table).where(table.staff_chat_id == chat.id).values(staff_chat_id=into.id)
        )
    session.execute(delete(StaffMember).where(StaffMember.staff_chat_id == chat.id))
    session.delete(chat)
    session.flush()


def hand_over(session: Session, chat: StaffChat, heir: StaffChat) -> None:
    """The chat's appeals go on in ``heir``."""
    session.execute(
        update(Appeal).where(Appeal.staff_chat_id == chat.id).values(staff_chat_id=heir.id)
    )
    for known in session.identity_map.values():
        if isinstance(known, Appeal):
            session.expire(known, ["staff_chat_id", "staff_chat"])


def close(session: Session, chat: StaffChat, heir: StaffChat) -> None:
    """End what was open in the chat: forms, codes, sessions; cards on their way go to ``heir``."""
    session.execute(delete(Dialogue).where(in_chat(Dialogue, chat.address)))
    session.execute(delete(BindCode).where(BindCode.asked_in == str(chat.address)))
    session.execute(delete(WebCode).where(WebCode.staff_chat_id == chat.id))
    session.execute(delete(WebSession).where(WebSession.staff_chat_id == chat.id))
    if CHANNELS[channel_of(chat.channel)].has_own_history:
        messages.put_aside(session, chat.chat)
    _readdress(session, chat, heir)


def _readdress(session: Session, chat: StaffChat, heir: StaffChat) -> None:
    """What shows an appeal for the first time is not lost; the rest of what waits is not sent.

    A card that is being sent at this moment goes to ``heir`` all the same: its revision is newer.
    """
    here = (in_chat(OutboxMessage, chat.address), OutboxMessage.done_at.is_(None))
    waiting = session.scalars(select(OutboxMessage).where(*here).with_for_update()).all()
    for row in waiting:
        kind = row.coalesce.partition(":")[0]
        if kind not in {"card", "files", "list"}:
            continue
        row.channel, row.chat, row.lane = heir.channel, heir.chat, f"{heir.chat}#{row.appeal_id}"
        row.revision, row.parts_sent = row.revision + 1, 0
        row.attempts, row.next_at = (
            0,
            row.created_at,
        )  # the old chat's troubles are not the new one's
        if kind == "list":
            row.lane = heir.chat
            card_lists.note(session, heir.address, row.reply["lists"], row.created_at)
    session.flush()
    outbox.erase(session, *here)
    session.execute(delete(ListedAppeal).where(in_chat(ListedAppeal, chat.address)))
