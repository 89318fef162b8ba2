"""The words of danger and of what is none, by their senses; how they are written: ``patterns``."""

from functools import lru_cache

from handlers.wording.danger.patterns import Lexicon
from handlers.wording.danger.words import fire, homes, people, places, when


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The senses of all rooms of life, read at the first text."""
    return Lexicon(when.SENSES | people.SENSES | fire.SENSES | places.SENSES | homes.SENSES)
