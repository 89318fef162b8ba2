"""The kinds of questions that a form is made of: choice, words, place, files, confirmation."""

from handlers.forms.ask.base import (
    NO_PIECES,
    Asked,
    Condition,
    Invalid,
    Piece,
    Question,
    Taken,
    always,
    pieces_of,
    plain,
    press_of,
    unreadable_text,
)
from handlers.forms.ask.choice import Choice, Option
from handlers.forms.ask.confirm import Confirm
from handlers.forms.ask.files import Files, all_files
from handlers.forms.ask.place import Place
from handlers.forms.ask.text import Text

__all__ = [
    "NO_PIECES",
    "Asked",
    "Choice",
    "Condition",
    "Confirm",
    "Files",
    "Invalid",
    "Option",
    "Piece",
    "Place",
    "Question",
    "Taken",
    "Text",
    "all_files",
    "always",
    "pieces_of",
    "plain",
    "press_of",
    "unreadable_text",
]
