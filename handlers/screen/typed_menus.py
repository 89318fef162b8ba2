"""Labels and numbers of an admin's menus that are typed: they press, and nobody reads them as words."""

from collections.abc import Sequence

from handlers.appeals.subject import subject_of
from handlers.forms.ask.labels import number_said
from handlers.screen import last_asked
from handlers.turn import Turn
from storage.messages import Event
from storage.outbox.shown import Shown

PRESS = "adm:"  # how every press of an admin begins, but for answers to questions
LONGEST = last_asked.LONGEST_LABEL


def may_be_one(event: Event) -> bool:
    """Whether the event may be a label or a number: one short line, and nothing else with it."""
    text = event.text.strip()
    is_bare = not (event.press or event.edited or event.further or event.files or event.place)
    return is_bare and 0 < len(text) <= LONGEST and "\n" not in text and not event.is_command


def pressed(turn: Turn) -> Event:
    """The admin's event, as a press if it says a button of a menu that we showed."""
    if not may_be_one(turn.event) or turn.continues:
        return turn.event
    press = last_asked.press_said(turn, _menus(turn))
    if not press.startswith(PRESS):
        return turn.event
    return turn.event.pressing(press)


def _menus(turn: Turn) -> Sequence[Shown]:
    """Our messages that the event may answer, the newest first.

    What a form asks is answered to the form; only what was shown since then comes before it. People
    talk with each other in a staff chat: there a mere yes, a beginning of a label, or a number that
    a form may want is no press. Cards that came meanwhile have no numbers.
    """
    event, lately = turn.event, last_asked.said_lately(turn)
    if event.reply_to:
        answered = [one for one in lately if event.quoted and _begins(one, event.quoted)]
        if answered and not answered[0].reply.appeal:
            return answered
        about = subject_of(turn)
        return _whole(turn, lately) if about.appeal_id and not about.is_prompt else ()
    active = turn.dialogue.active
    if active:
        at = active.asked_at
        lately = [one for one in lately if at and one.at > at]
    if event.private:
        return lately
    if number_said(event.text):
        return () if active else [one for one in lately if not one.reply.appeal]
    return _whole(turn, lately)


def _begins(shown: Shown, quoted: str) -> bool:
    return shown.reply.text.startswith(quoted)


def _whole(turn: Turn, lately: Sequence[Shown]) -> Sequence[Shown]:
    """The messages, if the event is the whole label of a button that stands under one of them."""
    return [one for one in lately if last_asked.is_label(turn, [one])]
