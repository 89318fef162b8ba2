"""The acts that people of one kind have, and the one that answers an event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.drafts import Draft
from handlers.forms.ask import press_of
from handlers.forms.form import Form
from handlers.turn import Turn
from storage.messages import Event, Reply

Subject = TypeVar("Subject")
Act = Callable[[Turn], list[Reply]]


def command_of(event: Event) -> tuple[str, str]:
    """The command that was typed, as ``/find``, and what follows it; empty if there is none."""
    if not event.is_command:
        return "", ""
    word, rest = (*event.text.split(maxsplit=1), "")[:2]
    return word.lower(), rest.strip()


def say(text_key: str) -> Act:
    """An act that says a text and nothing else."""
    return lambda turn: [turn.reply(turn.texts(text_key))]


@dataclass(frozen=True, kw_only=True)
class Audience(Generic[Subject]):
    """Residents, employees or admins: what they may do, and what answers the rest.

    ``presses`` are looked up by the whole press. ``verbs`` and ``about`` are looked up by what
    stands before its last colon. A verb is given what follows; ``about`` is given the ``Subject``
    that ``find`` returns for it, None if the person may not have to do with it.
    ``in_form`` answers a press on a question of one of the ``forms``, ``message`` all that is
    neither a command nor a press; the ``unknown`` ones answer what cannot be found.
    """

    forms: Mapping[str, Form]
    commands: Mapping[str, Act]
    presses: Mapping[str, Act]
    verbs: Mapping[str, Callable[[Turn, str], list[Reply]]]
    about: Mapping[str, Callable[[Turn, Subject], list[Reply]]]
    find: Callable[[Turn, str], Subject | None]
    in_form: Callable[[Turn, Draft], list[Reply]]
    message: Act
    unknown_command: Act
    unknown_draft: Act
    unknown_press: Act
    unknown_subject: Act

    def answer(self, turn: Turn) -> list[Reply]:
        """Answer an event of one of them."""
        if word := command_of(turn.event)[0]:
            return self.commands.get(word, self.unknown_command)(turn)
        if turn.event.press:
            return self._answer_press(turn)
        return self.message(turn)

    def _answer_press(self, turn: Turn) -> list[Reply]:
        press = turn.event.press
        question, _, key = press_of(press)
        if question:
            draft = turn.dialogue.with_key(key)
            is_known = draft is not None and draft.form in self.forms
            return self.in_form(turn, draft) if draft and is_known else self.unknown_draft(turn)
        if act := self.presses.get(press):
            return act(turn)
        name, _, argument = press.rpartition(":")
        if verb := self.verbs.get(name):
            return verb(turn, argument)
        action = self.about.get(name)
        if action is None:
            return self.unknown_press(turn)
        subject = self.find(turn, argument)
        return self.unknown_subject(turn) if subject is None else action(turn, subject)
