"""A question that is answered by one of some options."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from handlers.drafts import Draft
from handlers.forms.ask.base import (
    Asked,
    Invalid,
    Piece,
    Question,
    Taken,
    plain,
    press_of,
)
from handlers.forms.ask.labels import label_said, number_said
from handlers.showing import in_rows
from handlers.turn import Turn
from storage.messages import Button, Tone

WORD = "word"  # the draft's note of a word that was typed to find an option, by the question


class Option(NamedTuple):
    """One answer of a choice. ``also`` are answers to other questions that come with it."""

    value: Any
    label: str
    also: Mapping[str, Any] = MappingProxyType({})
    tone: Tone = "plain"


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One of some options, by a button, its number or its label.

    ``suggest`` gives the few likely ones; if there are any, they are shown first with a button
    for all. ``named`` gives those that a typed word names, all of them for an empty one; they are
    shown in place of the others. ``unsure`` is for whoever does not know, and always shown.
    ``columns`` is how many short labels stand in a row.
    """

    options: Callable[[Turn, Draft], Sequence[Option]]
    suggest: Callable[[Turn, Draft], Sequence[Option]] = lambda _turn, _draft: ()
    named: Callable[[Turn, Draft, str], Sequence[Option]] = lambda _turn, _draft, _text: ()
    unsure: Callable[[Turn, Draft], Option | None] = lambda _turn, _draft: None
    ask_suggested: str = ""
    ask_named: str = ""
    not_named: str = "choice-invalid"
    columns: int = 1
    closed: ClassVar[bool] = True

    def shown(self, turn: Turn, draft: Draft) -> tuple[list[Option], str]:
        """The options on screen, and the key of the text that asks for one of these."""
        word = draft.notes.get(WORD, {}).get(self.name)
        if word and (few := self.named(turn, draft, word)):
            return list(few), self.ask_named
        if not draft.notes.get("all", {}).get(self.name) and (few := self.suggest(turn, draft)):
            return list(few), self.ask_suggested
        return list(self.options(turn, draft)), self.ask

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The options as buttons."""
        options, ask = self.shown(turn, draft)
        is_whole = ask == self.ask
        rows = in_rows(
            [self._button(option, number) for number, option in enumerate(options, 1)],
            self.columns if is_whole else 1,
        )
        count = len(options)
        if not is_whole:
            count += 1
            every = Button(turn.texts("form-all-options"), f"{self.name}=*", number=count)
            rows += ((every,),)
        if unsure := self.unsure(turn, draft):
            rows += ((self._button(unsure, count + 1),),)
        return Asked(turn.texts(ask), rows)

    def _button(self, option: Option, number: int) -> Button:
        return Button(option.label, f"{self.name}={option.value}", tone=option.tone, number=number)

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A press, a number on screen, or a label."""
        if "press" in pieces:
            return self._read_press(turn, draft, press_of(turn.event.press)[1])
        if "text" not in pieces:
            return None
        text = turn.event.text
        shown, ask = self.shown(turn, draft)
        number, unsure = number_said(text), self.unsure(turn, draft)
        if ask != self.ask:  # the button for all stands after the few, with a number of its own
            every = len(shown) + 1
            if number == every or plain(text) == plain(turn.texts("form-all-options")):
                return self._show_all(draft, "text")
            number -= number > every
        shown += [unsure] if unsure else []
        if 0 < number <= len(shown):
            return self._taken(draft, shown[number - 1], "text")
        for options in (shown, list(self.options(turn, draft))):
            place = label_said([option.label for option in options], text)
            if place is not None:
                return self._taken(draft, options[place], "text")
        if self.named(turn, draft, text):
            draft.notes.setdefault(WORD, {})[self.name] = text
            return Taken({}, frozenset({"text"}), is_plain=False)
        raise Invalid(turn.texts(self.not_named))

    def _read_press(self, turn: Turn, draft: Draft, value: str) -> Taken:
        if value == "*":
            return self._show_all(draft, "press")
        unsure = self.unsure(turn, draft)
        offered = [*self.suggest(turn, draft), *self.options(turn, draft)]
        offered += [unsure] if unsure else []
        for option in [*offered, *self.named(turn, draft, "")]:
            if str(option.value) == value:
                return self._taken(draft, option, "press")
        raise Invalid(turn.texts("choice-gone"))

    def _show_all(self, draft: Draft, piece: Piece) -> Taken:
        draft.notes.get(WORD, {}).pop(self.name, None)
        draft.notes.setdefault("all", {})[self.name] = True
        return Taken({}, frozenset({piece}))

    def _taken(self, draft: Draft, option: Option, piece: Piece) -> Taken:
        draft.notes.get(WORD, {}).pop(self.name, None)
        return Taken({self.name: option.value, **option.also}, frozenset({piece}))

    def valid(self, turn: Turn, draft: Draft, value: Any) -> bool:
        """The option must still be there."""
        return any(option.value == value for option in self.options(turn, draft))

    def show(self, turn: Turn, draft: Draft) -> str:
        """The option's label."""
        value = draft.answers.get(self.name)
        return next((o.label for o in self.options(turn, draft) if o.value == value), "")
