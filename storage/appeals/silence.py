"""Silence of residents: which appeals wait for their resident since the question has reached them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from storage import outbox
from storage.appeals import FOR_CARDS, WAITS_FOR_RESIDENT
from storage.our_accounts import SIGN
from storage.outbox import troubles
from storage.tables import Account, Appeal, HistoryEntry, OutboxMessage, Reached, Resident

BY_HAND = "by_hand"  # in a history: somebody answered the resident in the messenger itself


def since(
    session: Session,
    state: str,
    before: datetime,
    *,
    reminded: bool | None,
    limit: int,
    words_before: datetime | None = None,
) -> list[Appeal]:
    """Appeals in that state whose resident was told of it before that time and is silent.

    ``reminded`` None: either way. ``words_before``: what was said to the resident after that, a
    reminder above all, arrived before that time, too. While a channel takes nothing, nobody there
    is silent.
    """
    down = [one.channel for one in troubles.present(session) if not one.chat]
    query = (
        select(Appeal)
        .join(Resident, Resident.id == Appeal.resident_id)
        .where(
            WAITS_FOR_RESIDENT,
            Appeal.state == state,
            Appeal.state_at < before,
            Resident.channel.not_in(down),
            _reached(before),
            ~_answered_by_hand(before).exists(),
        )
    )
    if reminded is not None:
        query = query.where(Appeal.reminded == reminded)
    if words_before:
        query = query.where(_later_words_reached(words_before))
    query = query.order_by(Appeal.state_at, Appeal.id).limit(limit)
    return list(session.scalars(query.options(*FOR_CARDS)))


def has_been_reached(session: Session, appeal: Appeal) -> bool:
    """Whether the resident has got what was said when the present state began."""
    said = aliased(OutboxMessage)
    waits = _told(said).where(said.created_at == Appeal.state_at, said.outcome != "sent")
    reached = (
        select(Appeal.id)
        .join(Resident, Resident.id == Appeal.resident_id)
        .where(Appeal.id == appeal.id, ~waits.exists())
    )
    return session.scalar(reached) is not None


def _reached(before: datetime) -> ColumnElement[bool]:
    """Whether the question arrived before that time.

    The question is what was said to the resident in the moment in which the state began. One that
    the messenger refused arrived with the first words that came after it. One that nothing is known
    of any more went long ago.
    """
    said, later = aliased(OutboxMessage), aliased(OutboxMessage)
    question = _told(said).where(said.created_at == Appeal.state_at)
    is_late = or_(said.outcome != "sent", said.done_at >= before)
    after_it = _told(later).where(
        later.created_at > Appeal.state_at, later.outcome == "sent", later.done_at < before
    )
    is_refused = said.outcome == outbox.REFUSED
    return and_(
        ~question.where(~is_refused, is_late).exists(),
        or_(~question.where(is_refused).exists(), after_it.exists()),
    )


def _answered_by_hand(since: datetime) -> Select[int]:
    """The answers that somebody wrote by hand since that time: silence begins after them."""
    said = aliased(HistoryEntry)
    later = select(said.id).where(
        said.appeal_id == Appeal.id, said.action == BY_HAND, said.at >= since
    )
    return later.correlate(Appeal)


def _later_words_reached(before: datetime) -> ColumnElement[bool]:
    """Whether all later words arrived before that time, but for those that the person shut out."""
    said = aliased(OutboxMessage)
    is_late = or_(said.done_at.is_(None), and_(said.outcome == "sent", said.done_at >= before))
    return ~_told(said).where(said.created_at > Appeal.state_at, is_late).exists()


def _told(row: type[OutboxMessage]) -> Select[int]:
    """The pushes of the appeal to its resident, in whichever account."""
    to_another = exists().where(Account.resident_id == Resident.id, _is_to(row, Account))
    return (
        select(row.id)
        .where(row.appeal_id == Appeal.id, row.push, or_(_is_to(row, Resident), to_another))
        .correlate(Appeal, Resident)
    )


def _is_to(row: type[OutboxMessage], way: type[Reached]) -> ColumnElement[bool]:
    """Whether a message goes to that account, by whichever account of ours."""
    through = or_(row.channel == way.channel, row.channel.startswith(way.channel + SIGN))
    return and_(through, row.chat == way.chat)
