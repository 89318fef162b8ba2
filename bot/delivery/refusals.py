"""Messages that a messenger takes in no form: told to whoever wrote them, and the others go on."""

from dataclasses import replace
from datetime import timedelta

import structlog

from bot.delivery.parcel import Outcome
from handlers.appeals import delivery_news
from handlers.turn import Work
from storage import appeals, outbox
from storage.messages import Reply
from storage.tables import OutboxMessage

TOLD = "refused"  # how the ``coalesce`` begins of words that take the place of a refused message
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=1)  # in a staff chat, for ever

log = structlog.get_logger()


def note(work: Work, one: Outcome, row: OutboxMessage, *, is_staff: bool) -> None:
    """End a refused message to a resident; in a staff chat it is tried again, in a lane of its own.

    There it may be the chat after all, by an error that nobody knows, and a card is not to be lost.
    """
    log.error("message_refused", outbox=row.id, channel=row.channel, error=row.error)
    if is_staff:
        row.next_at = work.now + max(FIRST_RETRY, outbox.backoff(row.attempts, LONGEST_RETRY))
        if not one.parcel.is_apart:
            outbox.set_apart(row)
            work.say(*_instead_in_staff_chat(work, one, row))
        return
    row.done_at, row.outcome = work.now, outbox.REFUSED
    work.say(*_instead_of(work, one))


def _instead_in_staff_chat(work: Work, one: Outcome, row: OutboxMessage) -> list[Reply]:
    """A short word on the appeal whose card or news is not shown."""
    reply = one.parcel.reply
    if reply.appeal is None or reply.coalesce.startswith(TOLD):
        return []
    appeal = appeals.get(work.session, reply.appeal)
    if appeal is None:
        return []
    word = delivery_news.refused_here(work, appeal, reply, row.id, row.error)
    return [replace(word, coalesce=f"{TOLD}:{appeal.id}")]


def _instead_of(work: Work, one: Outcome) -> list[Reply]:
    """News of an appeal goes back to the staff; who talks with the bot reads something plainer."""
    reply = one.parcel.reply
    if reply.push and reply.appeal is not None:
        appeal = appeals.get(work.session, reply.appeal)
        return [delivery_news.refused(work, appeal, reply, one.error)] if appeal else []
    if reply.coalesce.startswith(TOLD):
        return []
    text = work.texts("message-refused")
    return [Reply(to=reply.to, text=text, rows=reply.rows, push=reply.push, coalesce=TOLD)]
