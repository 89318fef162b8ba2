"""The code of a link or a poster: the place and the topic with which an appeal begins."""

from dataclasses import dataclass, field
from typing import Any

from handlers.drafts import Draft
from handlers.turn import Turn
from storage.tables import PlaceCode
from storage.town import place_codes
from storage.town.tree import CategoryNode, TopicNode

PLACE, TOPIC = "p-", "t-"  # how the code of a place begins, and that of a topic or a category
PARTED = "-"  # a category's code from its topic's: neither has it


@dataclass(frozen=True, slots=True)
class Start:
    """The answers that a code gives; ``said`` are their words, as a resident reads them."""

    answers: dict[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def start_of(turn: Turn, code: str) -> Start | None:
    """The start that a code gives; None if it is unknown, or was switched off."""
    code = code.lower()
    if code.startswith(PLACE):
        row = place_codes.find(turn.session, turn.municipality, code.removeprefix(PLACE))
        return _of_place(turn, row) if row and row.active else None
    if code.startswith(TOPIC):
        category, _, topic = code.removeprefix(TOPIC).partition(PARTED)
        return _of_topic(turn, category, topic)
    return None


def _of_place(turn: Turn, row: PlaceCode) -> Start:
    place = {"lat": row.lat, "lon": row.lon, "text": row.words}
    said = turn.texts("start-place", place=row.words or turn.texts("place-point"))
    topic = turn.tree.topic(row.topic_id or 0)
    if topic is None or not topic.offered:
        return Start({"place": place}, (said,))
    return Start({"place": place, **_answers(topic)}, (said, _label(turn, topic)))


def _of_topic(turn: Turn, category_code: str, topic_code: str) -> Start | None:
    if topic := turn.tree.topic_by_code(category_code, topic_code):
        return Start(_answers(topic), (_label(turn, topic),))
    offered = (one for one in turn.tree.offered() if one.code == category_code)
    category: CategoryNode | None = next(offered, None)
    if category is None or topic_code:
        return None
    return Start({"category": category.id}, (category.label,))


def _answers(topic: TopicNode) -> dict[str, int]:
    return {"category": topic.category_id, "topic": topic.id}


def _label(turn: Turn, topic: TopicNode) -> str:
    category = turn.tree.category(topic.category_id)
    return f"{category.emoji if category else ''} {topic.title}".strip()


def is_untouched(draft: Draft) -> bool:
    """Whether the draft has what a code gave and nothing that its resident said."""
    return draft.answers == draft.notes.get("given") and not draft.notes.get("part")


def said_of(draft: Draft) -> str:
    """The words of what a code gave, until its resident has said something; empty: no code did."""
    return str(draft.notes.get("said", "")) if is_untouched(draft) else ""


def fill(draft: Draft, code: str, start: Start) -> None:
    """Put into a new draft what the code gives."""
    draft.answers.update(start.answers)
    draft.notes |= {"start": code, "given": dict(start.answers), "said": ", ".join(start.said)}
