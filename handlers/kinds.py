"""The kinds of appeals, and the topic and the days that each has of its own."""

from collections.abc import Mapping

from handlers.drafts import Draft
from handlers.turn import Work
from handlers.wording.danger import is_emergency
from handlers.wording.kinds import Kind, kind_in
from storage.town.tree import TopicNode, Tree

USUAL_DAYS = 10  # of a topic that is gone
OTHER = "other"  # the category of these topics, by the codes of the default tree
BY_TOPIC: Mapping[str, Kind] = {"idea": "suggestion", "question": "question", "thanks": "thanks"}
OWN_TOPICS: Mapping[str, str] = {kind: topic for topic, kind in BY_TOPIC.items()}


def kind_of(work: Work, draft: Draft) -> Kind:
    """The kind of what a draft says: as chosen, by its topic, else guessed from the words."""
    if chosen := draft.answers.get("kind"):
        kind: Kind = chosen
        return kind
    if own := kind_of_topic(work.tree, draft.answers.get("topic", 0)):
        return own
    words = str(draft.answers.get("what") or "")
    guessed = kind_in(words)
    return "problem" if guessed != "problem" and is_emergency(words) else guessed


def own_topic(tree: Tree, kind: str) -> TopicNode | None:
    """The topic that a kind has by itself; None if it has none, or the town took it away."""
    code = OWN_TOPICS.get(kind)
    return tree.topic_by_code(OTHER, code) if code else None


def kind_of_topic(tree: Tree, topic_id: int) -> Kind | None:
    """The kind that has the topic by itself; None if the topic is of any kind."""
    topic = tree.topic(topic_id)
    category = tree.category(topic.category_id) if topic else None
    if topic is None or category is None or category.code != OTHER:
        return None
    return BY_TOPIC.get(topic.code)


def days_of(tree: Tree, kind: str, topic_id: int) -> int:
    """The days of an appeal: a problem has those of its topic, another kind those of its own one."""
    topic = own_topic(tree, kind) or tree.topic(topic_id)
    return topic.days if topic else USUAL_DAYS
