"""News of the delivery for the staff: what did not reach a resident and why, and what did after all."""

from dataclasses import replace
from typing import Literal

from handlers.appeals import standing
from handlers.appeals.card import card, news, resident_address, topic_label
from handlers.turn import Work
from handlers.wording.quoting import in_line
from storage.messages import Address, Reply
from storage.outbox import troubles
from storage.people import accounts
from storage.tables import Appeal

Why = Literal["blocked", "closed"]
ERROR_SHOWN = 120


def undelivered(work: Work, appeal: Appeal, why: Why) -> list[Reply]:
    """The messenger does not deliver to the resident: the card says so, and below it stands why.

    ``blocked``: the person closed the chat; ``closed``: the chat takes nothing, and nobody knows
    why.
    """
    if appeal.undelivered:
        return []
    appeal.undelivered = True
    text = work.texts(f"staff-undelivered-{why}", number=appeal.number)
    return [
        card(work, appeal),
        replace(news(work, appeal, text), holds=standing.not_delivered()),
    ]


def late(work: Work, appeal: Appeal, row_id: int) -> Reply:
    """One message to the resident does not get through, while others do."""
    text = work.texts("staff-message-late", number=appeal.number)
    return replace(news(work, appeal, text), holds=standing.not_sent(row_id))


def delivered(work: Work, appeal: Appeal) -> list[Reply]:
    """It delivers again."""
    if not appeal.undelivered:
        return []
    appeal.undelivered = False
    return [card(work, appeal)]


def dropped(work: Work, chat: Address, appeal_id: int | None) -> list[Reply]:
    """A message to ``chat`` was not true any more when it could go: nothing is missing there."""
    appeal = work.session.get(Appeal, appeal_id) if appeal_id else None
    if appeal is None or not appeal.undelivered or resident_address(appeal) is None:
        return []
    if not accounts.is_of(work.session, appeal.resident, chat):
        return []
    return delivered(work, appeal)


def refused(work: Work, appeal: Appeal, reply: Reply, error: str) -> Reply:
    """The messenger takes this message to the resident in no form: which, and its words back."""
    text = work.texts(
        "staff-message-refused",
        number=appeal.number,
        error=in_line(error, ERROR_SHOWN),
        files=len(reply.files),
        text=reply.text,
    )
    return news(work, appeal, text)


def refused_here(work: Work, appeal: Appeal, reply: Reply, row_id: int, error: str) -> Reply:
    """The messenger does not take a message to the staff chat, perhaps the card itself."""
    text = work.texts(
        "staff-card-refused" if reply.card else "staff-news-refused",
        number=appeal.number,
        topic=topic_label(appeal),
        error=in_line(error, ERROR_SHOWN),
    )
    return Reply(
        to=reply.to, text=text, appeal=appeal.id, push=True, holds=standing.not_sent(row_id)
    )


def waiting_word(work: Work, appeal: Appeal) -> str:
    """Why what is sent to the resident now will not arrive at once; empty if it should."""
    resident = appeal.resident
    if resident.awaits_first_word:
        return work.texts("staff-waits-first-word")
    if resident.blocked_at:
        return work.texts("staff-will-wait-closed")
    here = resident.address.channel
    if any(one.channel == here and not one.chat for one in troubles.present(work.session)):
        return work.texts("staff-will-wait-channel", channel=work.texts(f"channel-{here}"))
    return ""
