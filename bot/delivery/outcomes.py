"""What came of sending, kept: message ids, retries, a resident who blocked the bot."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.delivery.parcel import Parcel
from bot.letters import put_all
from handlers.appeals import delivery_news
from handlers.turn import Work
from storage import appeals, outbox
from storage.appeals import card_lists, message_ties
from storage.messages import Reply
from storage.people import residents
from storage.tables import Appeal, OutboxMessage
from storage.town import municipalities

GIVE_UP = timedelta(days=3)  # a resident's messenger that does not answer for so long
STAFF_RETRY = timedelta(minutes=5)  # a staff chat that is closed is tried again for ever

log = structlog.get_logger()


def note_outcomes(task: Work, parcels: Sequence[Parcel]) -> Sequence[Reply]:
    """Keep what came of these, as a job that says nothing itself. Twice does no harm."""
    if not parcels:
        return ()
    rows = outbox.lock(task.session, [parcel.id for parcel in parcels])
    staff_chats = municipalities.staff_addresses(task.session)
    # Of whom nothing may be left, nothing new is kept; a staff chat's card is still to be edited.
    kept = [
        parcel
        for parcel in parcels
        if parcel.chat in staff_chats or not _is_erased(rows.get(parcel.id))
    ]
    ties = [tie for parcel in kept for tie in _ties(task, parcel)]
    message_ties.tie_each(task.session, ties, task.now)
    told = {parcel.reply.appeal for parcel in parcels if parcel.push and parcel.reply.appeal}
    were_lost = appeals.undelivered(task.session, told)
    for parcel in parcels:
        if (row := rows.get(parcel.id)) and row.done_at is None:
            is_staff = (row.channel, row.chat) in staff_chats
            _note_outcome(task, parcel, row, is_staff=is_staff)
            is_news = row.outcome == "sent" and parcel.push and parcel.reply.appeal in were_lost
            if is_news and not is_staff:
                _tell_staff(task, parcel.reply.appeal, arrived=True)
    return ()


def _note_outcome(task: Work, parcel: Parcel, row: OutboxMessage, *, is_staff: bool) -> None:
    replaced = row.revision != parcel.revision  # meanwhile: the newer one is still to go
    if replaced:  # the next one, or a flood would come round to the key that has just been used
        row.revision = parcel.revision + 1
    row.parts_sent = 0 if replaced else parcel.parts_sent
    again = bool(parcel.error) and row.error == parcel.error[:300]
    row.error = parcel.error[:300]
    row.outcome = ""
    if not parcel.outcome:  # broken off by the stop: the next start goes on
        return
    if (row.channel, row.chat) != parcel.chat and parcel.outcome != "sent":
        return  # the group moved meanwhile: what its old id answers says nothing of the new one
    row.attempts += 1
    if parcel.tries is not None:
        row.attempts = row.attempts if again else 1
        parcel.outcome = "refused" if row.attempts >= parcel.tries else parcel.outcome
    if parcel.outcome == "sent":
        if not replaced:
            row.done_at, row.outcome = task.now, "sent"
    elif parcel.outcome == "moved":
        municipalities.move_chat(task.session, row.channel, row.chat, parcel.moved_to)
    elif parcel.outcome == "refused":
        _put_by(task, parcel, row, is_staff=is_staff)
    else:
        _not_sent(task, parcel, row, is_staff=is_staff)


def _not_sent(task: Work, parcel: Parcel, row: OutboxMessage, *, is_staff: bool) -> None:
    """Later again, or never: the chat was closed, or the messenger away."""
    if is_staff:
        if parcel.outcome == "undeliverable":
            log.error("staff_chat_refuses", channel=row.channel, error=row.error)
        row.next_at = task.now + min(_pause(parcel, row), STAFF_RETRY)
    elif parcel.outcome == "undeliverable":
        _give_up(task, parcel, row)
        residents.mark_blocked(task.session, row.channel, row.chat, task.now)
    elif task.now - row.created_at > GIVE_UP:
        _give_up(task, parcel, row)
    else:
        row.next_at = task.now + _pause(parcel, row)


def _is_erased(row: OutboxMessage | None) -> bool:
    """Whether it was erased while it was on its way."""
    return row is None or row.outcome == outbox.ERASED


def _put_by(task: Work, parcel: Parcel, row: OutboxMessage, *, is_staff: bool) -> None:
    """A message that is refused holds up no other: in a staff chat it is tried in a lane of its own.

    There it may be the chat after all (a closed topic), and a card is not to be lost.
    """
    log.error("message_refused", outbox=row.id, channel=row.channel, error=row.error)
    if is_staff and task.now - row.created_at <= GIVE_UP:
        row.lane = f"refused:{row.id}"
        row.next_at = task.now + STAFF_RETRY
    else:
        _give_up(task, parcel, row)


def _pause(parcel: Parcel, row: OutboxMessage) -> timedelta:
    if parcel.retry_after is not None:
        return timedelta(seconds=parcel.retry_after)
    return outbox.backoff(row.attempts)


def _give_up(task: Work, parcel: Parcel, row: OutboxMessage) -> None:
    row.done_at, row.outcome = task.now, "undeliverable"
    log.warning("undeliverable", outbox=row.id, channel=row.channel, error=row.error)
    _tell_staff(task, parcel.reply.appeal, arrived=False)


def _ties(task: Work, parcel: Parcel) -> Iterator[message_ties.Tie]:
    """Which appeal its messages are about."""
    reply = parcel.reply
    channel, chat = parcel.chat
    if reply.lists and parcel.ids:
        card_lists.sent(task.session, channel, chat, reply.lists, parcel.ids[-1])
    if reply.appeal is None:
        return
    if parcel.lost_card:
        message_ties.untie_card(task.session, channel, chat, parcel.card)
    for number, message in enumerate(parcel.ids):
        is_card = reply.card and number == 0
        role = "card" if is_card else "prompt" if reply.prompt else "sent"
        yield message_ties.Tie(channel, chat, message, reply.appeal, role)


def _tell_staff(task: Work, appeal_id: int | None, *, arrived: bool) -> None:
    """Only a change is news; without one the appeal is not even locked."""
    if appeal_id is None or not _is_news(task.session, appeal_id, arrived=arrived):
        return
    if appeal := appeals.get(task.session, appeal_id):
        put_all(
            task, (delivery_news.delivered if arrived else delivery_news.undelivered)(task, appeal)
        )


def _is_news(session: Session, appeal_id: int, *, arrived: bool) -> bool:
    appeal = session.get(Appeal, appeal_id)
    return appeal is not None and appeal.undelivered == arrived
