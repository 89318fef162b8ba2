"""Numbers that employees type: each opens the card of an appeal, of a list above all."""

from collections.abc import Sequence

from handlers.forms.ask.labels import label_said
from handlers.screen import last_asked
from handlers.showing import whole_number
from handlers.staff.card_forms import FORMS
from handlers.staff.chat import appeal_here, chat_of
from handlers.turn import Turn
from handlers.wording.numbers import number_asked
from handlers.wording.quoting import number_in
from storage import appeals
from storage.appeals import card_lists
from storage.messages import Button, Event, Reply

SHOW = "show:"  # how the press of a line in a list begins


def opened(turn: Turn) -> Event | Reply | None:
    """The press of the line that is meant, or a word if it is not clear; None: no card is meant.

    A mere number counts in the list that the message replies to, or in the last one of the chat. A
    whole number of an appeal needs no list; under a card it may be meant for the resident.
    """
    event = turn.event
    asked = number_asked(event.text.strip(), turn.settings.number_prefix)
    if is_gathered(turn):
        return _of_gathered(turn, asked)
    if event.reply_to:
        answered = _answered(turn)
        return _of_list(turn, answered, asked) if answered else None
    if not asked or (_is_asked(turn) and asked != event.text.strip().upper()):
        return None
    if not asked.isdecimal():
        return _show(turn, asked)
    if _is_asked(turn):
        return None
    lately = last_asked.said_lately(turn)
    newest = next((one.reply for one in lately if _lines(turn, one.reply)), None)
    return _one_of(turn, newest, asked) if newest else None


def is_gathered(turn: Turn) -> bool:
    """Whether the message replies to a list of new appeals."""
    event = turn.event
    if not event.reply_to or number_in(event.quoted):
        return False
    return card_lists.is_list(turn.session, chat_of(turn).address, event.reply_to)


def is_of_list(turn: Turn) -> bool:
    """Whether the message replies to a list of any kind."""
    return is_gathered(turn) or _answered(turn) is not None


def _is_asked(turn: Turn) -> bool:
    """Whether a form reads the message: a number may be an option of it."""
    active = turn.dialogue.active
    return active is not None and active.form in FORMS


def _show(turn: Turn, asked: str) -> Event | None:
    number = appeals.numbered(turn.session, turn.municipality.id, asked)
    found = appeal_here(turn, number)
    return turn.event.pressing(f"{SHOW}{found.id}") if found else None


def _of_gathered(turn: Turn, asked: str) -> Event | Reply:
    """The line of a list of new appeals; the end of the number is its label."""
    press = _show(turn, asked) if asked else None
    if press is None:
        return turn.reply(turn.texts("list-number-unknown" if asked else "list-open-first"))
    return press


def _answered(turn: Turn) -> Reply | None:
    """The list of ours that the message replies to. No id of it is kept: its first line tells."""
    quoted = turn.event.quoted
    if not quoted or number_in(quoted):  # what is about one appeal is no list
        return None
    for shown in last_asked.said_lately(turn):
        if shown.reply.text.startswith(quoted) and _lines(turn, shown.reply):
            return shown.reply
    return None


def _lines(turn: Turn, reply: Reply) -> list[Button]:
    """The lines of a list; the button under a resident's words is none."""
    label = turn.texts("list-open")
    buttons = last_asked.buttons_of(reply)
    return [b for b in buttons if b.press.startswith(SHOW) and b.label != label]


def _of_list(turn: Turn, answered: Reply, asked: str) -> Event | Reply:
    """The line, or the button to another page, that was said to a list; words are for nobody."""
    if asked and (found := _one_of(turn, answered, asked)):
        return found
    buttons = last_asked.buttons_of(answered)
    place = None if asked else label_said([b.label for b in buttons], turn.event.text)
    if place is not None:
        return turn.event.pressing(buttons[place].press)
    return turn.reply(turn.texts("list-number-unknown" if asked else "list-open-first"))


def _one_of(turn: Turn, shown: Reply, asked: str) -> Event | Reply | None:
    """The line that a number means: its place in the list, or its appeal's number."""
    lines = _lines(turn, shown)
    found = {b.press: b for b in (*_at(shown, lines, asked), *_numbered(turn, lines, asked))}
    if len(found) > 1:
        rows = tuple((button,) for button in found.values())
        return turn.reply(turn.texts("list-which", number=asked), rows)
    return turn.event.pressing(next(iter(found))) if found else None


def _at(shown: Reply, lines: Sequence[Button], asked: str) -> Sequence[Button]:
    """The line of that place; lines of new appeals are known by the ends of their numbers alone."""
    place = whole_number(asked)
    return lines[place - 1 : place] if place and not shown.lists else ()


def _numbered(turn: Turn, lines: Sequence[Button], asked: str) -> Sequence[Button]:
    number = appeals.numbered(turn.session, turn.municipality.id, asked)
    return [button for button in lines if button.press == f"{SHOW}{number}"]
