"""Find the keywords of a category tree in a text, whatever their endings."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Literal, NamedTuple

from handlers.wording.slips import NearWords

WORD = re.compile(r"[а-яёa-z]+", re.IGNORECASE)
MOST_WORDS = 80  # of a text: the beginning says what it is about, and unknown ones cost most
LONGEST_WORD = 30  # letters; pymorphy takes longer ones of "не" and the like apart until it breaks
# Words of an address: they say where, not what. Alone they make nobody's hole a matter of snow.
PLACE_WORDS = frozenset(
    (
        *("улица", "проспект", "переулок", "дорога", "проезд", "дом", "двор", "подъезд"),
        *("парадный", "парадная", "этаж", "квартира", "парковка", "район", "город"),
    )
)
# What may be said of anything.
GENERAL_WORDS = frozenset(
    (
        *("работать", "отсутствовать", "установить", "восстановить", "упасть", "гореть"),
        *("разбитый", "разбить", "стоять", "стоить", "ходить", "ждать", "опасный", "помощь"),
        *("документ", "рубль"),
    )
)
SHORT = {"ул": "улица"}  # by how a text shortens it
# What says by itself that a text is about snow.
OF_SNOW = frozenset(("сосулька", "сосуля", "посыпать", "поскользнуться"))

MOST_READ = 4_000  # words of texts that are kept read

PHRASE = 1.5  # of a word's weight

Sort = Literal["sure", "place", "general"]
Places = Mapping[str, Sequence[int]]  # where in a text each dictionary form stands
Key = tuple[str, int]  # of a category or topic


class Parsed(NamedTuple):
    """The dictionary forms that a word may have, the likeliest first; of an unknown one as it ends."""

    forms: tuple[str, ...]
    is_known: bool


Parse = Callable[[str], Parsed]


def fold(word: str) -> str:
    """Lower case, ё as е: how keywords and texts are compared."""
    return word.lower().replace("ё", "е")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword of a category or topic. Each of its words is all the forms that it may have: «ямы» is «яма» or «ям».

    ``weight`` is greater, the fewer have it.
    """

    node: Key
    words: tuple[tuple[str, ...], ...]
    weight: float
    sort: Sort

    @property
    def is_phrase(self) -> bool:
        """Whether it has several words."""
        return len(self.words) > 1

    def stands_in(self, places: Places) -> bool:
        """Whether its words stand in the text: in any order, with at most one other between two."""
        found = [[at for form in word for at in places.get(form, ())] for word in self.words]
        reach = len(found)
        return any(
            all(any(0 < abs(at - first) <= reach for at in word) for word in found[1:])
            for first in found[0]
        )


@dataclass(slots=True)
class Heard:
    """How much the keywords of a node that stand in a text weigh, by their sort."""

    sure: float = 0
    place: float = 0
    general: float = 0

    def add(self, keyword: Keyword) -> None:
        """Count a keyword; a phrase says more than its words."""
        weight = keyword.weight * (PHRASE if keyword.is_phrase else 1)
        match keyword.sort:
            case "sure":
                self.sure += weight
            case "place":
                self.place += weight
            case "general":
                self.general += weight


NOTHING = Heard()


class KeywordIndex:
    """The keywords of what a tree offers, found by their first words."""

    def __init__(
        self,
        parse: Parse,
        keywords: Mapping[Key, Sequence[str]],
        places: Collection[Key] = frozenset(),
    ) -> None:
        """Read the keywords of all; those of ``places`` say where or how, and are general."""
        self._parse = parse
        self._beginning: dict[str, list[Keyword]] = {}  # by each form of their first word
        self._words: set[str] = set()  # all forms of all words
        split = {key: dict.fromkeys(map(self._split, words)) for key, words in keywords.items()}
        holders = Counter(words for held in split.values() for words in held)
        for key, held in split.items():
            for words in held:
                weight = 1 + log(len(split) / holders[words])
                self._add(Keyword(key, words, weight, _sort(words, is_general=key in places)))
        self._near = NearWords(self._words)
        self._read = lru_cache(maxsize=MOST_READ)(self._meant)

    def _split(self, keyword: str) -> tuple[tuple[str, ...], ...]:
        return tuple(self._word(fold(part)) for part in keyword.split())

    def _word(self, word: str) -> tuple[str, ...]:
        """The forms that stand for a word of a keyword: itself if it is a dictionary form."""
        forms = self._parse(word).forms
        return (word,) if word in forms else forms

    def _add(self, keyword: Keyword) -> None:
        for form in keyword.words[0]:
            self._beginning.setdefault(form, []).append(keyword)
        self._words.update(form for word in keyword.words for form in word)

    def _meant(self, word: str) -> tuple[str, ...]:
        """The forms of keywords that a word of a text has; if it has none, those that it may be meant to have."""
        if len(word) > LONGEST_WORD:
            return ()
        forms, is_known = self._parse(SHORT.get(word, word))
        if found := tuple(form for form in forms if form in self._words):
            return found
        return self._near.built_to(forms) or (() if is_known else self._near.misspelt_as(word))

    def hear(self, text: str) -> dict[Key, Heard]:
        """The categories and topics whose keywords stand in the text, and how much each."""
        places: dict[str, list[int]] = {}
        for at, word in enumerate(WORD.findall(text)[:MOST_WORDS]):
            for form in self._read(fold(word)):
                places.setdefault(form, []).append(at)
        said = {
            id(keyword): keyword
            for form in places
            for keyword in self._beginning.get(form, ())
            if not keyword.is_phrase or keyword.stands_in(places)
        }
        heard: dict[Key, Heard] = {}
        for keyword in said.values():
            heard.setdefault(keyword.node, Heard()).add(keyword)
        return heard


def _sort(words: tuple[tuple[str, ...], ...], *, is_general: bool) -> Sort:
    """The sort of a keyword."""
    if is_general:
        return "general" if OF_SNOW.isdisjoint(words[0]) else "sure"
    if len(words) > 1:
        return "sure"
    if not PLACE_WORDS.isdisjoint(words[0]):
        return "place"
    return "sure" if GENERAL_WORDS.isdisjoint(words[0]) else "general"
