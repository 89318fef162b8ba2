"""Another account of ours in a channel: what comes along to it, and what stays with the one before."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.settings.channels import CHANNELS
from storage.database.known import known
from storage.our_accounts import channel_of, in_use, is_another
from storage.tables import (
    Account,
    BindCode,
    KeptFile,
    OutboxMessage,
    Resident,
    StaffChat,
    Trouble,
    in_chat,
)
from storage.town import former_chats


def bring_over(session: Session, channel: str) -> None:
    """Before anything else is asked: staff chats that have the same number for every account come along.

    What the program before this one kept without an account is of the first.
    """
    ours = in_use(session.get_bind().dialect)
    first, others = ours.said(channel), ours.others(channel)
    for table in (Resident, Account):
        session.execute(
            update(table).where(table.channel == channel, table.through == "").values(through=first)
        )
    came = (KeptFile.channel == channel, KeptFile.through == "", KeptFile.content.is_(None))
    session.execute(update(KeptFile).where(*came).values(through=first))
    # A trouble of the account before is over as far as anybody can see: the change is told.
    session.execute(delete(Trouble).where(Trouble.channel.in_(others)))
    session.execute(delete(BindCode))  # for an hour, and named by a chat that may be another now
    rows = session.scalars(select(StaffChat).order_by(StaffChat.id)).all()
    here = {row.chat for row in rows if row.channel == channel}
    for row in rows:
        is_of_it = is_another(row.channel) and channel_of(row.channel) == channel
        if not is_of_it or CHANNELS[channel].may_be_another(row.chat) or row.chat in here:
            continue
        before = row.address
        row.channel = channel
        row.configured = f"{channel}:{row.configured.partition(':')[2]}"
        session.execute(
            update(OutboxMessage)
            .where(in_chat(OutboxMessage, before), OutboxMessage.done_at.is_(None))
            .values(channel=channel, outcome="", attempts=0, next_at=OutboxMessage.created_at)
        )
        here.add(row.chat)
    session.flush()
    known(session).staff_chats = None


def leave_behind(session: Session, heir: StaffChat) -> None:
    """Staff chats that cannot be told from others any more: their appeals go on in ``heir``.

    The rows stay: with the account before they are again what they were.
    """
    for row in session.scalars(select(StaffChat).order_by(StaffChat.id)).all():
        if is_another(row.channel):
            former_chats.hand_over(session, row, heir)
            former_chats.close(session, row, heir)
            row.main = False
    session.flush()


def unfetched(session: Session, channel: str, *, account: str = "") -> int:
    """The number of files that lie with an account of ours which is not in use; of one sender, or all."""
    others = in_use(session.get_bind().dialect).others(channel)
    query = select(func.count()).where(
        KeptFile.state == "waiting", KeptFile.channel == channel, KeptFile.through.in_(others)
    )
    if account:
        query = query.where(KeptFile.account == account)
    return session.scalar(query) or 0
