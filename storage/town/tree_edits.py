"""Single changes of the category tree. Whoever changes calls ``touch`` at the end."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storage.messages import Address
from storage.tables import Category, Municipality, Topic
from storage.town import municipalities

NOT_IN_CODES = re.compile("[^a-z0-9]+")
# How Russian letters are written in codes.
LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "ts",
            "ch",
            "sh",
            "sch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)
LONGEST_WORDS = 24  # of a code, the rest of its 32 letters is for a number


def lock(session: Session, municipality: Municipality) -> None:
    """Let one change of the tree follow the other: the row is locked until the transaction ends."""
    session.refresh(municipality, with_for_update=True)


def touch(session: Session, municipality: Municipality) -> list[Address]:
    """The tree has changed: every cache reads it again.

    The addresses of the staff chats that are none any more, for no category names them now.
    """
    municipality.tree_version += 1
    return municipalities.retire_unneeded(session, municipality.id)


def categories(session: Session, municipality: Municipality) -> list[Category]:
    """Categories in their order, hidden ones too, removed ones not."""
    return list(
        session.scalars(
            select(Category)
            .where(Category.municipality_id == municipality.id, ~Category.removed)
            .order_by(Category.position, Category.id)
            .options(selectinload(Category.topics))
            .execution_options(populate_existing=True)
        )
    )


def topics(category: Category) -> list[Topic]:
    """A category's topics in their order, hidden ones too, removed ones not."""
    kept = [topic for topic in category.topics if not topic.removed]
    return sorted(kept, key=lambda topic: (topic.position, topic.id))


def all_topics(session: Session, municipality: Municipality) -> list[Topic]:
    """Every topic that there ever was."""
    return list(
        session.scalars(
            select(Topic).join(Category).where(Category.municipality_id == municipality.id)
        )
    )


def category(session: Session, municipality: Municipality, category_id: int) -> Category | None:
    """The category, None if it is removed."""
    row = session.get(Category, category_id)
    if row is None or row.removed or row.municipality_id != municipality.id:
        return None
    return row


def topic(session: Session, municipality: Municipality, topic_id: int) -> Topic | None:
    """The topic, None if it or its category is removed."""
    row = session.get(Topic, topic_id)
    if row is None or row.removed or category(session, municipality, row.category_id) is None:
        return None
    return row


def add_category(session: Session, municipality: Municipality, title: str) -> Category:
    """A new category after all others."""
    rows = list(
        session.scalars(select(Category).where(Category.municipality_id == municipality.id))
    )
    row = Category(
        municipality_id=municipality.id,
        code=free_code(title, [other.code for other in rows]),
        title=title,
        position=_after(rows),
        topics=[],
    )
    session.add(row)
    session.flush()
    return row


def add_topic(
    session: Session, municipality: Municipality, into: Category, title: str, days: int
) -> Topic:
    """A new topic after all others of its category."""
    taken = [other.code for other in all_topics(session, municipality)]
    row = Topic(
        category=into,
        code=free_code(title, taken),
        title=title,
        days=days,
        position=_after(into.topics),
    )
    session.add(row)
    session.flush()
    return row


def _after(rows: Sequence[Category] | Sequence[Topic]) -> int:
    return max((row.position for row in rows), default=-1) + 1


def shift(rows: Sequence[Category] | Sequence[Topic], row: Category | Topic, step: int) -> bool:
    """Move one up (-1) or down (1) among its likes; False if it is at the end already."""
    ordered: list[Category | Topic] = list(rows)
    here = ordered.index(row)
    there = here + step
    if not 0 <= there < len(ordered):
        return False
    ordered[here], ordered[there] = ordered[there], ordered[here]
    for position, other in enumerate(ordered):
        other.position = position
    return True


def move_topic(row: Topic, into: Category) -> None:
    """Put a topic into another category, after all others."""
    row.position = _after(into.topics)
    row.category = into


def free_code(title: str, taken: Sequence[str]) -> str:
    """A code for the file made of the title: ``yamy_i_vyboiny``; with a number if it is taken."""
    spelled = "".join(LATIN.get(letter, letter) for letter in title.lower())
    words = NOT_IN_CODES.sub("_", spelled).strip("_")[:LONGEST_WORDS].strip("_") or "item"
    code, number = words, 1
    while code in taken:
        number += 1
        code = f"{words}_{number}"
    return code
