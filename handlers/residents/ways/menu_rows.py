"""Buttons that lead a resident on: the main menu, and what to do with what was begun."""

from config.texts import Texts
from handlers.turn import Turn
from storage.messages import Button, Rows


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
    return menu_of(turn.texts)


def menu_of(texts: Texts) -> Rows:
    """The main menu, for a messenger that keeps it in sight."""
    return (
        (Button(texts("menu-report"), "new:appeal", tone="primary"),),
        (Button(texts("menu-my"), "my:1"), Button(texts("menu-help"), "help:")),
    )
