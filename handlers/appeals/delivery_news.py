"""News of the delivery for the staff: a messenger does not reach a resident, or does again."""

from handlers.appeals.card import card, under_card
from handlers.turn import Work
from storage.messages import Reply
from storage.tables import Appeal


def undelivered(work: Work, appeal: Appeal) -> list[Reply]:
    """The messenger does not deliver to the resident: the card says so."""
    if appeal.undelivered:
        return []
    appeal.undelivered = True
    text = work.texts("staff-undelivered", number=appeal.number)
    return [card(work, appeal), under_card(appeal, text)]


def delivered(work: Work, appeal: Appeal) -> list[Reply]:
    """It delivers again."""
    if not appeal.undelivered:
        return []
    appeal.undelivered = False
    return [card(work, appeal)]
