"""Find the categories and topics that a typed word names, by their titles and keywords. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from handlers.wording.keywords import WORD, fold
from storage.town.tree import CategoryNode, TopicNode, Tree

MOST_WORDS = 2  # of a text that may be a title; a longer one tells what happened
MOST = 8  # of what is shown
MOST_GUESSED = 3  # if nothing is named by all words
SHORTEST = 3  # letters of a word that names something
TELLING = frozenset(("не", "ни"))  # short words that tell what happened
ENDING = 2  # letters of a word that its case may change
SHORT = 5  # letters of a word of which only the last may change
BEGINNING = 4  # letters of a word that may be the beginning of another
LONGER = 3  # letters that a word in a title may have more

Node = TypeVar("Node", TopicNode, CategoryNode)
Suggest = Callable[[Tree, str, int], Sequence[TopicNode]]


@dataclass(frozen=True, slots=True)
class Named:
    """Topics that a word names, the likeliest first, and whole categories."""

    topics: tuple[TopicNode, ...] = ()
    categories: tuple[CategoryNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.topics or self.categories)


def named(tree: Tree, suggest: Suggest, text: str) -> Named:
    """The offered topics and categories that the text names; nothing if a word names none."""
    said = [fold(word) for word in WORD.findall(text)]
    words = [word for word in said if len(word) >= SHORTEST]
    naming = TELLING.union(words)
    if not words or sum(word in naming for word in said) > MOST_WORDS:
        return Named()
    found = [_named_by(tree, suggest, word) for word in words]
    if not all(found):
        return Named()
    likely = suggest(tree, text, MOST)
    topics = _common([each.topics for each in found]) or list(likely[:MOST_GUESSED])
    ordered = [*(topic for topic in likely if topic in topics), *topics]
    categories = _common([each.categories for each in found])[: MOST // 2]
    return Named(tuple(dict.fromkeys(ordered))[: MOST - len(categories)], tuple(categories))


def _named_by(tree: Tree, suggest: Suggest, word: str) -> Named:
    titled = [
        topic
        for category in tree.offered()
        for topic in category.topics
        if topic.offered and _stands_in(word, topic.title)
    ]
    spoken = suggest(tree, word, MOST)
    categories = [one for one in tree.offered() if _stands_in(word, one.title)]
    return Named(tuple(dict.fromkeys([*spoken, *titled])), tuple(categories))


def _stands_in(word: str, title: str) -> bool:
    """Whether a word of the title is that word in some case, or begins with it."""
    stem = word[:-1] if len(word) <= SHORT else word[:-ENDING]
    longest = len(word) + (LONGER - 1 if len(word) <= SHORT else LONGER)
    is_beginning = len(word) >= BEGINNING
    return any(
        (is_beginning and other.startswith(word))
        or (other.startswith(stem) and len(other) <= longest)
        for other in (fold(found) for found in WORD.findall(title))
    )


def _common(found: Sequence[Sequence[Node]]) -> list[Node]:
    """Those that all words name."""
    first, *others = found
    return [one for one in first if all(one in other for other in others)]
