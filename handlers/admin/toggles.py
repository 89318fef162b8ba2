"""Changes that an admin makes with a single press: order, hidden, place needed, fast track."""

from config.categories.entries import FAST_TRACK_DAYS
from handlers.admin.pages import Node, changed, gone, leaves_nothing, page, siblings, topics_of
from handlers.turn import Turn
from storage.messages import Reply
from storage.tables import Topic
from storage.town import tree_edits


def shift_up(turn: Turn, node: Node) -> list[Reply]:
    """Before the one that stands above it."""
    return _shift(turn, node, -1)


def shift_down(turn: Turn, node: Node) -> list[Reply]:
    """After the one that stands below it."""
    return _shift(turn, node, 1)


def _shift(turn: Turn, node: Node, step: int) -> list[Reply]:
    if not tree_edits.shift(siblings(turn, node), node, step):
        return page(turn, node, turn.texts("admin-at-the-end"))
    changed(turn)
    rows = list(siblings(turn, node))
    place = turn.texts("admin-shifted", place=rows.index(node) + 1, of=len(rows))
    return page(turn, node, place)


def hide(turn: Turn, node: Node) -> list[Reply]:
    """Hide from residents, or show again."""
    if not node.hidden and leaves_nothing(turn, topics_of(node)):
        return page(turn, node, turn.texts("admin-last-one"))
    node.hidden = not node.hidden
    changed(turn)
    return page(turn, node, turn.texts("admin-hid" if node.hidden else "admin-shown"))


def toggle_place(turn: Turn, node: Node) -> list[Reply]:
    """Whether the topic needs a place."""
    if not isinstance(node, Topic):
        return gone(turn)
    node.needs_place = not node.needs_place
    changed(turn)
    return page(turn, node, turn.texts("admin-saved"))


def toggle_fast(turn: Turn, node: Node) -> list[Reply]:
    """Mark the topic as urgent, or take the mark away. A long deadline gets none."""
    if not isinstance(node, Topic):
        return gone(turn)
    if not node.fast_track and node.days > FAST_TRACK_DAYS:
        return page(turn, node, turn.texts("admin-fast-too-long", most=FAST_TRACK_DAYS))
    node.fast_track = not node.fast_track
    changed(turn)
    return page(turn, node, turn.texts("admin-saved"))
