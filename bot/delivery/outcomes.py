"""Outcomes of sending are kept: message ids, retries, a resident who blocked the bot."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.delivery.parcel import Outcome
from handlers.appeals import delivery_news, file_news
from handlers.turn import Work
from storage import appeals, outbox
from storage.appeals import card_lists, message_ties
from storage.people import residents
from storage.tables import Appeal, OutboxMessage
from storage.town import municipalities

GIVE_UP = timedelta(days=3)  # a resident's messenger that does not answer for so long
STAFF_RETRY = timedelta(minutes=5)  # a staff chat that is closed is tried again for ever

log = structlog.get_logger()


def note_outcomes(work: Work, outcomes: Sequence[Outcome]) -> None:
    """Keep what came of these parcels. To do it twice does no harm."""
    if not outcomes:
        return
    rows = outbox.lock(work.session, [one.parcel.id for one in outcomes])
    staff_chats = municipalities.staff_addresses(work.session)
    # Of whom nothing may be left, nothing new is kept; a staff chat's card is still to be edited.
    kept = [
        one
        for one in outcomes
        if one.parcel.reply.to in staff_chats or not _is_erased(rows.get(one.parcel.id))
    ]
    ties = [tie for one in kept for tie in _ties(work, one)]
    message_ties.tie_each(work.session, ties, work.now)
    parcels = [one.parcel for one in outcomes]
    told = {parcel.reply.appeal for parcel in parcels if parcel.push and parcel.reply.appeal}
    were_lost = appeals.undelivered(work.session, told)
    for one in outcomes:
        parcel = one.parcel
        if (row := rows.get(parcel.id)) and row.done_at is None:
            is_staff = row.address in staff_chats
            _note_outcome(work, one, row, is_staff=is_staff)
            is_news = row.outcome == "sent" and parcel.push and parcel.reply.appeal in were_lost
            if is_news and not is_staff:
                _tell_staff(work, parcel.reply.appeal, arrived=True)


def _note_outcome(work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool) -> None:
    parcel = one.parcel
    replaced = row.revision != parcel.revision  # meanwhile: the newer one is still to go
    if replaced:  # the next one, or a flood would come round to the key that has just been used
        row.revision = parcel.revision + 1
    row.parts_sent = 0 if replaced else one.parts_sent
    again = bool(one.error) and row.error == one.error[:300]
    row.error = one.error[:300]
    row.outcome = ""
    if not one.how:  # broken off by the stop: the next start goes on
        return
    if not row.is_in(parcel.reply.to) and one.how != "sent":
        return  # the group moved meanwhile: what its old id answers says nothing of the new one
    row.attempts += 1
    how = one.how
    if one.refuse_after is not None:
        row.attempts = row.attempts if again else 1
        how = "refused" if row.attempts >= one.refuse_after else how
    if how == "sent":
        if not replaced:
            row.done_at, row.outcome = work.now, "sent"
            if parcel.coming and not parcel.is_edit:
                work.say(*file_news.follow(work, parcel.reply, row.address, parcel.coming))
    elif how == "moved":
        municipalities.move_chat(work.session, row.address, one.moved_to)
    elif how == "refused":
        _put_by(work, one, row, is_staff=is_staff)
    else:
        _not_sent(work, one, row, is_staff=is_staff)


def _not_sent(work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool) -> None:
    """Try again later, or give up: the chat was closed, or the messenger away."""
    if is_staff:
        if one.how == "undeliverable":
            log.error("staff_chat_refuses", channel=row.channel, error=row.error)
        row.next_at = work.now + min(_pause(one, row), STAFF_RETRY)
    elif one.how == "undeliverable":
        _give_up(work, one, row)
        residents.mark_blocked(work.session, row.address, work.now)
    elif work.now - row.created_at > GIVE_UP:
        _give_up(work, one, row)
    else:
        row.next_at = work.now + _pause(one, row)


def _is_erased(row: OutboxMessage | None) -> bool:
    """Whether it was erased while it was on its way."""
    return row is None or row.outcome == outbox.ERASED


def _put_by(work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool) -> None:
    """A message that is refused holds up no other: in a staff chat it is tried in a lane of its own.

    There it may be the chat after all (a closed topic), and a card is not to be lost.
    """
    log.error("message_refused", outbox=row.id, channel=row.channel, error=row.error)
    if is_staff and work.now - row.created_at <= GIVE_UP:
        row.lane = f"refused:{row.id}"
        row.next_at = work.now + STAFF_RETRY
    else:
        _give_up(work, one, row)


def _pause(one: Outcome, row: OutboxMessage) -> timedelta:
    if one.retry_after is not None:
        return timedelta(seconds=one.retry_after)
    return outbox.backoff(row.attempts)


def _give_up(work: Work, one: Outcome, row: OutboxMessage) -> None:
    row.done_at, row.outcome = work.now, "undeliverable"
    log.warning("undeliverable", outbox=row.id, channel=row.channel, error=row.error)
    _tell_staff(work, one.parcel.reply.appeal, arrived=False)


def _ties(work: Work, one: Outcome) -> Iterator[message_ties.Tie]:
    """Yield which appeal each of its messages is about."""
    reply = one.parcel.reply
    if reply.lists and one.ids:
        card_lists.sent(work.session, reply.to, reply.lists, one.ids[-1])
    if reply.appeal is None:
        return
    if one.lost_card:
        message_ties.untie_card(work.session, reply.to, one.parcel.stands)
    for number, message in enumerate(one.ids):
        is_card = reply.card and number == 0
        role = "card" if is_card else "prompt" if reply.prompt else "sent"
        yield message_ties.Tie(reply.to, message, reply.appeal, role)


def _tell_staff(work: Work, appeal_id: int | None, *, arrived: bool) -> None:
    """Tell the staff what has changed; without a change the appeal is not even locked."""
    if appeal_id is None or not _is_news(work.session, appeal_id, arrived=arrived):
        return
    if appeal := appeals.get(work.session, appeal_id):
        tell = delivery_news.delivered if arrived else delivery_news.undelivered
        work.say(*tell(work, appeal))


def _is_news(session: Session, appeal_id: int, *, arrived: bool) -> bool:
    appeal = session.get(Appeal, appeal_id)
    return appeal is not None and appeal.undelivered == arrived
