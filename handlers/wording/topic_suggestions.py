"""Guess the topics of a text: its lemmas against the keywords of the category tree."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from storage.town.tree import CategoryNode, TopicNode, Tree

WORD = re.compile(r"[а-яёa-z]+", re.IGNORECASE)
MOST_WORDS = 80  # of a text: the beginning says what it is about, and unknown ones cost most
LONGEST_WORD = 30  # letters; pymorphy takes longer ones of "не" and the like apart until it breaks
TOPIC_WORD, TOPIC_PHRASE, CATEGORY_WORD = 2.0, 3.0, 1.0
# Words of an address: they say where, not what. Alone they make nobody's hole a matter of snow.
PLACE_WORDS = frozenset(
    (
        *("улица", "проспект", "переулок", "дорога", "проезд", "дом", "двор", "подъезд"),
        *("парадный", "парадная", "этаж", "квартира", "парковка", "район", "город"),
    )
)
PLACE_WORD = 0.25  # of a word's weight, where nothing else names the category


class Lemmatiser(Protocol):
    """Gives a word's dictionary form (pymorphy3's MorphAnalyzer behind a cache)."""

    def __call__(self, word: str) -> str:
        """``дорогах`` to ``дорога``."""


def lemmatiser() -> Lemmatiser:
    """pymorphy3, loaded at the first word: it takes half a second and 30 MB."""
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - see above

    analyzer = MorphAnalyzer(lang="ru")

    @lru_cache(maxsize=20_000)
    def lemma(word: str) -> str:
        return fold(str(analyzer.parse(word)[0].normal_form))

    return lemma


def fold(word: str) -> str:
    """Lower case, ё as е: how keywords and texts are compared."""
    return word.lower().replace("ё", "е")


@dataclass(frozen=True, slots=True)
class Keywords:
    """A node's keywords as lemmas: of one word, and of two that stand side by side."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]

    def score(self, present: set[str], pairs: set[tuple[str, str]], place_word: float) -> float:
        """How much of them stands in a text."""
        score = 0.0
        for word in self.words:
            if word in present:
                score += place_word if word in PLACE_WORDS else 1
        for phrase in self.phrases:
            if phrase in pairs:
                score += TOPIC_PHRASE / TOPIC_WORD
        return score


Node = TopicNode | CategoryNode


class TopicSuggester:
    """The likely topics of a text, best first."""

    def __init__(self, lemma: Lemmatiser) -> None:
        self._lemma = lemma
        self._tree: Tree | None = None  # whose keywords these are
        self._keywords: list[tuple[Keywords, list[tuple[Keywords, TopicNode]]]] = []

    def __call__(self, tree: Tree, text: str, most: int = 3) -> list[TopicNode]:
        """At most ``most`` offered topics of which a keyword, more than a place, stands in the text.

        Where there are fewer, the neighbours of the best one come after them.
        """
        found = [word for word in WORD.findall(text)[:MOST_WORDS] if len(word) <= LONGEST_WORD]
        words = [self._lemma(fold(word)) for word in found]
        if not words:
            return []
        present = set(words)
        pairs = set(pairwise(words))
        scored: list[tuple[float, TopicNode]] = []
        for category, topics in self._keywords_of(tree):
            base = category.score(present, pairs, PLACE_WORD)
            is_named = base >= 1
            for topic, node in topics:
                own = topic.score(present, pairs, 1 if is_named else PLACE_WORD)
                if own >= (PLACE_WORD if is_named else 1):
                    scored.append((own * TOPIC_WORD + base * CATEGORY_WORD, node))
        scored.sort(key=lambda pair: -pair[0])
        likely = [topic for _, topic in scored[:most]]
        nearest = tree.category(likely[0].category_id) if likely else None
        neighbours = nearest.topics if nearest else ()
        likely += [topic for topic in neighbours if topic.offered and topic not in likely]
        return likely[:most]

    def _keywords_of(self, tree: Tree) -> list[tuple[Keywords, list[tuple[Keywords, TopicNode]]]]:
        """Of what is offered; worked out anew for another tree only."""
        if self._tree is not tree:
            self._keywords = [
                (
                    self._lemmas(category),
                    [(self._lemmas(t), t) for t in category.topics if t.offered],
                )
                for category in tree.offered()
            ]
            self._tree = tree
        return self._keywords

    def _lemmas(self, node: Node) -> Keywords:
        split = [
            tuple(self._lemma(fold(part)) for part in words.split()) for words in node.keywords
        ]
        return Keywords(
            words=tuple(parts[0] for parts in split if len(parts) == 1),
            phrases=tuple(parts for parts in split if len(parts) != 1),
        )
