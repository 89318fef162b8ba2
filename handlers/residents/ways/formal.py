"""The formal way: how an appeal under 59-ФЗ is filed, with the resident's own words to copy."""

from handlers.appeals.card import place_line
from handlers.drafts import Draft
from handlers.residents.ways.draft_names import written_in
from handlers.showing import formal_ways
from handlers.turn import Turn
from storage.messages import Button, Reply, Rows
from storage.tables import Appeal


def of_appeal(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The ways, and the words of an own appeal."""
    place = place_line(turn, appeal)
    return _ways(turn, "\n\n".join(part for part in (appeal.text, place) if part))


def of_draft(turn: Turn, draft: Draft | None) -> list[Reply]:
    """The ways, and what was written so far."""
    return _ways(turn, written_in(draft) if draft else "")


def _ways(turn: Turn, words: str) -> list[Reply]:
    """The words stand in a message of their own, which a phone copies whole."""
    text = turn.texts("formal-how", ways=formal_ways(turn))
    if words:
        text = f"{text}\n\n{turn.texts('formal-copy')}"
    told = turn.reply(text, _open(turn))
    return [told, turn.reply(words)] if words else [told]


def _open(turn: Turn) -> Rows:
    url = turn.settings.formal_url
    return ((Button(turn.texts("formal-open"), kind="url", url=url),),)
