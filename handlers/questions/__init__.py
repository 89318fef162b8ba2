"""The kinds of questions that a form is made of: choice, words, place, files, confirmation."""

from handlers.questions.base import (
    NO_PIECES,
    Asked,
    Condition,
    Invalid,
    Piece,
    Question,
    Taken,
    pieces_of,
    plain,
    press_of,
    unreadable_text,
)
from handlers.questions.choice import Choice, Option
from handlers.questions.confirm import Confirm
from handlers.questions.files import Files
from handlers.questions.where import Where
from handlers.questions.words import Words

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
    "Question",
    "Taken",
    "Where",
    "Words",
    "pieces_of",
    "plain",
    "press_of",
    "unreadable_text",
]
