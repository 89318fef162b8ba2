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
    for all. ``columns`` is how many short labels stand in a row.
    """

    options: Callable[[Turn, Draft], Sequence[Option]]
    suggest: Callable[[Turn, Draft], Sequence[Option]] = lambda _turn, _draft: ()
    ask_suggested: str = ""
    columns: int = 1
    closed: ClassVar[bool] = True

    def shown(self, turn: Turn, draft: Draft) -> tuple[list[Option], bool]:
        """The options on screen, and whether they are the suggested ones."""
        if not draft.notes.get("all", {}).get(self.name) and (few := self.suggest(turn, draft)):
            return list(few), True
        return list(self.options(turn, draft)), False

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The options as buttons."""
        options, suggested = self.shown(turn, draft)
        buttons = [
            Button(option.label, f"{self.name}={option.value}", tone=option.tone, number=number)
            for number, option in enumerate(options, 1)
        ]
        columns = 1 if suggested else self.columns
        rows = in_rows(buttons, columns)
        if suggested:
            every = Button(
                turn.texts("form-all-options"), f"{self.name}=*", number=len(options) + 1
            )
            rows += ((every,),)
        return Asked(turn.texts(self.ask_suggested if suggested else self.ask), rows)

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A press, a number on screen, or a label."""
        if "press" in pieces:
            return self._read_press(turn, draft, press_of(turn.event.press)[1])
        if "text" not in pieces:
            return None
        text = turn.event.text
        shown, suggested = self.shown(turn, draft)
        if 0 < (number := number_said(text)) <= len(shown):
            return self._taken(shown[number - 1], "text")
        says_all = number == len(shown) + 1 or plain(text) == plain(turn.texts("form-all-options"))
        if suggested and says_all:
            return self._show_all(draft, "text")
        for options in (shown, list(self.options(turn, draft))):
            place = label_said([option.label for option in options], text)
            if place is not None:
                return self._taken(options[place], "text")
        raise Invalid(turn.texts("choice-invalid"))

    def _read_press(self, turn: Turn, draft: Draft, value: str) -> Taken:
        if value == "*":
            return self._show_all(draft, "press")
        for option in [*self.suggest(turn, draft), *self.options(turn, draft)]:
            if str(option.value) == value:
                return self._taken(option, "press")
        raise Invalid(turn.texts("choice-gone"))

    def _show_all(self, draft: Draft, piece: Piece) -> Taken:
        draft.notes.setdefault("all", {})[self.name] = True
        return Taken({}, frozenset({piece}))

    def _taken(self, option: Option, piece: Piece) -> Taken:
        return Taken({self.name: option.value, **option.also}, frozenset({piece}))

    def valid(self, turn: Turn, draft: Draft, value: Any) -> bool:
        """The option must still be there."""
        return any(option.value == value for option in self.options(turn, draft))

    def show(self, turn: Turn, draft: Draft) -> str:
        """The option's label."""
        value = draft.answers.get(self.name)
        return next((o.label for o in self.options(turn, draft) if o.value == value), "")
