"""Guess the topics of a text: its lemmas against the keywords of the category tree."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from storage.categories import CategoryNode, TopicNode, Tree

WORD = re.compile(r"[а-яёa-z]+", re.IGNORECASE)
MOST_WORDS = 400  # of a text: the beginning says what it is about
LONGEST_WORD = 60  # letters; pymorphy takes longer ones of "не" and the like apart until it breaks
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


class TopicSuggester:
    """The likely topics of a text, best first."""

    def __init__(self, lemma: Lemmatiser) -> None:
        self._lemma = lemma

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
        for category in tree.offered():
            base = self._score(category, present, pairs, PLACE_WORD)
            is_named = base >= 1
            for topic in category.topics:
                own = self._score(topic, present, pairs, 1 if is_named else PLACE_WORD)
                if topic.offered and own >= (PLACE_WORD if is_named else 1):
                    scored.append((own * TOPIC_WORD + base * CATEGORY_WORD, topic))
        scored.sort(key=lambda pair: -pair[0])
        likely = [topic for _, topic in scored[:most]]
        nearest = tree.category(likely[0].category_id) if likely else None
        neighbours = nearest.topics if nearest else ()
        likely += [topic for topic in neighbours if topic.offered and topic not in likely]
        return likely[:most]

    def _score(
        self,
        node: TopicNode | CategoryNode,
        present: set[str],
        pairs: set[tuple[str, str]],
        place_word: float,
    ) -> float:
        score = 0.0
        for keyword in node.keywords:
            parts = tuple(self._lemma(fold(part)) for part in keyword.split())
            if len(parts) == 1:
                score += (parts[0] in present) * (place_word if parts[0] in PLACE_WORDS else 1)
            elif parts in pairs:
                score += TOPIC_PHRASE / TOPIC_WORD
        return score
