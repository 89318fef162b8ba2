"""The base of all questions: how one is asked, how it reads an answer, when it applies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from handlers.drafts import Draft, Long
from handlers.turn import Turn
from storage.messages import Event, Rows

Piece = Literal["press", "text", "files", "place"]
NO_PIECES: frozenset[Piece] = frozenset()


class Invalid(Exception):
    """The answer cannot be taken; the text tells the person what to do.

    ``always``: it is told even if the words are of use to another question.
    """

    def __init__(self, text: str, *, always: bool = False) -> None:
        super().__init__(text)
        self.always = always


@dataclass(frozen=True)
class Asked:
    """The look of a question when it is asked.

    ``fill``: words that its answer had, to begin with (``is_told``: the text has them too);
    ``files``: ids of those to be shown.
    """

    text: str
    rows: Rows = ()
    fill: str = ""
    is_told: bool = False
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class Taken:
    """The part of an event that a question took: answers, the pieces it used up, a word to say.

    ``is_plain``: whether the words are meant for this question, whatever else they may say.
    """

    answers: Mapping[str, Any]
    used: frozenset[Piece]
    word: str = ""
    is_plain: bool = True


def pieces_of(event: Event) -> frozenset[Piece]:
    """The pieces that an event brings."""
    present: dict[Piece, bool] = {
        "press": bool(event.press),
        "text": bool(event.text.strip()),
        "files": bool(event.files),
        "place": event.place is not None,
    }
    return frozenset(piece for piece, there in present.items() if there)


def press_of(press: str) -> tuple[str, str, str]:
    """Question, value and draft's key of a form's button; empty strings if it is none."""
    name, equals, rest = press.partition("=")
    value, _, key = rest.rpartition("#")
    return (name, value, key) if equals else ("", "", "")


def plain(text: str) -> str:
    """Letters, digits and single spaces in lower case: a label as people type it."""
    kept = "".join(c if c.isalnum() else " " for c in text.casefold().replace("ё", "е"))
    return " ".join(kept.split())


def unreadable_text(turn: Turn) -> str:
    """The answer to a voice message, a sticker and the like."""
    key = f"unreadable-{turn.event.unreadable}"
    return turn.texts(key if key in turn.texts else "unreadable-other")


def always(_turn: Turn, _draft: Draft) -> bool:
    """The condition that always holds."""
    return True


def _never(_turn: Turn, _draft: Draft) -> bool:
    return False


Condition = Callable[[Turn, Draft], bool]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question: it is asked, reads an answer and shows it.

    ``ask`` is the text's key. ``after`` names the questions it builds on, ``unasked`` the pieces
    it takes unasked, ``optional`` says when it may be skipped; ``asked`` False: it never asks and
    only takes what comes. ``known`` says when it need not be asked: it is guessed, or left to whoever
    edits it in the summary. ``title`` is the text's key of its line in a summary.
    """

    name: str
    ask: str = ""
    title: str = ""
    applies: Condition = always
    optional: Condition = _never
    known: Condition = _never
    after: tuple[str, ...] = ()
    unasked: frozenset[Piece] = NO_PIECES
    asked: bool = True
    skip_label: str = "form-skip"
    keyboard_word: str = ""
    reopens: ClassVar[bool] = False  # "edit" and "back" open it again with what it has
    closed: ClassVar[bool] = False  # takes only words of its own: options, "yes"
    skipped: ClassVar[Any] = None

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question and its buttons (without back, skip and cancel)."""
        return Asked(turn.texts(self.ask))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """Take the answer from the event; None: nothing here for this question. Raises Invalid."""
        raise NotImplementedError

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """The message that said ``said`` to this question was edited. Raises Invalid."""
        if self.name not in draft.answers:
            return None
        return self.read(turn, draft, frozenset({"text"}), volunteered=False)

    def exchange(self, turn: Turn, draft: Draft) -> Taken | None:
        """Other files stand in a message whose files this question took. Raises Invalid."""
        return None

    def go_on(self, turn: Turn, draft: Draft, long: Long) -> Taken | None:
        """Take the further piece of the message ``long``, which this question took. Raises Invalid."""
        return self.read(turn, draft, frozenset({"text"}), volunteered=True)

    def valid(self, turn: Turn, draft: Draft, value: Any) -> bool:
        """Whether an answer given earlier still stands."""
        return True

    def written(self, draft: Draft) -> str:
        """The words of the answer that it had before it was opened again; empty if it had none."""
        return ""

    @property
    def opens_alone(self) -> bool:
        """Whether it is asked again only if somebody opens it."""
        return self.reopens or self.known is not _never

    def may_skip(self, turn: Turn, draft: Draft) -> bool:
        """Whether to offer a skip button."""
        return self.optional(turn, draft)

    def show(self, turn: Turn, draft: Draft) -> str:
        """The answer in a summary; empty: no line."""
        return str(draft.answers.get(self.name) or "")
