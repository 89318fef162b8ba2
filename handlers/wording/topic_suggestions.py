"""Guess the topics of a text: what of the category tree's keywords stands in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from handlers.wording.keywords import NOTHING, Heard, Key, KeywordIndex, Parse, Parsed, fold
from storage.town.tree import CategoryNode, TopicNode, Tree

OWN = 1.5  # the weight of a topic's own keywords, of its category's being 1
PLACE_WORD = 0.25  # of a word's weight, if nothing else names the category
MOST_BESIDE = 8  # of places and general words: a long letter has many, whatever it is about
MARGIN = 0.2  # of the best score: with less, nobody would make the guess
LAST = "other"  # the code of the category that takes what fits nowhere else
SNOW = "снег"  # a category with this keyword is about snow: the words of its topics do not say so


def lemmatiser() -> Parse:
    """pymorphy3, loaded at the first word: it takes half a second and 30 MB."""
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - see above

    analyzer = MorphAnalyzer(lang="ru")

    @lru_cache(maxsize=10_000)
    def parse(word: str) -> Parsed:
        forms = (fold(str(one.normal_form)) for one in analyzer.parse(word))
        return Parsed(tuple(dict.fromkeys(forms)), analyzer.word_is_known(word))

    return parse


@dataclass(frozen=True, slots=True)
class Branch:
    """A category of the tree with its offered topics."""

    category: CategoryNode
    topics: tuple[TopicNode, ...]

    @property
    def nodes(self) -> tuple[CategoryNode | TopicNode, ...]:
        """The category, and each of them."""
        return (self.category, *self.topics)

    @property
    def is_snow(self) -> bool:
        """Whether it is about snow."""
        return SNOW in self.category.keywords


class TopicSuggester:
    """The likely topics of a text, best first."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self._tree: Tree | None = None  # whose keywords these are
        self._branches: list[Branch] = []
        self._index = KeywordIndex(parse, {})

    def __call__(self, tree: Tree, text: str, most: int = 3) -> list[TopicNode]:
        """At most ``most`` offered topics for which a keyword, more than a place, speaks."""
        if self._tree is not tree:
            self._read(tree)
        heard = self._index.hear(text)
        if not heard:
            return []
        scored = [one for branch in self._branches for one in _scores(branch, heard)]
        best = max((score for _, score, _ in scored), default=0.0)
        scored.sort(key=lambda one: -one[1])
        likeliest = [one for one in scored if one[1] >= best * MARGIN][:most]
        return [topic for _, _, topic in sorted(likeliest, key=lambda one: one[0])]

    def _read(self, tree: Tree) -> None:
        """Learn what is offered; done anew for another tree only."""
        self._branches = [
            Branch(category, tuple(topic for topic in category.topics if topic.offered))
            for category in tree.offered()
        ]
        self._index = KeywordIndex(
            self._parse,
            {_key(node): node.keywords for branch in self._branches for node in branch.nodes},
            {_key(topic) for branch in self._branches if branch.is_snow for topic in branch.topics},
        )
        self._tree = tree


def _key(node: CategoryNode | TopicNode) -> Key:
    return type(node).__name__, node.id


def _scores(branch: Branch, heard: Mapping[Key, Heard]) -> Iterator[tuple[bool, float, TopicNode]]:
    """Whether each topic of which something is heard goes last, and how likely it is."""
    whole = heard.get(_key(branch.category), NOTHING)
    is_named = whole.sure > 0
    base = _weight(whole, is_named=is_named)
    for topic in branch.topics:
        own = heard.get(_key(topic), NOTHING)
        if is_named or own.sure > 0:
            score = _weight(own, is_named=is_named) * OWN + base
            yield branch.category.code == LAST, score, topic


def _weight(heard: Heard, *, is_named: bool) -> float:
    """Places and general words count if the category is named, together no more than ``MOST_BESIDE``."""
    if is_named:
        return heard.sure + min(heard.place + heard.general, MOST_BESIDE)
    return heard.sure + heard.place * PLACE_WORD
