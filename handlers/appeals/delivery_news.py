"""What the delivery tells the staff: a resident whom the messenger does not reach, or again does."""

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
