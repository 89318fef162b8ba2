"""Words to an employee about an appeal: questions, which name both, and that a press came too late."""

from dataclasses import replace

from handlers.appeals.card import card, employee_of, state_label
from handlers.appeals.lifecycle import known_as
from handlers.drafts import Draft
from handlers.turn import Turn
from handlers.wording.quoting import name_shown
from storage import appeals
from storage.messages import Reply
from storage.tables import Appeal

ANONYMOUS = (
    "anonymous"  # a draft's note: it was said how the question is answered in the group's name
)


def subject(turn: Turn, draft: Draft) -> Appeal:
    """The appeal that the draft is about."""
    found = appeals.get(turn.session, draft.subject or 0)
    if found is None:
        raise LookupError(f"appeal {draft.subject} of a draft is gone")
    return found


def under_its_card(turn: Turn, draft: Draft, reply: Reply) -> Reply:
    """Name the employee who is asked, and the appeal."""
    name = name_shown(turn.event.person.name) or turn.texts("employee")
    number = known_as(turn, subject(turn, draft))
    text = turn.texts("staff-prompt", name=name, number=number, text=reply.text)
    if turn.event.anonymous and not draft.notes.get(ANONYMOUS):
        draft.notes[ANONYMOUS] = True
        text += f"\n\n{turn.texts('anonymous-prompt')}"
    return replace(reply, text=text, appeal=draft.subject, under_card=True, prompt=True)


def cancelled(turn: Turn, draft: Draft) -> list[Reply]:
    """A word on whose question is not asked any more."""
    return [turn.reply(turn.texts("staff-cancelled", number=subject(turn, draft).number))]


def not_allowed(turn: Turn, found: Appeal) -> list[Reply]:
    """A stale button: what the state is now and who brought it there, and the card as it is."""
    if name := employee_of(turn, found):
        key, state = "staff-not-allowed-by", str(found.state)
    else:
        key, state = "staff-not-allowed", state_label(turn, found)
    text = turn.texts(key, number=found.number, state=state, name=name)
    return [turn.reply(text), card(turn, found)]
