"""The kinds of questions that a form is made of: choice, text, place, files, confirm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from handlers.attachments import MOST_FILES, keep_files
from handlers.messages import Button, Event, Rows, Tone
from handlers.places import read_place

if TYPE_CHECKING:
    from handlers.dialogue import Draft
    from handlers.turn import Turn

Piece = Literal["press", "text", "files", "place"]
NO_PIECES: frozenset[Piece] = frozenset()


class Invalid(Exception):
    """The answer cannot be taken; the text tells the person what to do."""


@dataclass(frozen=True)
class Option:
    """One answer of a choice. ``also`` are answers to other questions that come with it."""

    value: Any
    label: str
    also: Mapping[str, Any] = field(default_factory=dict)
    tone: Tone = "plain"


@dataclass(frozen=True)
class Asked:
    """How a question looks when it is asked."""

    text: str
    rows: Rows = ()


@dataclass(frozen=True)
class Taken:
    """What a question took from an event: answers, the pieces it used up, a word to say."""

    answers: Mapping[str, Any]
    used: frozenset[Piece]
    word: str = ""


def pieces_of(event: Event) -> frozenset[Piece]:
    """What an event brings."""
    present: dict[Piece, bool] = {
        "press": bool(event.press),
        "text": bool(event.text.strip()),
        "files": bool(event.files),
        "place": event.place is not None,
    }
    return frozenset(piece for piece, there in present.items() if there)


def press_of(press: str) -> tuple[str, str, str]:
    """Question, value and draft's key of a form's button; empty where it is none."""
    name, equals, rest = press.partition("=")
    value, _, key = rest.rpartition("#")
    return (name, value, key) if equals else ("", "", "")


def plain(text: str) -> str:
    """Letters, digits and single spaces in lower case: a label as people type it."""
    kept = "".join(c if c.isalnum() else " " for c in text.casefold().replace("ё", "е"))
    return " ".join(kept.split())


def unreadable_text(turn: "Turn") -> str:
    """What to say to a voice, a sticker and the like."""
    key = f"unreadable-{turn.event.unreadable}"
    return turn.texts(key if key in turn.texts else "unreadable-other")


def _always(_turn: "Turn", _draft: "Draft") -> bool:
    return True


def _never(_turn: "Turn", _draft: "Draft") -> bool:
    return False


Condition = Callable[["Turn", "Draft"], bool]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all questions have.

    ``ask`` is the text's key. ``after`` names the questions it builds on, ``volunteers`` the pieces
    it takes unasked, ``optional`` says when it may be skipped; ``asked`` False: it never asks and
    only takes what comes. ``title`` is the text's key of its line in a summary.
    """

    name: str
    ask: str = ""
    title: str = ""
    applies: Condition = _always
    optional: Condition = _never
    after: tuple[str, ...] = ()
    volunteers: frozenset[Piece] = NO_PIECES
    asked: bool = True
    skip_label: str = "form-skip"
    keyboard_word: str = ""
    reopens: ClassVar[bool] = False
    skipped: ClassVar[Any] = None

    def prompt(self, turn: "Turn", draft: "Draft") -> Asked:
        """The question and its buttons (without back, skip and cancel)."""
        return Asked(turn.texts(self.ask))

    def read(
        self, turn: "Turn", draft: "Draft", pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """Take the answer from the event; None: nothing here for this question. Raises Invalid."""
        raise NotImplementedError

    def valid(self, turn: "Turn", draft: "Draft", value: Any) -> bool:
        """Whether an answer given earlier still stands."""
        return True

    def may_skip(self, turn: "Turn", draft: "Draft") -> bool:
        """Whether to offer a skip button."""
        return self.optional(turn, draft)

    def show(self, turn: "Turn", draft: "Draft") -> str:
        """The answer in a summary; empty: no line."""
        return str(draft.answers.get(self.name) or "")


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One of some options, by a button, its number or its label.

    ``suggest`` gives the few likely ones; where there are any, they are shown first with a button
    for all. ``columns`` is how many short labels stand in a row.
    """

    options: Callable[["Turn", "Draft"], Sequence[Option]]
    suggest: Callable[["Turn", "Draft"], Sequence[Option]] = lambda _turn, _draft: ()
    ask_suggested: str = ""
    columns: int = 1

    def shown(self, turn: "Turn", draft: "Draft") -> tuple[list[Option], bool]:
        """The options on screen, and whether they are the suggested ones."""
        if not draft.notes.get("all", {}).get(self.name) and (few := self.suggest(turn, draft)):
            return list(few), True
        return list(self.options(turn, draft)), False

    def prompt(self, turn: "Turn", draft: "Draft") -> Asked:
        """The options as buttons."""
        options, suggested = self.shown(turn, draft)
        buttons = [
            Button(option.label, f"{self.name}={option.value}", tone=option.tone, number=number)
            for number, option in enumerate(options, 1)
        ]
        columns = 1 if suggested else self.columns
        rows = tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))
        if suggested:
            rows += ((Button(turn.texts("form-all-options"), f"{self.name}=*"),),)
        return Asked(turn.texts(self.ask_suggested if suggested else self.ask), rows)

    def read(
        self, turn: "Turn", draft: "Draft", pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A press, a number on screen, or a label."""
        if "press" in pieces:
            return self._read_press(turn, draft, press_of(turn.event.press)[1])
        if "text" not in pieces:
            return None
        said = plain(turn.event.text)
        shown, suggested = self.shown(turn, draft)
        if said.isdecimal() and 0 < int(said) <= len(shown):
            return self._taken(shown[int(said) - 1], "text")
        if suggested and said == plain(turn.texts("form-all-options")):
            return self._show_all(draft, "text")
        for option in [*shown, *self.options(turn, draft)]:
            if said and said == plain(option.label):
                return self._taken(option, "text")
        raise Invalid(turn.texts("choice-invalid"))

    def _read_press(self, turn: "Turn", draft: "Draft", value: str) -> Taken:
        if value == "*":
            return self._show_all(draft, "press")
        for option in [*self.suggest(turn, draft), *self.options(turn, draft)]:
            if str(option.value) == value:
                return self._taken(option, "press")
        raise Invalid(turn.texts("choice-gone"))

    def _show_all(self, draft: "Draft", piece: Piece) -> Taken:
        draft.notes.setdefault("all", {})[self.name] = True
        return Taken({}, frozenset({piece}))

    def _taken(self, option: Option, piece: Piece) -> Taken:
        return Taken({self.name: option.value, **option.also}, frozenset({piece}))

    def valid(self, turn: "Turn", draft: "Draft", value: Any) -> bool:
        """The option must still be there."""
        return any(option.value == value for option in self.options(turn, draft))

    def show(self, turn: "Turn", draft: "Draft") -> str:
        """The option's label."""
        value = draft.answers.get(self.name)
        return next((o.label for o in self.options(turn, draft) if o.value == value), "")


@dataclass(frozen=True, kw_only=True)
class Words(Question):
    """A text of ``at_least`` to ``at_most`` characters. A text too short is kept and added to.

    What comes unasked (``volunteers``) is added to what stands. ``presets`` are texts on buttons.
    """

    at_least: int = 1
    at_most: int = 4000
    presets: Callable[["Turn", "Draft"], Sequence[str]] = lambda _turn, _draft: ()

    def prompt(self, turn: "Turn", draft: "Draft") -> Asked:
        """The question, and the presets as buttons."""
        presets = self.presets(turn, draft)
        rows = tuple(
            (Button(label, f"{self.name}={number}", number=number),)
            for number, label in enumerate(presets, 1)
        )
        part = draft.notes.get("part", {})
        if part.get("question") == self.name:
            return Asked(turn.texts("text-part", kept=part["text"]), rows)
        return Asked(turn.texts(self.ask), rows)

    def read(
        self, turn: "Turn", draft: "Draft", pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The text, joined to what was too short before."""
        if "press" in pieces:
            return self._read_preset(turn, draft)
        if "text" not in pieces:
            return None
        text = turn.event.text.strip()
        if volunteered and self.name in draft.answers:
            return self._add(turn, draft, text)
        part = draft.notes.get("part", {})
        if part.get("question") == self.name:
            text = f"{part['text']}\n{text}"
        if len(text) > self.at_most:
            raise Invalid(turn.texts("text-too-long", length=len(text), most=str(self.at_most)))
        if sum(c.isalnum() for c in text) < min(self.at_least, 3) or len(text) < self.at_least:
            self._refuse_short(turn, draft, text, volunteered=volunteered)
            return None
        draft.notes.pop("part", None)
        word = turn.texts("text-taken") if volunteered else ""
        return Taken({self.name: text}, frozenset({"text"}), word)

    def _add(self, turn: "Turn", draft: "Draft", text: str) -> Taken | None:
        """A further message of somebody who tells in pieces."""
        joined = f"{draft.answers[self.name] or ''}\n{text}".strip()
        if len(text) < self.at_least:
            return None
        if len(joined) > self.at_most:
            raise Invalid(turn.texts("text-too-long", length=len(joined), most=str(self.at_most)))
        return Taken({self.name: joined}, frozenset({"text"}), turn.texts("text-added"))

    def _refuse_short(self, turn: "Turn", draft: "Draft", text: str, *, volunteered: bool) -> None:
        if not any(c.isalnum() for c in text):
            raise Invalid(turn.texts("text-no-words"))
        if volunteered:
            return
        draft.notes["part"] = {"question": self.name, "text": text}
        raise Invalid(turn.texts("text-too-short"))

    def _read_preset(self, turn: "Turn", draft: "Draft") -> Taken:
        presets = self.presets(turn, draft)
        number = press_of(turn.event.press)[1]
        if not number.isdecimal() or not 0 < int(number) <= len(presets):
            raise Invalid(turn.texts("choice-gone"))
        return Taken({self.name: presets[int(number) - 1]}, frozenset({"press"}))


@dataclass(frozen=True, kw_only=True)
class Where(Question):
    """A place: a point, an address or a landmark. The answer is ``{"lat", "lon", "text"}``."""

    keyboard_word: str = "place-taken"

    def prompt(self, turn: "Turn", draft: "Draft") -> Asked:
        """The question with a location button."""
        button = Button(turn.texts("place-button"), kind="location", tone="primary")
        return Asked(turn.texts(self.ask), ((button,),))

    def read(
        self, turn: "Turn", draft: "Draft", pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A point before a text."""
        if "place" in pieces:
            problem, place = read_place(turn.event.place)
        elif "text" in pieces and not volunteered:
            if self.may_skip(turn, draft) and plain(turn.event.text) in {"нет", "не знаю"}:
                return Taken({self.name: None}, frozenset({"text"}))
            problem, place = read_place(turn.event.text)
        else:
            return None
        if problem:
            raise Invalid(turn.texts(problem))
        used: frozenset[Piece] = frozenset({"place"} if "place" in pieces else {"text"})
        return Taken(
            {self.name: place}, used, turn.texts(self.keyboard_word) if volunteered else ""
        )

    def show(self, turn: "Turn", draft: "Draft") -> str:
        """The address, or a word for a point on the map."""
        place = draft.answers.get(self.name)
        if not place:
            return ""
        return place["text"] or turn.texts("place-point")


@dataclass(frozen=True, kw_only=True)
class Files(Question):
    """Up to ``at_most`` files; stays open until "done". The answer is a list of kept files' ids."""

    at_most: int = MOST_FILES
    reopens: ClassVar[bool] = True
    skipped: ClassVar[Any] = ()

    def prompt(self, turn: "Turn", draft: "Draft") -> Asked:
        """The question; once files are there, how many, with "done"."""
        count = len(draft.answers.get(self.name) or ())
        if not count:
            return Asked(turn.texts(self.ask))
        rows = (
            (Button(turn.texts("files-done"), f"{self.name}=done", tone="good"),),
            (Button(turn.texts("files-clear"), f"{self.name}=clear"),),
        )
        return Asked(turn.texts("files-more", count=count, most=self.at_most), rows)

    def may_skip(self, turn: "Turn", draft: "Draft") -> bool:
        """Only while there are none: afterwards it is "done"."""
        return super().may_skip(turn, draft) and not draft.answers.get(self.name)

    def read(
        self, turn: "Turn", draft: "Draft", pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """Files, or a word that there are no more."""
        if "files" in pieces:
            return self._read_files(turn, draft, volunteered=volunteered)
        if "press" in pieces:
            return self._read_press(turn, draft, press_of(turn.event.press)[1])
        if "text" in pieces and not volunteered:
            said = plain(turn.event.text)
            if said in {plain(turn.texts("files-done")), "готово", "все", "нет", "без фото"}:
                return self._close(draft, "text")
            if said == plain(turn.texts("files-clear")):
                return Taken({self.name: []}, frozenset({"text"}))
            raise Invalid(turn.texts("files-wanted"))
        return None

    def _read_press(self, turn: "Turn", draft: "Draft", value: str) -> Taken:
        if value == "done":
            return self._close(draft, "press")
        if value == "clear":
            draft.notes["open"] = self.name
            return Taken({self.name: []}, frozenset({"press"}))
        raise Invalid(turn.texts("choice-gone"))

    def _close(self, draft: "Draft", piece: Piece) -> Taken:
        if draft.notes.get("open") == self.name:
            del draft.notes["open"]
        return Taken({self.name: draft.answers.get(self.name) or []}, frozenset({piece}))

    def _read_files(self, turn: "Turn", draft: "Draft", *, volunteered: bool) -> Taken:
        kept = list(draft.answers.get(self.name) or ())
        problem, new = keep_files(turn, room=self.at_most - len(kept))
        if problem and not new:
            raise Invalid(problem)
        if not volunteered:
            draft.notes["open"] = self.name
        word = problem or (
            turn.texts("files-added", count=len(kept) + len(new)) if volunteered else ""
        )
        return Taken({self.name: kept + new}, frozenset({"files"}), word)

    def show(self, turn: "Turn", draft: "Draft") -> str:
        """How many."""
        count = len(draft.answers.get(self.name) or ())
        return turn.texts("files-count", count=count) if count else ""


@dataclass(frozen=True, kw_only=True)
class Confirm(Question):
    """The summary with a button to send; ``edits`` are the questions that get an edit button."""

    send_label: str = "form-send"
    summary: Callable[["Turn", "Draft"], str]
    edits: Callable[["Turn", "Draft"], Sequence[Question]] = lambda _turn, _draft: ()

    def prompt(self, turn: "Turn", draft: "Draft") -> Asked:
        """The summary."""
        rows: Rows = ((Button(turn.texts(self.send_label), f"{self.name}=yes", tone="good"),),)
        edits = [
            Button(
                turn.texts("form-edit", what=turn.texts(question.title)), f"edit={question.name}"
            )
            for question in self.edits(turn, draft)
        ]
        rows += tuple(tuple(edits[i : i + 2]) for i in range(0, len(edits), 2))
        return Asked(self.summary(turn, draft), rows)

    def read(
        self, turn: "Turn", draft: "Draft", pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The button, or a word of consent."""
        if "press" in pieces:
            return Taken({self.name: True}, frozenset({"press"}))
        if "text" in pieces:
            if plain(turn.event.text) in {
                plain(turn.texts(self.send_label)),
                "да",
                "отправить",
                "1",
            }:
                return Taken({self.name: True}, frozenset({"text"}))
            raise Invalid(turn.texts("confirm-invalid"))
        return None
