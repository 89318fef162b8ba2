"""Hear danger to life in what a resident writes, and which: words, their forms, and rules of both.

How it reads: ``lexicon`` has the words by what they mean, ``reading`` finds them in a text, and
``rules`` says which of them together speak of danger.
"""

from handlers.wording.danger.kinds import Danger
from handlers.wording.danger.rules import dangers_in

__all__ = ["Danger", "dangers_in", "is_emergency"]


def is_emergency(text: str) -> bool:
    """Whether the text speaks of danger to life."""
    return bool(dangers_in(text))
