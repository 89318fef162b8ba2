"""Erasures that are not finished: they are kept, so that a restart goes on with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from config.settings.channels import CHANNELS
from storage.messages import Address
from storage.tables import Erasure, OutboxMessage, Reached, Resident, WebMessage, in_chat_of_any

PUT_OFF = timedelta(seconds=30)  # where the file store is away
LONGEST_WAIT = timedelta(hours=1)  # what is put off longer was put off by a clock that was ahead


def note(
    session: Session, resident: Resident, way: Reached, now: datetime, *, refused: bool
) -> None:
    """Note what a resident has said in an account up to now, by the address that is still known."""
    lines = select(func.max(WebMessage.id)).where(WebMessage.chat == way.account)
    has_lines = CHANNELS[way.channel].has_own_history
    sent = select(func.max(OutboxMessage.id)).where(
        in_chat_of_any(OutboxMessage, session, way.address)
    )
    session.add(
        Erasure(
            resident_id=resident.id,
            channel=way.channel,
            account=way.account,
            chat=way.chat,
            refused=refused,
            last_line=(has_lines and session.scalar(lines)) or 0,
            last_sent=session.scalar(sent) or 0,
            at=now,
            next_at=now,
        )
    )


def due(session: Session, now: datetime) -> Sequence[Erasure]:
    """Those to go on with, oldest first."""
    is_due = or_(Erasure.next_at <= now, Erasure.next_at > now + LONGEST_WAIT)
    return session.scalars(select(Erasure).where(is_due).order_by(Erasure.id)).all()


def find(session: Session, erasure: int) -> Erasure | None:
    """The one of that id, locked; None: it is done."""
    return session.get(Erasure, erasure, with_for_update=True)


def chats_of(session: Session, erasure: Erasure) -> list[Address]:
    """The chats of all accounts of the person who is being erased."""
    query = select(Erasure).where(Erasure.resident_id == erasure.resident_id)
    return [one.address for one in session.scalars(query)]


def put_off(session: Session, erasure: int, now: datetime) -> None:
    """Something is in the way: later."""
    if found := find(session, erasure):
        found.next_at = now + PUT_OFF
