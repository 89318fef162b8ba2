"""The category tree: read as one frozen snapshot, because every dialogue needs it and it rarely changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storage.tables import Category, Municipality, Topic


@dataclass(frozen=True, slots=True)
class TopicNode:
    """A topic as dialogues see it; ``department`` is the category's if it has none of its own."""

    id: int
    category_id: int
    code: str
    title: str
    emoji: str
    days: int
    needs_place: bool
    department: str
    keywords: tuple[str, ...]
    offered: bool  # neither hidden nor removed, nor its category
    removed: bool


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category with its topics in their order."""

    id: int
    code: str
    title: str
    emoji: str
    keywords: tuple[str, ...]
    staff_chat_id: int | None
    offered: bool
    topics: tuple[TopicNode, ...]

    @property
    def label(self) -> str:
        """Emoji and title."""
        return f"{self.emoji} {self.title}".strip()


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """All categories of a municipality at one version, removed ones included.

    Each is equal to itself alone, so that what is made of one can be kept by it.
    """

    version: int
    categories: tuple[CategoryNode, ...]
    _topics: dict[int, TopicNode] = field(default_factory=dict, compare=False)
    _categories: dict[int, CategoryNode] = field(default_factory=dict, compare=False)
    _offered: list[CategoryNode] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        self._offered.extend(
            c for c in self.categories if c.offered and any(t.offered for t in c.topics)
        )
        self._categories.update({category.id: category for category in self.categories})
        self._topics.update({topic.id: topic for topic in self.topics()})

    def topics(self) -> Iterator[TopicNode]:
        """Every topic, in order."""
        return (topic for category in self.categories for topic in category.topics)

    def topic(self, topic_id: int) -> TopicNode | None:
        """The topic of that id."""
        return self._topics.get(topic_id)

    def category(self, category_id: int) -> CategoryNode | None:
        """The category of that id."""
        return self._categories.get(category_id)

    def topic_by_code(self, category_code: str, topic_code: str) -> TopicNode | None:
        """The topic of those codes, None if it is not offered."""
        for topic in self.topics():
            category = self._categories[topic.category_id]
            if topic.offered and (category.code, topic.code) == (category_code, topic_code):
                return topic
        return None

    def offered(self) -> Sequence[CategoryNode]:
        """The categories that a resident may choose, each with at least one topic."""
        return self._offered


def load_tree(session: Session, municipality: Municipality) -> Tree:
    """The tree as it stands."""
    categories = session.scalars(
        select(Category)
        .where(Category.municipality_id == municipality.id)
        .order_by(Category.position, Category.id)
        .options(selectinload(Category.topics))
        .execution_options(populate_existing=True)  # an order just changed in this session counts
    )
    return Tree(municipality.tree_version, tuple(_category_node(row) for row in categories))


def _category_node(row: Category) -> CategoryNode:
    offered = not (row.hidden or row.removed)
    return CategoryNode(
        id=row.id,
        code=row.code,
        title=row.title,
        emoji=row.emoji,
        keywords=tuple(row.keywords),
        staff_chat_id=row.staff_chat_id,
        offered=offered,
        topics=tuple(_topic_node(row, topic, offered=offered) for topic in row.topics),
    )


def _topic_node(category: Category, row: Topic, *, offered: bool) -> TopicNode:
    return TopicNode(
        id=row.id,
        category_id=category.id,
        code=row.code,
        title=row.title,
        emoji=row.emoji,
        days=row.days,
        needs_place=row.needs_place,
        department=row.department or category.department,
        keywords=tuple(row.keywords),
        offered=offered and not (row.hidden or row.removed),
        removed=row.removed or category.removed,
    )
