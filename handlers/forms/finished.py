"""Edits of what finished forms were told: too late, and whoever edits is told so."""

from collections.abc import Mapping

from handlers.drafts import Draft
from handlers.forms.ask import Confirm
from handlers.forms.questionnaire import Questionnaire
from handlers.turn import Turn
from storage.messages import Reply


def note_finished(form: Questionnaire, turn: Turn, draft: Draft) -> None:
    """Keep what the form was told, unless ``done`` has tied it or the form goes on."""
    if not form.too_late or draft.notes.get("tied") or draft in turn.dialogue.drafts:
        return
    heard = draft.notes.get("heard", {})
    told = [m for m in draft.notes.get("seen", {}) if not _is_consent(form, heard.get(m, [""])[0])]
    turn.dialogue.note_finished(draft, told)


def _is_consent(form: Questionnaire, question: str) -> bool:
    """Whether the message only said "send": an edit of that never meant anything."""
    return isinstance(form.question(question), Confirm)


def is_told(turn: Turn, forms: Mapping[str, Questionnaire]) -> bool:
    """Whether the event edits what one of these forms was told before it was finished."""
    return turn.dialogue.finished.get(turn.event.message, [""])[0] in forms


def told_too_late(turn: Turn, forms: Mapping[str, Questionnaire]) -> list[Reply]:
    """The word for such an edit, once for each; empty: it is none, or nothing has changed."""
    message, look = turn.event.message, turn.event.look
    if not is_told(turn, forms):
        return []
    name, known = turn.dialogue.finished[message]
    turn.dialogue.finished[message] = [name, look]
    return [] if known == look else [turn.reply(turn.texts(forms[name].too_late))]
