"""Pushes that follow a person to another account of theirs."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from storage import outbox
from storage.messages import Address
from storage.outbox import recall
from storage.tables import OutboxMessage, in_chat


def send_to(row: OutboxMessage, to: Address, now: datetime) -> None:
    """Address a message to that chat, as if it were new. What may be called back may be so still."""
    is_recallable = recall.LANE in row.lane
    rest = row.lane.removeprefix(row.chat) if is_recallable else ""
    row.channel, row.chat, row.lane = to.channel, to.chat, f"{to.chat}{rest}"
    row.done_at, row.outcome, row.error = None, "", ""
    row.attempts = row.parts_sent = 0
    if not is_recallable:
        row.next_at = now


def bring(
    session: Session,
    before: Collection[Address],
    to: Address,
    now: datetime,
    *,
    about: Select[int] | None = None,
) -> None:
    """Address to that chat the pushes that wait for a person in these.

    What may go at this moment has its way already. Not so what is ``about`` appeals that are none
    of that person's business any more.
    """
    waits = and_(OutboxMessage.done_at.is_(None), OutboxMessage.next_at > now)
    which = OutboxMessage.done_at.is_(None) if about is not None else waits
    query = select(OutboxMessage).where(
        or_(*(in_chat(OutboxMessage, chat) for chat in before)),
        OutboxMessage.push,
        or_(which, OutboxMessage.outcome == outbox.HELD),
    )
    if about is not None:
        query = query.where(OutboxMessage.appeal_id.in_(about))
    for row in session.scalars(query.order_by(OutboxMessage.id).with_for_update()):
        send_to(row, to, now)
    session.flush()
