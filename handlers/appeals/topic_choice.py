"""Choosing the topic of an appeal: categories, topics, likely ones, and the chat that gets it."""

from collections.abc import Sequence
from functools import lru_cache

from handlers.drafts import Draft
from handlers.forms.ask import Option, plain
from handlers.kinds import OTHER, kind_of, own_topic
from handlers.turn import Turn
from handlers.wording.topics_named import Named, named
from storage.tables import Category, StaffChat
from storage.town import municipalities
from storage.town.tree import TopicNode, Tree

REST = "misc"  # the code of the topic of all that fits nowhere else
REST_TITLES = frozenset(("другое", "прочее", "иное", "разное", "остальное"))


def categories(turn: Turn, _draft: Draft) -> Sequence[Option]:
    """The upper level of the tree."""
    return _categories(turn.tree)


@lru_cache(maxsize=4)  # every answer of a form asks for them
def _categories(tree: Tree) -> Sequence[Option]:
    return [Option(category.id, category.label) for category in tree.offered()]


def topics(turn: Turn, draft: Draft) -> list[Option]:
    """The topics of the chosen category; the chosen one even if it was hidden meanwhile."""
    category = turn.tree.category(draft.answers.get("category", 0))
    chosen = draft.answers.get("topic")
    return [
        Option(topic.id, topic.title)
        for topic in (category.topics if category else ())
        if topic.offered or (topic.id == chosen and not topic.removed)
    ]


def topics_in_text(turn: Turn, draft: Draft) -> list[Option]:
    """Three topics that the description or the kind suggests."""
    found: list[TopicNode] = []
    if own := own_topic(turn.tree, kind_of(turn, draft)):
        found.append(own)
    for topic in turn.services.suggester(turn.tree, draft.answers.get("what") or ""):
        if topic not in found:
            found.append(topic)
    return [suggestion(turn, topic) for topic in found[:3]]


def categories_named(turn: Turn, _draft: Draft, text: str) -> list[Option]:
    """Topics and whole categories that a typed word names; every topic if there is none."""
    found = _named(turn, text)
    topics = [suggestion(turn, topic) for topic in found.topics]
    return topics + [Option(category.id, category.label) for category in found.categories]


def topics_named(turn: Turn, draft: Draft, text: str) -> list[Option]:
    """Topics that a typed word names, those of the chosen category if there are some."""
    found = _named(turn, text).topics
    chosen = draft.answers.get("category", 0)
    own = [topic for topic in found if topic.category_id == chosen] if text else []
    return [suggestion(turn, topic)._replace(value=topic.id) for topic in own or found]


def _named(turn: Turn, text: str) -> Named:
    if text:
        return named(turn.tree, turn.services.suggester, text)
    return Named(tuple(topic for topic in turn.tree.topics() if topic.offered))


def category_unsure(turn: Turn, draft: Draft) -> Option | None:
    """The option of whoever does not know: the topic of all that fits nowhere else."""
    topic = _topic_of_all_else(turn.tree, kind_of(turn, draft))
    if topic is None:
        return None
    return suggestion(turn, topic)._replace(label=turn.texts("topic-unsure"))


def topic_unsure(turn: Turn, draft: Draft) -> Option | None:
    """The same if a category was chosen already."""
    option = category_unsure(turn, draft)
    return option and option._replace(value=option.also["topic"])


def _topic_of_all_else(tree: Tree, kind: str) -> TopicNode | None:
    """By its code in the default tree; a tree of the town's own names it by its title."""
    if found := own_topic(tree, kind) or tree.topic_by_code(OTHER, REST):
        return found
    rest = (topic for topic in tree.topics() if topic.offered and plain(topic.title) in REST_TITLES)
    return next(rest, None)


def suggestion(turn: Turn, topic: TopicNode) -> Option:
    """A topic offered in place of its category: it answers both."""
    category = turn.tree.category(topic.category_id)
    label = f"{category.emoji if category else ''} {topic.title}".strip()
    return Option(f"t{topic.id}", label, also={"category": topic.category_id, "topic": topic.id})


def staff_chat_of(turn: Turn, topic: TopicNode) -> StaffChat:
    """The chat that the topic's category is bound to, else the main one."""
    category = turn.session.get(Category, topic.category_id)
    bound = municipalities.staff_chat(turn.session, category.staff_chat_id) if category else None
    chat = bound or municipalities.main_staff_chat(turn.session, turn.municipality.id)
    if chat is None:
        raise LookupError("no staff chat: the start makes one")
    return chat
