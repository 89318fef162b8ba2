"""Words with their endings, written short: ``люк-``, ``обвалил~``, ``искр*``.

``-`` is the ending of a noun or an adjective, ``~`` of a verb in the past, ``*`` any ending; each
may be none. A word without a sign is that word alone. Several words stand side by side.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST_ENDING = 10
# «пажар», «сабака»: the commonest slip of the pen is the letter that is heard.
HEARD = str.maketrans("оё", "ае")
REPEATED = re.compile(r"(.)\1{2,}")


def fold(text: str) -> str:
    """The text as words are compared: lower case, о as а, ё as е, «гориииит» as «горит»."""
    return REPEATED.sub(r"\1", text.lower().translate(HEARD))


NOMINAL = frozenset(
    fold(
        "а я у ю е и ы о ь й ой ей ою ею ом ем ью ам ям ами ями ах ях ов ев ии ия ию ием ий ие ый ая"
        " яя ое ее ые ого его ому ему ым им ую юю ых их ыми ими иям"
    ).split()
) | {""}
PAST = frozenset(fold("а о и ся сь ась ось ись").split()) | {""}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a pattern: how it begins, and the sign of how it may end."""

    stem: str
    sign: str

    @classmethod
    def of(cls, written: str) -> "Word":
        """Read a word with its sign, if it has one."""
        sign = written[-1] if written[-1] in "-~*" else ""
        return cls(fold(written.removesuffix(sign)), sign)

    def is_said_by(self, word: str) -> bool:
        """Whether a word of a text is this one in one of its forms."""
        if not word.startswith(self.stem):
            return False
        ending = word[len(self.stem) :]
        match self.sign:
            case "-":
                return ending in NOMINAL
            case "~":
                return ending in PAST
            case "*":
                return len(ending) <= LONGEST_ENDING
        return not ending


Pattern = tuple[str, tuple[Word, ...]]  # a sense, and words that have it


@dataclass(frozen=True, slots=True)
class Beginning:
    """The senses of a word alone, and the longer patterns by the letters of their second word."""

    alone: list[str]
    followed: dict[str, list[Pattern]]


class Lexicon:
    """Patterns by their first letters, so that most words of a text cost one look."""

    def __init__(self, senses: Mapping[str, str]) -> None:
        """Read the words of each sense: its patterns are parted by commas."""
        self._patterns: dict[str, list[Pattern]] = defaultdict(list)
        for sense, written in senses.items():
            for pattern in written.split(","):
                words = tuple(Word.of(word) for word in pattern.split())
                self._patterns[words[0].stem[:2]].append((sense, words))
        self._beginning = lru_cache(maxsize=4_000)(self._find)

    def senses_at(self, words: Sequence[str], at: int) -> Iterator[str]:
        """The senses of the word at that place, alone or with those after it."""
        beginning = self._beginning(words[at])
        yield from beginning.alone
        if not beginning.followed or at + 1 == len(words):
            return
        for sense, pattern in beginning.followed.get(words[at + 1][:2], ()):
            said = words[at + 1 : at + len(pattern)]
            if len(said) == len(pattern) - 1 and all(
                word.is_said_by(one) for word, one in zip(pattern[1:], said, strict=True)
            ):
                yield sense

    def _find(self, word: str) -> Beginning:
        """The patterns that begin with a form of the word."""
        found = Beginning([], defaultdict(list))
        for sense, pattern in self._patterns.get(word[:2], ()):
            if not pattern[0].is_said_by(word):
                continue
            if len(pattern) == 1:
                found.alone.append(sense)
            else:
                found.followed[pattern[1].stem[:2]].append((sense, pattern))
        return found
