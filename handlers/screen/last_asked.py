"""The question that was asked last in a chat, and the option of it that a message says.

The messages of ours that stand last in the chat are the memory: their buttons are the options, what
they are tied to is the appeal. So whatever has a button can be answered in words, everywhere.
"""

from collections.abc import Sequence
from datetime import timedelta

from handlers.forms.ask import plain
from handlers.forms.ask.labels import label_said, number_said
from handlers.turn import Turn
from handlers.wording.yes_and_no import mere_answer
from storage.messages import Button, Reply
from storage.outbox.shown import Shown, shown_last

MESSAGES = 12  # of ours that are looked at
REMEMBERED = timedelta(days=3)
LONGEST_LABEL = 120


def said_lately(turn: Turn) -> list[Shown]:
    """Our last messages in the chat, the newest first."""
    since = turn.now - REMEMBERED
    return shown_last(turn.session, turn.event.address, since, MESSAGES)


def press_said(turn: Turn, lately: Sequence[Shown]) -> str:
    """The press of the button that the message says; empty if it says none.

    Of the last message with buttons a number will do, and a yes for the one that is green; of the
    older ones only the whole label.
    """
    event = turn.event
    if not event.text.strip() or len(event.text) > LONGEST_LABEL or event.files or event.place:
        return ""
    is_last = True
    for shown in lately:
        buttons = buttons_of(shown.reply)
        if not buttons:
            continue
        place = _said(buttons, event.text)
        if is_last and place is None:
            place = _by_number(buttons, event.text)
        if is_last and place is None and mere_answer(event.text) == "yes":
            place = _green(buttons)
        if place is not None and (is_last or _is_whole(buttons[place], event.text)):
            return buttons[place].press
        is_last = False
    return ""


def is_label(turn: Turn, lately: Sequence[Shown]) -> bool:
    """Whether the message is the whole label of one of these buttons, not a number or a yes."""
    text = turn.event.text
    if len(text) > LONGEST_LABEL:  # it would be read once for each button
        return False
    return any(_is_whole(b, text) for shown in lately for b in buttons_of(shown.reply))


def buttons_of(reply: Reply) -> list[Button]:
    """The buttons of a message that press something, in their order."""
    return [b for row in reply.rows for b in row if b.kind == "press" and b.press]


def _is_whole(button: Button, text: str) -> bool:
    """Whether the text is the label, with its number in a list or without."""
    return plain(text) in (plain(button.label), plain(_bare(button)))


def _said(buttons: Sequence[Button], text: str) -> int | None:
    """The button whose label the text says, with its number in a list or without."""
    place = label_said([button.label for button in buttons], text)
    return label_said([_bare(button) for button in buttons], text) if place is None else place


def _bare(button: Button) -> str:
    """The label without its number in a list."""
    return button.label.removeprefix(f"{button.number}. ")


def _by_number(buttons: Sequence[Button], text: str) -> int | None:
    """The option of that number; where none is numbered they count as they stand."""
    number = number_said(text)
    given = [button.number for button in buttons]
    if not any(given):
        given = list(range(1, len(buttons) + 1))
    return given.index(number) if number and number in given else None


def _green(buttons: Sequence[Button]) -> int | None:
    """The one green button, unless it answers a form: a form reads its own answers."""
    green = [n for n, b in enumerate(buttons) if b.tone == "good" and "=" not in b.press]
    return green[0] if len(green) == 1 else None
