"""Messages that can be called back: for some seconds they wait in a lane of their own.

The answers that their chat gets meanwhile pass them by.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.messages import Address
from storage.tables import OutboxMessage

CALLED_BACK = "called_back"  # the outcome of a message that was taken back before it went
LANE = "#recall"  # how the end of such a lane begins; the appeal's id follows
# One that goes in less may be on its way in another transaction.
MARGIN = timedelta(seconds=1)


def lane_of(chat: str, appeal_id: int | None) -> str:
    """The lane of the messages about an appeal that can be called back."""
    return f"{chat}{LANE}{appeal_id}"


def waiting(session: Session, chat: Address, appeal_id: int) -> Sequence[OutboxMessage]:
    """The messages about the appeal that have not gone yet, locked in the order of their ids."""
    query = select(OutboxMessage).where(
        OutboxMessage.channel == chat.channel,
        OutboxMessage.lane == lane_of(chat.chat, appeal_id),
        OutboxMessage.done_at.is_(None),
    )
    locked = query.order_by(OutboxMessage.id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def call_back(rows: Sequence[OutboxMessage], now: datetime) -> set[int]:
    """Take these messages back; return the entries of the history whose words do not go."""
    late = [row for row in rows if row.next_at <= now + MARGIN]
    if late:
        return set()
    for row in rows:
        row.done_at, row.outcome = now, CALLED_BACK
    return {row.reply["entry"] for row in rows if row.reply.get("entry")}


def seize(session: Session, row: OutboxMessage) -> bool:
    """Whether a message goes now; nobody can call it back from then on.

    Not if somebody calls it back in a transaction that is not committed yet.
    """
    if LANE not in row.lane:
        return True
    still_there = select(OutboxMessage.id).where(
        OutboxMessage.id == row.id, OutboxMessage.done_at.is_(None)
    )
    if session.scalar(still_there.with_for_update(skip_locked=True)) is None:
        return False
    row.lane = row.chat
    return True


def let_go(rows: Sequence[OutboxMessage], now: datetime) -> None:
    """Send these messages now, before what is put into their chat's own lane later."""
    for row in rows:
        row.lane, row.next_at = row.chat, now
