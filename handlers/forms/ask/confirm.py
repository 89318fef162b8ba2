"""The last question: all answers at a glance, to be sent or edited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from handlers.drafts import Draft
from handlers.forms.ask.base import Asked, Invalid, Piece, Question, Taken, plain, press_of
from handlers.forms.ask.labels import number_said
from handlers.showing import in_rows
from handlers.turn import Turn
from handlers.wording.yes_and_no import mere_answer
from storage.messages import Button, Rows, Tone

YES = ("да", "отправить", "отправляйте", "верно", "все верно", "1")


@dataclass(frozen=True, kw_only=True)
class Confirm(Question):
    """The summary with a button to send; ``edits`` are the questions that get an edit button.

    ``by_word``: a mere "yes" will do. What cannot be undone needs the button, or its whole label.
    ``tone`` is of that button: green to send, red to take away. ``files``: ids of those to be shown.
    """

    send_label: str = "form-send"
    summary: Callable[[Turn, Draft], str]
    edits: Callable[[Turn, Draft], Sequence[Question]] = lambda _turn, _draft: ()
    files: Callable[[Turn, Draft], tuple[int, ...]] = lambda _turn, _draft: ()
    by_word: bool = True
    tone: Tone = "good"
    closed: ClassVar[bool] = True

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The summary."""
        rows: Rows = ((Button(turn.texts(self.send_label), f"{self.name}=yes", tone=self.tone),),)
        edits = [
            Button(
                turn.texts("form-edit", what=turn.texts(question.title)), f"edit={question.name}"
            )
            for question in self.edits(turn, draft)
        ]
        rows += in_rows(edits, 2)
        return Asked(self.summary(turn, draft), rows, files=self.files(turn, draft))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The button, or a word of consent."""
        label = turn.texts(self.send_label)
        if "press" in pieces:
            if press_of(turn.event.press)[1] != "yes":
                raise Invalid(turn.texts("choice-gone"))
            return Taken({self.name: True}, frozenset({"press"}))
        if "text" in pieces:
            words = {plain(label), *(YES if self.by_word else ())}
            agrees = self.by_word and mere_answer(turn.event.text) == "yes"
            if agrees or plain(turn.event.text) in words:
                return Taken({self.name: True}, frozenset({"text"}))
            key = "confirm-or-edit" if self.edits(turn, draft) else "confirm-invalid"
            key = "confirm-in-full" if self.is_meant(turn.event.text) else key
            raise Invalid(turn.texts(key, button=label))
        return None

    def is_meant(self, text: str) -> bool:
        """Whether a text agrees, though only the button or its label will do."""
        return not self.by_word and (mere_answer(text) == "yes" or number_said(text) == 1)

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """An edited message sends nothing."""
        return None
