"""Admins shape the categories in the chat."""

from handlers.messages import Reply
from handlers.turn import Turn


def is_admin(turn: Turn) -> bool:
    """Whether the person is one of ``MCU_ADMINS``."""
    person = turn.event.person
    return f"{person.channel}:{person.account}" in turn.settings.admins


def turn_admin(turn: Turn) -> list[Reply] | None:
    """Answer an admin's event; None where it is not about administration."""
    return None
