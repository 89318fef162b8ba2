"""The tree as a whole: into the tables (at the first start, by an import) and out of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.categories.entries import CategoryEntry, TopicEntry
from storage import appeals
from storage.messages import Address
from storage.tables import Category, Municipality, Topic
from storage.town import tree_edits


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of an import: titles of what is added, changed and removed.

    ``appeals`` is how many appeals the removed topics have (they keep their topics),
    ``reordered`` tells that nothing but the order changes somewhere, ``empty`` are the titles of
    categories without a topic in the file.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    appeals: int
    reordered: bool
    empty: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the tables are as the file already."""
        return not (self.added or self.changed or self.removed or self.reordered)


def seed_tree(session: Session, municipality: Municipality, tree: Sequence[CategoryEntry]) -> bool:
    """Fill in the tree of a new installation; False if there are categories already."""
    known = select(Category.id).where(Category.municipality_id == municipality.id).limit(1)
    if session.scalar(known) is not None:
        return False
    apply_import(session, municipality, tree)
    return True


def export_entries(session: Session, municipality: Municipality) -> tuple[CategoryEntry, ...]:
    """The tree as entries for the file; hidden ones too, removed ones not."""
    return tuple(
        CategoryEntry(
            id=row.code,
            title=row.title,
            emoji=row.emoji,
            department=row.department,
            keywords=tuple(row.keywords),
            hidden=row.hidden,
            topics=tuple(_topic_entry(topic) for topic in tree_edits.topics(row)),
        )
        for row in tree_edits.categories(session, municipality)
    )


def _topic_entry(row: Topic) -> TopicEntry:
    return TopicEntry(
        id=row.code,
        title=row.title,
        days=row.days,
        emoji=row.emoji,
        fast_track=row.fast_track,
        place=row.needs_place,
        department=row.department,
        keywords=tuple(row.keywords),
        hidden=row.hidden,
    )


def plan_import(
    session: Session, municipality: Municipality, tree: Sequence[CategoryEntry]
) -> Plan:
    """Compare the file with the tables. Codes tell what is the same; a code is used once."""
    now = export_entries(session, municipality)
    old_categories = {entry.id: entry for entry in now}
    old_topics = {topic.id: (topic, entry.id) for entry in now for topic in entry.topics}
    added, changed, kept = [], [], set()
    for entry in tree:
        old = old_categories.get(entry.id)
        if old is None:
            added.append(entry.title)
        elif _alone(old) != _alone(entry):
            changed.append(entry.title)
        for topic in entry.topics:
            kept.add(topic.id)
            if topic.id not in old_topics:
                added.append(topic.title)
            elif old_topics[topic.id] != (topic, entry.id):
                changed.append(topic.title)
    codes = {entry.id for entry in tree}
    gone = [code for code in old_topics if code not in kept]
    removed = [entry.title for entry in now if entry.id not in codes]
    removed += [old_topics[code][0].title for code in gone]
    return Plan(
        tuple(added),
        tuple(changed),
        tuple(removed),
        appeals.count_of_topics(session, _topic_ids(session, municipality, gone)),
        reordered=not _same_order(now, tree),
        empty=tuple(entry.title for entry in tree if not entry.topics),
    )


def _alone(entry: CategoryEntry) -> tuple[object, ...]:
    """A category without its topics."""
    return entry.title, entry.emoji, entry.department, entry.keywords, entry.hidden


def _same_order(now: Sequence[CategoryEntry], tree: Sequence[CategoryEntry]) -> bool:
    """Whether what stands in both stands in the same order."""
    before = _codes(now)
    after = _codes(tree)
    kept = set(before) & set(after)
    return [c for c in before if c in kept] == [c for c in after if c in kept]


def _codes(tree: Sequence[CategoryEntry]) -> list[str]:
    categories = [f"category {entry.id}" for entry in tree]
    return categories + [f"{entry.id} {topic.id}" for entry in tree for topic in entry.topics]


def _topic_ids(session: Session, municipality: Municipality, codes: Sequence[str]) -> list[int]:
    rows = tree_edits.all_topics(session, municipality)
    return [row.id for row in rows if row.code in codes]


def apply_import(
    session: Session, municipality: Municipality, tree: Sequence[CategoryEntry]
) -> list[Address]:
    """Make the tables as the file: what is missing in it is removed, appeals keep their topics.

    A code that was removed once and comes again brings its row back. Returns the staff chats that
    are none any more, as ``tree_edits.touch`` does.
    """
    old = {
        row.code: row
        for row in session.scalars(
            select(Category).where(Category.municipality_id == municipality.id)
        )
    }
    old_topics = {row.code: row for row in tree_edits.all_topics(session, municipality)}
    kept: set[str] = set()
    for position, entry in enumerate(tree):
        row = old.get(entry.id) or Category(municipality_id=municipality.id, code=entry.id)
        row.title, row.emoji, row.department = entry.title, entry.emoji, entry.department
        row.keywords, row.hidden = list(entry.keywords), entry.hidden
        row.position, row.removed = position, False
        session.add(row)
        for place, topic in enumerate(entry.topics):
            kept.add(topic.id)
            topic_row = old_topics.get(topic.id) or Topic(code=topic.id)
            _write_topic(topic_row, topic, row, place)
            session.add(topic_row)
    for code, row in old.items():
        row.removed = row.removed or code not in {entry.id for entry in tree}
    for code, topic_row in old_topics.items():
        topic_row.removed = topic_row.removed or code not in kept
    return tree_edits.touch(session, municipality)


def _write_topic(row: Topic, entry: TopicEntry, category: Category, position: int) -> None:
    row.title, row.emoji, row.days = entry.title, entry.emoji, entry.days
    row.fast_track, row.needs_place = entry.fast_track, entry.place
    row.department, row.keywords = entry.department, list(entry.keywords)
    row.hidden, row.position, row.removed = entry.hidden, position, False
    row.category = category
