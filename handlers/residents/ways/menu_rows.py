"""Buttons that lead a resident on: the main menu, and what to do with what was begun."""

from handlers.turn import Turn
from storage.messages import Rows


def aside_rows(turn: Turn) -> Rows:
    """After "cancel": go on, or drop it, or something else."""
    return (
        (turn.button("draft-continue", "draft:continue", tone="good"),),
        (turn.button("draft-drop", "draft:drop", tone="bad"),),
        *menu_rows(turn)[1:],
    )


def draft_rows(turn: Turn) -> Rows:
    """Buttons for a draft that was found: go on, begin again, or do something else."""
    return (
        (turn.button("draft-continue", "draft:continue", tone="good"),),
        (turn.button("draft-new", "draft:new"),),
        *menu_rows(turn)[1:],
    )


def menu_rows(turn: Turn) -> Rows:
    """The main menu."""
    return (
        (turn.button("menu-report", "new:appeal", tone="primary"),),
        (turn.button("menu-my", "my:1"), turn.button("menu-help", "help:")),
    )
