"""The buttons under every question of a form, pressed or typed."""

from typing import Any

from handlers.drafts import Draft
from handlers.forms.ask import Confirm, Question, plain, press_of
from handlers.forms.ask.labels import label_said
from handlers.forms.questionnaire import Questionnaire
from handlers.turn import Turn
from handlers.wording.yes_and_no import mere_answer
from storage.messages import Rows

CONTROLS = ("back", "skip", "cancel", "restore")
ONE_ROW = 3  # controls side by side that a phone shows whole


def controls_of(form: Questionnaire, turn: Turn, draft: Draft, question: Question) -> Rows:
    """Skip and "as it was", back and cancel; each names its question, so that old ones show.

    While one answer is edited, "as it was" leaves the edit; the form is left from its summary.
    """
    asked = question.name
    own, ways = [], []
    if question.may_skip(turn, draft):
        own.append(turn.button(question.skip_label, f"form=skip.{asked}"))
    last = form.last_answered(turn, draft)
    before: dict[str, Any] | None = draft.notes.get("before")
    as_it_was = turn.button("form-restore", f"form=restore.{asked}")
    if before is None and may_keep(turn, draft, question):
        own.append(as_it_was)
    if last and (before is None or before.get(last.name) != draft.answers.get(last.name)):
        ways.append(turn.button("form-back", f"form=back.{asked}"))
    cancel = turn.button("form-cancel", f"form=cancel.{asked}")
    ways.append(cancel if before is None else as_it_was)
    if len(own) + len(ways) <= ONE_ROW:
        return ((*own, *ways),)
    return (tuple(own), tuple(ways))


def may_keep(turn: Turn, draft: Draft, question: Question) -> bool:
    """Whether the answer that the question had before it was opened again can be given again."""
    if question.name not in draft.notes.get("was", {}):
        return False
    return question.valid(turn, draft, draft.former(question.name))


def typed_control(form: Questionnaire, turn: Turn, draft: Draft) -> str:
    """A control typed or pressed on a keyboard that sends its label as text."""
    said = plain(turn.event.text)
    pending = form.pending(turn, draft)
    if not said or pending is None:
        return ""
    if _is_refused(turn, draft, pending):
        return "cancel"
    for row in controls_of(form, turn, draft, pending):
        for button in row:
            if plain(button.label) == said:
                return press_of(f"{button.press}#")[1].partition(".")[0]
    return "cancel" if said == plain(turn.texts("form-cancel")) else ""


def _is_refused(turn: Turn, draft: Draft, pending: Question) -> bool:
    """Whether a mere no answers a question that only asks whether to do it."""
    is_plain = isinstance(pending, Confirm) and not pending.edits(turn, draft)
    return is_plain and not turn.event.files and mere_answer(turn.event.text) == "no"


def typed_edit(form: Questionnaire, turn: Turn, draft: Draft) -> str:
    """The press of an edit button under a summary whose label was typed; empty if none was."""
    pending = form.pending(turn, draft)
    if not isinstance(pending, Confirm) or not turn.event.text or turn.event.files:
        return ""
    _send, *edits = [b for row in pending.prompt(turn, draft).rows for b in row]
    place = label_said([button.label for button in edits], turn.event.text)
    return "" if place is None else f"{edits[place].press}#{draft.key}"
