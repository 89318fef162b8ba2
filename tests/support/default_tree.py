"""The default tree as the tables would have it, without a database."""

from config.categories import default_tree
from config.texts import Texts
from storage.town.tree import CategoryNode, TopicNode, Tree


def tree() -> Tree:
    """Each category and topic of the file, with an id of its own."""
    nodes = []
    for number, entry in enumerate(default_tree(Texts.load()), 1):
        topics = tuple(
            TopicNode(
                id=number * 100 + place,
                category_id=number,
                code=topic.id,
                title=topic.title,
                emoji="",
                days=topic.days,
                needs_place=topic.place,
                department="",
                keywords=topic.keywords,
                offered=True,
                removed=False,
            )
            for place, topic in enumerate(entry.topics)
        )
        nodes.append(
            CategoryNode(
                id=number,
                code=entry.id,
                title=entry.title,
                emoji=entry.emoji,
                keywords=entry.keywords,
                staff_chat_id=None,
                offered=True,
                topics=topics,
            )
        )
    return Tree(1, tuple(nodes))
