"""Drafts as residents read of them: when they were begun, and with which words."""

from datetime import datetime

from config.lengths import cut
from handlers.drafts import Draft
from handlers.turn import Turn

WORDS = ("what", "text")  # the questions that are answered in words
LONGEST = 60  # signs of them that are shown


def written_in(draft: Draft) -> str:
    """The words that were written so far."""
    part = draft.notes.get("part", {}).get("text", "")
    known = (draft.answers.get(name) or draft.former(name) for name in WORDS)
    return str(next(filter(None, known), part))


def words_of(draft: Draft) -> str:
    """The beginning of what was written; empty if nothing was."""
    return cut(" ".join(written_in(draft).split()), LONGEST)


def ask_of(turn: Turn, draft: Draft) -> str:
    """Name the draft that was found, and ask whether to go on with it."""
    words = words_of(draft)
    begun = draft.notes.get("begun")
    if not words or begun is None:  # by a program of before
        return turn.texts("draft-found")
    date = turn.date(datetime.fromisoformat(begun))
    return turn.texts("draft-found-words", date=date, words=words)


def back_to(turn: Turn, draft: Draft) -> str:
    """Say which draft goes on."""
    words = words_of(draft)
    return turn.texts("draft-back-words", words=words) if words else turn.texts("draft-back")
