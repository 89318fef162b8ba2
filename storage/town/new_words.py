"""Find the new keywords that a town's categories and topics lack, and take them over."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from config.categories.entries import MOST_KEYWORDS
from config.categories.new_words import NewWords
from storage.tables import Category, Municipality, Topic
from storage.town import tree_edits


@dataclass(frozen=True, slots=True)
class Lacking:
    """A category, and the new keywords that it and its topics do not have."""

    category: Category
    words: tuple[tuple[Category | Topic, tuple[str, ...]], ...]

    @property
    def count(self) -> int:
        """How many words."""
        return sum(len(words) for _, words in self.words)


def lacking(session: Session, municipality: Municipality, offered: NewWords) -> list[Lacking]:
    """The categories that lack some of the words; none of sets that the admins have settled."""
    wanted = offered.after(municipality.words_settled)
    if not wanted:
        return []
    found = []
    for category in tree_edits.categories(session, municipality):
        nodes: list[tuple[str, Category | Topic]] = [(category.code, category)]
        nodes += [(f"{category.code}/{one.code}", one) for one in tree_edits.topics(category)]
        words = tuple(
            (node, new) for code, node in nodes if (new := _new(node, wanted.get(code, ())))
        )
        if words:
            found.append(Lacking(category, words))
    return found


def _new(node: Category | Topic, offered: Sequence[str]) -> tuple[str, ...]:
    """Of the words, those that the node does not have and has room for."""
    room = max(MOST_KEYWORDS - len(node.keywords), 0)
    return tuple(word for word in offered if word not in node.keywords)[:room]


def take(found: Sequence[Lacking]) -> None:
    """Add the words after those that the town has; none of its own goes."""
    for one in found:
        for node, words in one.words:
            node.keywords = [*node.keywords, *words]
