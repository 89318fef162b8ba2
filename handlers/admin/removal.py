"""An admin takes a category or topic away, or moves a topic; appeals always keep a topic."""

from collections.abc import Sequence
from typing import Any

from config.categories.entries import MOST_TOPICS
from handlers.admin.edits import back, begin, node_of
from handlers.admin.pages import Node, changed, gone, home, leaves_nothing, page, title, topics_of
from handlers.appeals.card import card
from handlers.appeals.lifecycle import Actor
from handlers.drafts import Draft
from handlers.forms.ask import Choice, Confirm, Option
from handlers.forms.form import Form
from handlers.turn import Turn
from storage import appeals
from storage.appeals import topic_change
from storage.messages import Reply
from storage.tables import Category, Topic
from storage.town import tree_edits

MOST_CARDS = (
    30  # of moved appeals that are shown anew at once; others when something happens to them
)


def _count(turn: Turn, draft: Draft) -> int:
    ids = [topic.id for topic in topics_of(node_of(turn, draft))]
    return appeals.count_of_topics(turn.session, ids)


def start_removal(turn: Turn, node: Node) -> list[Reply]:
    """Ask what becomes of the appeals; the last topic of all stays."""
    if leaves_nothing(turn, topics_of(node)):
        return page(turn, node, turn.texts("admin-last-one"))
    return begin(turn, REMOVE, node)


def _fates(turn: Turn, _draft: Draft) -> list[Option]:
    return [
        Option("keep", turn.texts("admin-fate-keep")),
        Option("move", turn.texts("admin-fate-move")),
    ]


def _moves(turn: Turn, draft: Draft) -> bool:
    return bool(draft.answers.get("adm_fate") == "move")


def _heirs(turn: Turn, draft: Draft, row: Category) -> list[Topic]:
    """Topics of a category that stay."""
    going = topics_of(node_of(turn, draft))
    return [topic for topic in tree_edits.topics(row) if topic not in going]


def _categories(turn: Turn, draft: Draft) -> list[Option]:
    rows = tree_edits.categories(turn.session, turn.municipality)
    return [Option(row.id, title(row)) for row in rows if _heirs(turn, draft, row)]


def _heir_options(turn: Turn, draft: Draft) -> list[Option]:
    row = tree_edits.category(turn.session, turn.municipality, draft.answers.get("adm_into") or 0)
    return [Option(t.id, title(t)) for t in _heirs(turn, draft, row)] if row else []


def _summary(turn: Turn, draft: Draft) -> str:
    node = node_of(turn, draft)
    topics, count = topics_of(node), _count(turn, draft)
    if isinstance(node, Category):
        text = turn.texts("admin-remove-category", title=title(node), topics=len(topics))
    else:
        text = turn.texts("admin-remove-topic", title=title(node))
    if not count:
        return text
    heir = _heir(turn, draft)
    if heir:
        told = turn.texts("admin-remove-moves", count=count, topic=title(heir))
    else:
        told = turn.texts("admin-remove-keeps", count=count)
    return f"{text}\n{told}"


def _heir(turn: Turn, draft: Draft) -> Topic | None:
    if not _moves(turn, draft):
        return None
    return tree_edits.topic(turn.session, turn.municipality, draft.answers.get("adm_heir") or 0)


def _remove(turn: Turn, draft: Draft) -> list[Reply]:
    node = node_of(turn, draft)
    topics = topics_of(node)
    if leaves_nothing(turn, topics):  # another admin was quicker
        return page(turn, node, turn.texts("admin-last-one"))
    heir = _heir(turn, draft)
    moved = _move_appeals(turn, topics, heir) if heir else []
    for row in (node, *topics):
        row.removed = True
    retired = changed(turn)  # before the cards: they go where the appeals are now
    still_open = topic_change.open_among(turn.session, moved, MOST_CARDS)
    cards = [card(turn, found) for found in still_open]
    word = turn.texts("admin-removed", title=title(node))
    if isinstance(node, Topic):
        return [*page(turn, node.category, word), *cards]
    return [*home(turn, word), *cards, *retired]


def _move_appeals(turn: Turn, topics: Sequence[Topic], heir: Topic) -> list[int]:
    """Give the appeals their new topic; their ids. They stay in their chat, while it is one."""
    actor = Actor.of(turn.event, "employee")
    moved: list[int] = []
    for topic in topics:
        entry: dict[str, Any] = {
            "at": turn.now,
            "role": actor.role,
            "actor": actor.id,
            "actor_name": actor.name,
            "action": "topic",
            "text": f"{_path(topic)} ⇒ {_path(heir)}",
            "details": {},
        }
        moved += topic_change.move(turn.session, topic.id, heir.id, entry)
    return moved


def _path(topic: Topic) -> str:
    return f"{title(topic.category)} → {topic.title}"


REMOVE = Form(
    name="adm-remove",
    questions=(
        Choice(
            name="adm_fate",
            ask="admin-ask-fate",
            options=_fates,
            applies=lambda turn, draft: _count(turn, draft) > 0,
        ),
        Choice(
            name="adm_into",
            ask="admin-ask-heir-category",
            options=_categories,
            applies=_moves,
            columns=2,
            after=("adm_fate",),
        ),
        Choice(
            name="adm_heir",
            ask="admin-ask-heir",
            options=_heir_options,
            applies=_moves,
            after=("adm_into",),
        ),
        Confirm(name="adm_sure", summary=_summary, send_label="admin-remove-yes", tone="bad"),
    ),
    done=_remove,
    cancelled=back,
    too_late="admin-too-late",
)


# A topic into another category


def start_move(turn: Turn, node: Node) -> list[Reply]:
    """Ask where to."""
    return begin(turn, MOVE, node) if isinstance(node, Topic) else gone(turn)


def _other_categories(turn: Turn, draft: Draft) -> list[Option]:
    node = node_of(turn, draft)
    here = node.category_id if isinstance(node, Topic) else 0
    rows = tree_edits.categories(turn.session, turn.municipality)
    return [Option(row.id, title(row)) for row in rows if row.id != here]


def _move(turn: Turn, draft: Draft) -> list[Reply]:
    node = node_of(turn, draft)
    into = tree_edits.category(turn.session, turn.municipality, draft.answers["adm_target"])
    if into is None or not isinstance(node, Topic):
        return gone(turn)
    if any(node.title.casefold() == t.title.casefold() for t in tree_edits.topics(into)):
        word = turn.texts("admin-title-taken", title=node.title)
        return page(turn, node, word)
    if len(tree_edits.topics(into)) >= MOST_TOPICS:
        return page(turn, node, turn.texts("admin-topics-full", most=MOST_TOPICS))
    tree_edits.move_topic(node, into)
    changed(turn)
    return page(turn, node, turn.texts("admin-moved", title=title(node), category=title(into)))


MOVE = Form(
    name="adm-moveto",
    questions=(
        Choice(name="adm_target", ask="admin-ask-target", options=_other_categories, columns=2),
    ),
    done=_move,
    cancelled=back,
    too_late="admin-too-late",
)
