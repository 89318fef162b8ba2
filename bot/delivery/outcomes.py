"""Outcomes of sending are kept: message ids, retries, chats that are closed.

Four things are told apart. The person closed the chat: what was for them is held until they come
back. The chat takes nothing: its messages wait and are tried again, for ever. The messenger is
away, or our token is refused: the same, for all of the channel (``bot.delivery.health``). One
message is refused: it is told to whoever wrote it, with its words, and the others go on.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import structlog

from bot.delivery import refusals
from bot.delivery.health import Health
from bot.delivery.parcel import Outcome
from handlers.appeals import delivery_news, file_news
from handlers.residents.accounts import homes
from handlers.turn import Work
from storage import appeals, outbox
from storage.appeals import card_lists, message_ties
from storage.messages import Address
from storage.outbox import coming_back, following
from storage.people import residents
from storage.tables import Appeal, OutboxMessage
from storage.town import municipalities

STAFF_RETRY = timedelta(minutes=5)  # a chat of the staff that is closed, for ever
CLOSED_RETRY = timedelta(hours=1)  # a resident's chat that takes nothing, for ever
OWN_FAULT = 20  # failures in a row of one message, while others get through

log = structlog.get_logger()


def note_outcomes(work: Work, outcomes: Sequence[Outcome], health: Health) -> None:
    """Keep what came of these parcels. To do it twice does no harm."""
    if not outcomes:
        return
    health.note(work, outcomes)
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
            alone = health.failures_alone(parcel.id)
            _note_outcome(work, one, row, is_staff=is_staff, failures_alone=alone)
            is_news = row.outcome == "sent" and parcel.push and parcel.reply.appeal in were_lost
            if is_news and not is_staff:
                _reached_again(work, one)


def _note_outcome(
    work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool, failures_alone: int
) -> None:
    parcel = one.parcel
    was_closed = row.outcome == outbox.CLOSED
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
    if one.apart_after is not None:
        row.attempts = row.attempts if again else 1
    if one.how != "sent":
        _not_sent(work, one, row, is_staff=is_staff, failures_alone=failures_alone)
        return
    if not replaced:
        row.done_at, row.outcome = one.at or work.now, "sent"
        if parcel.coming and not parcel.is_edit:
            work.say(*file_news.follow(work, parcel.reply, row.address, parcel.coming))
    if was_closed:
        outbox.hurry_closed(work.session, row.address, work.now)


def _not_sent(
    work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool, failures_alone: int
) -> None:
    if one.how == "moved":
        municipalities.move_chat(work.session, row.address, one.moved_to)
    elif one.how == "refused":
        refusals.note(work, one, row, is_staff=is_staff)
    elif one.how == "retry":
        _try_later(work, one, row, is_staff=is_staff, failures_alone=failures_alone)
    elif is_staff:
        log.error("staff_chat_refuses", channel=row.channel, error=row.error)
        home = municipalities.home_of(work.session, row.address)
        if row.address == home:
            _wait_for_chat(work, row, STAFF_RETRY)
        else:
            _go_home(work, row, home)
    else:
        _not_reached(work, one, row)


def _try_later(
    work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool, failures_alone: int
) -> None:
    """Try again later, and without holding up others if the message itself seems to be at fault."""
    pause = (
        outbox.backoff(row.attempts)
        if one.retry_after is None
        else timedelta(seconds=one.retry_after)
    )
    row.next_at = work.now + (min(pause, STAFF_RETRY) if is_staff else pause)
    if one.apart_after is None:
        is_own_fault = failures_alone >= OWN_FAULT
    else:
        is_own_fault = row.attempts >= one.apart_after
    if is_own_fault and not one.parcel.is_apart:
        log.error("message_fails", outbox=row.id, channel=row.channel, error=row.error)
        outbox.set_apart(row)
        appeal_id = one.parcel.reply.appeal
        if not is_staff and appeal_id and (appeal := appeals.get(work.session, appeal_id)):
            work.say(delivery_news.late(work, appeal, row.id))


def _wait_for_chat(work: Work, row: OutboxMessage, longest: timedelta) -> None:
    row.outcome = outbox.CLOSED
    row.next_at = work.now + outbox.backoff(row.attempts, longest)


def _go_home(work: Work, row: OutboxMessage, home: Address) -> None:
    """An answer in another topic, which was closed or deleted since, goes to the staff chat itself."""
    row.lane = row.lane.replace(row.chat, home.chat)
    row.chat = home.chat
    row.attempts, row.parts_sent, row.next_at = 0, 0, work.now


def _not_reached(work: Work, one: Outcome, row: OutboxMessage) -> None:
    """The resident gets nothing now; whatever comes from them opens the way again.

    What came while this was on its way has opened it already: then it is tried again at once.
    """
    if coming_back.opened_since(work.session, row, one.parcel.picked_at):
        row.next_at = work.now
        return
    log.warning("undeliverable", outbox=row.id, channel=row.channel, error=row.error)
    residents.mark_blocked(work.session, row.address, work.now)
    if row.push and (to := homes.instead_of(work, row.address)):
        following.send_to(row, to, work.now)
        return
    if one.how == "blocked":
        row.done_at, row.outcome = work.now, outbox.HELD
        _tell_staff(work, one, "blocked")
    else:
        _wait_for_chat(work, row, CLOSED_RETRY)
        _tell_staff(work, one, "closed")


def _is_erased(row: OutboxMessage | None) -> bool:
    """Whether it was erased while it was on its way."""
    return row is None or row.outcome == outbox.ERASED


def _ties(work: Work, one: Outcome) -> Iterator[message_ties.Tie]:
    """Yield which appeal each of its messages is about."""
    reply = one.parcel.reply
    if reply.lists and one.ids:
        card_lists.sent(work.session, reply.to, reply.lists, one.ids[-1])
    if reply.appeal is None:
        return
    home = municipalities.home_of(work.session, reply.to)
    if one.lost_card:
        message_ties.untie_card(work.session, home, one.parcel.stands)
    if one.became and reply.under_card and not reply.prompt:
        message_ties.untie_prompt(work.session, home, one.became)
    is_whole = sum(bool(part.text) for part in one.parcel.parts) == 1  # else it cannot be edited
    for number, message in enumerate(one.ids or filter(None, [one.became])):
        is_card = reply.card and number == 0
        role = "card" if is_card else "prompt" if reply.prompt else "sent"
        says = reply.entry if is_whole and message in one.with_text else None
        yield message_ties.Tie(home, message, reply.appeal, role, entry_id=says)


def _reached_again(work: Work, one: Outcome) -> None:
    """A push got through to somebody whom the last one did not reach: what is held follows it."""
    chat = one.parcel.reply.to
    residents.mark_blocked(work.session, chat, None)
    outbox.revive(work.session, chat, work.now)
    appeal_id = one.parcel.reply.appeal
    if appeal_id and (appeal := appeals.get(work.session, appeal_id)):
        work.say(*delivery_news.delivered(work, appeal))


def _tell_staff(work: Work, one: Outcome, why: delivery_news.Why) -> None:
    """Tell the staff what has changed; without a change the appeal is not even locked."""
    appeal_id = one.parcel.reply.appeal
    if appeal_id is None or not one.parcel.push:
        return
    known = work.session.get(Appeal, appeal_id)
    if known is None or known.undelivered:
        return
    if appeal := appeals.get(work.session, appeal_id):
        work.say(*delivery_news.undelivered(work, appeal, why))
