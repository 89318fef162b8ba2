"""Short messages that want something of the bot itself: each is answered, and no appeal begins with it."""

from collections.abc import Callable, Sequence

from handlers.appeals.states import Action, allows
from handlers.drafts import Draft
from handlers.forms.form import Form
from handlers.lines import own_line
from handlers.residents import consent, filing, menu, my_appeals, which_appeal
from handlers.residents.open_forms import FORMS, back_to, begun, in_hand, shown_since
from handlers.residents.ways import formal
from handlers.residents.ways.draft_names import written_in
from handlers.residents.ways.menu_rows import menu_rows
from handlers.screen import last_asked
from handlers.showing import in_rows
from handlers.turn import Turn
from handlers.wording.intents import Intent, intent_of
from storage.appeals import resident_words
from storage.messages import Reply
from storage.outbox.shown import Shown
from storage.people import residents
from storage.tables import Appeal

MOST = 5  # of live appeals that are looked at
# What a form of words reads as words of a resident to the town.
LEFT_TO_WORDS: frozenset[Intent] = frozenset(("status", "person", "stop", "resume", "new"))


def intent_alone(turn: Turn) -> Intent:
    """The intent of a message that brings nothing else; empty if it has none."""
    event = turn.event
    if event.edited or event.files or event.place or event.unreadable or turn.continues:
        return ""
    return intent_of(event.text)


def answer(turn: Turn) -> list[Reply] | None:
    """The answer to a message that wants something of the bot itself; None if it says anything else."""
    intent = intent_alone(turn)
    if not intent:
        return None
    held = in_hand(turn)
    if last_asked.press_said(turn, _shown(turn, held)):
        return None  # a button is said: its own meaning goes before what its words mean elsewhere
    if held is None:
        return ACTS[intent](turn)
    draft, form = held
    if form is which_appeal.FORM or form.expects(turn, draft):
        return None
    if form.dropped_when_ignored:
        turn.dialogue.drop(draft)
        return ACTS[intent](turn)
    if form is not filing.FORM and intent in LEFT_TO_WORDS:
        return None
    if intent in {"new", "resume"}:
        return _go_on(turn, draft, form)
    replies = ACTS[intent](turn)
    return None if replies is None else back_to(turn, draft, replies)


def _shown(turn: Turn, held: tuple[Draft, Form] | None) -> Sequence[Shown]:
    """Our messages whose buttons may be said: in a form those since its question."""
    at = held[0].asked_at if held else None
    return shown_since(turn, at) if at else last_asked.said_lately(turn)


def _go_on(turn: Turn, draft: Draft, form: Form) -> list[Reply] | None:
    """Somebody who is filing says that there is a trouble: ask again; a closed question reads it."""
    pending = form.pending(turn, draft)
    if pending is None or pending.closed:
        return None
    return form.prompt(turn, draft, turn.texts("intent-tell"))


def _written(turn: Turn) -> Draft | None:
    """The newest draft with words, in hand or put aside."""
    drafts = reversed(turn.dialogue.of(FORMS))
    return next((draft for draft in drafts if written_in(draft)), None)


def _live(turn: Turn) -> list[Appeal]:
    person = turn.event.person
    resident = residents.find(turn.session, person.channel, person.account)
    return resident_words.live_of_resident(turn.session, resident.id, MOST) if resident else []


def _status(turn: Turn) -> list[Reply] | None:
    """The one appeal that is live, or the list; after words of an employee they are for them."""
    lately = last_asked.said_lately(turn)
    if lately and lately[0].reply.push:
        return None
    live = _live(turn)
    return my_appeals.page(turn, live[0]) if len(live) == 1 else my_appeals.listing(turn)


def _person(turn: Turn) -> list[Reply]:
    """Employees read what is written here; who waits for one may write more."""
    live = _live(turn)
    if len(live) != 1:
        return [turn.reply(turn.texts("intent-person"), menu_rows(turn))]
    add = ((turn.button("resident-add", f"comment:{live[0].id}"),),)
    told = turn.texts("intent-person-live", number=live[0].number)
    return [turn.reply(told, add + menu_rows(turn))]


def _withdraw(turn: Turn) -> list[Reply]:
    may_be = [one for one in _live(turn) if allows(one, Action.WITHDRAW, turn.now)]
    if len(may_be) == 1:
        return my_appeals.start_withdrawal(turn, may_be[0])
    if not may_be:
        return [turn.reply(turn.texts("intent-withdraw-none"), menu_rows(turn))]
    buttons = [own_line(turn, one, "withdraw") for one in may_be]
    return [turn.reply(turn.texts("intent-withdraw-which"), in_rows(buttons, 1))]


def _stop(turn: Turn) -> list[Reply] | None:
    return menu.COMMANDS["/cancel"](turn) if in_hand(turn) else None


def _resume(turn: Turn) -> list[Reply] | None:
    return menu.PRESSES["draft:continue"](turn) if begun(turn) else None


ACTS: dict[Intent, Callable[[Turn], list[Reply] | None]] = {
    "official": lambda turn: formal.of_draft(turn, _written(turn)),
    "status": _status,
    "mine": my_appeals.listing,
    "person": _person,
    "withdraw": _withdraw,
    "data": menu.data,
    "delete": consent.DELETE.begin,
    "help": menu.PRESSES["help:"],
    "new": menu.PRESSES["new:appeal"],
    "menu": menu.PRESSES["menu:"],
    "stop": _stop,
    "resume": _resume,
}
