"""The words of danger and of what is none, by their senses; how they are written: ``patterns``."""

from datetime import UTC, datetime
from functools import lru_cache

from handlers.wording.danger.patterns import Lexicon
from handlers.wording.danger.words import fire, homes, people, places, when


def lexicon() -> Lexicon:
    """The senses of all rooms of life, as they are this year."""
    return lexicon_of(datetime.now(UTC).year)


@lru_cache(maxsize=2)  # somewhere it is the next one already
def lexicon_of(year: int) -> Lexicon:
    """The senses in that year, read at its first text: the years before it are past."""
    senses = when.senses_of(year)
    return Lexicon(senses | people.SENSES | fire.SENSES | places.SENSES | homes.SENSES)
