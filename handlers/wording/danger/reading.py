"""A text taken apart into sentences of words, each with what it may mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.wording.danger.patterns import fold
from handlers.wording.danger.words import lexicon

MOST_LETTERS = 4_000  # of a text, as long as a description may be
MOST_WORDS = 60  # of a sentence; a longer one is taken in pieces
TOKEN = re.compile(r"\w{1,40}|[.!?;…\n]|[,:()—–-](?=\s)")
# A full stop after these ends no sentence: «ул. Мира», «тех. колодец».
SHORTENED = re.compile(
    fold(r"\b(ул|д|г|пр|пер|пл|тех|кв|стр|корп|им|тел|см|м|р|п|т|др|обл|пос|дер)\.")
)
# «люк, расположенный во дворе дома 5, открыт»: such a clause says only where.
WHERE = re.compile(
    fold(
        r",\s*(?:(?:котор\w{1,4}|что)\s+)?(?:расположен|находящ|находит|установлен)\w{0,8}"
        r"[^,.!?;…\n]{1,120},"
    )
)
ENDS = frozenset(".!?;…\n")
PREPOSITIONS = frozenset(
    fold(
        "в во на у над под около возле из с со от за к ко по при через между против напротив мимо вокруг"
        " вдоль рядом перед для до после без про о об из-за внутри посреди среди"
    ).split()
)
# «у старого дома»: an adjective may stand between the preposition and its noun.
ADJECTIVE = re.compile(fold(r"\w{2,30}(?:ого|его|ой|ей|ом|ем|ых|их|ым|им|ую|юю|ый|ий|ое|ая|ые|ие)"))
NEGATIONS = frozenset(fold("не ни нет никто нечего нигде").split())


@dataclass(slots=True)
class Sentence:
    """The words of a sentence, and the places at which each sense begins."""

    words: list[str]
    places: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at in range(len(self.words)):
            for sense in lexicon().senses_at(self.words, at):
                self.places.setdefault(sense, []).append(at)

    def has(self, *senses: str) -> bool:
        """Whether any of these senses is in it."""
        return not self.places.keys().isdisjoint(senses)

    def at(self, *senses: str) -> list[int]:
        """The places of all of these senses."""
        return sorted({at for sense in senses for at in self.places.get(sense, ())})

    def is_denied(self, at: int) -> bool:
        """Whether a word is denied: «не горит», «не сильно горит»."""
        before = self.words[max(at - 2, 0) : at]
        if not before:
            return False
        return before[-1] in NEGATIONS or (before[0] in NEGATIONS and before[-1] in WEAKENING)

    def is_where(self, at: int) -> bool:
        """Whether a noun names a place: «у дома», «возле старого дома»."""
        before = self.words[max(at - 2, 0) : at]
        if not before:
            return False
        if before[-1] in PREPOSITIONS:
            return True
        return before[0] in PREPOSITIONS and ADJECTIVE.fullmatch(before[-1]) is not None


WEAKENING = frozenset(fold("очень сильно совсем никак так уже ещё сразу давно полностью").split())


def sentences_of(text: str) -> Iterator[Sentence]:
    """The sentences of a text, one after the other."""
    words: list[str] = []
    plain = SHORTENED.sub(r"\1 ", fold(text[:MOST_LETTERS]))
    for token in TOKEN.findall(WHERE.sub(" ", plain)):
        if token not in ENDS:
            words.append(token)
        if words and (token in ENDS or len(words) == MOST_WORDS):
            yield Sentence(words)
            words = []
    if words:
        yield Sentence(words)
