"""Answers to buttons of a card that came too late: somebody else was faster."""

from handlers.appeals.card import card, employee_of, state_label
from handlers.turn import Turn
from storage.messages import Reply
from storage.tables import Appeal


def not_allowed(turn: Turn, found: Appeal) -> list[Reply]:
    """A stale button: what the state is now and who brought it there, and the card as it is."""
    if name := employee_of(turn, found):
        key, state = "staff-not-allowed-by", str(found.state)
    else:
        key, state = "staff-not-allowed", state_label(turn, found)
    text = turn.texts(key, number=found.number, state=state, name=name)
    return [turn.reply(text), card(turn, found)]
