"""The buttons under every question of a form, pressed or typed."""

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
    """Skip and "as it was", back and cancel; each names its question, so that old ones show."""
    asked = question.name
    own, ways = [], []
    if question.may_skip(turn, draft):
        own.append(turn.button(question.skip_label, f"form=skip.{asked}"))
    if "before" in draft.notes:
        own.append(turn.button("form-restore", f"form=restore.{asked}"))
    if form.last_answered(turn, draft):
        ways.append(turn.button("form-back", f"form=back.{asked}"))
    ways.append(turn.button("form-cancel", f"form=cancel.{asked}"))
    if len(own) + len(ways) <= ONE_ROW:
        return ((*own, *ways),)
    return (tuple(own), tuple(ways))


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
    return ""


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
