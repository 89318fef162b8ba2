"""A question that is answered in words, in one message or in several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from config.lengths import MORE, units
from config.signs import letters
from handlers.drafts import Draft, Long
from handlers.forms.ask.base import Asked, Invalid, Piece, Question, Taken, plain, press_of
from handlers.forms.ask.labels import SHOWN, number_said
from handlers.pieces import joined, remember_piece
from handlers.showing import whole_number, word_on_voices
from handlers.turn import Turn
from handlers.wording.small_talk import is_small_talk, without_greeting
from handlers.wording.yes_and_no import mere_answer
from storage.messages import Button

# Units. Above what one message may bring (storage.bounds), so that no message is refused for its length;
# what is sent is split into messages again.
MOST_TEXT = 12_000


def is_option(text: str) -> bool:
    """Whether a text is a mere yes, a mere no, or a number of an option."""
    return bool(mere_answer(text) or number_said(text))


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """A text of at least ``at_least`` characters and at most ``at_most`` units. A text too short is kept and added to.

    What comes unasked (``unasked``) is added to what stands; ``keeps`` says whether a short text
    that comes unasked is a beginning, ``leaves`` whether one belongs to another question.
    ``presets`` are texts on buttons, which their numbers say too; ``given`` are the variables of the
    question's own text. ``bare`` says whether a text is rather an option than an answer: it is kept,
    and taken if it is all that there is to say. ``of_residents``: whoever is asked is told if voice
    messages do not arrive.
    """

    at_least: int = 1
    at_most: int = MOST_TEXT
    given: Callable[[Turn, Draft], Mapping[str, str]] = lambda _turn, _draft: {}
    presets: Callable[[Turn, Draft], Sequence[str]] = lambda _turn, _draft: ()
    keeps: Callable[[Turn, str], bool] = lambda _turn, _text: False
    bare: Callable[[Turn, str], bool] = lambda _turn, text: is_option(text)
    leaves: Callable[[Turn, Draft], bool] = lambda _turn, _draft: False
    of_residents: bool = False

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question, and the presets as buttons."""
        presets = self.presets(turn, draft)
        rows = tuple(
            (Button(label, f"{self.name}={number}", number=number),)
            for number, label in enumerate(presets, 1)
        )
        if part := self._part(draft):
            return Asked(turn.texts("text-part", kept=part), rows)
        text = self.ask_in_words(turn, self.ask, **self.given(turn, draft))
        return Asked(text, rows, self.written(draft))

    def ask_in_words(self, turn: Turn, key: str, **given: str) -> str:
        """The text of the question, and that it wants words if a voice would not arrive."""
        word = word_on_voices(turn, turn.event.address.channel) if self.of_residents else ""
        return f"{turn.texts(key, **given)}\n\n{word}".rstrip()

    def written(self, draft: Draft) -> str:
        """The text."""
        return draft.former(self.name) or ""

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The text, joined to what was too short before."""
        if "press" in pieces:
            return self._read_preset(turn, draft)
        if "text" not in pieces or (volunteered and self.leaves(turn, draft)):
            return None
        text = turn.event.text.strip()
        if volunteered and self.name in draft.answers:
            return self._add(turn, draft, text)
        if not volunteered and (preset := self._preset_said(turn, draft, text)):
            return Taken({self.name: preset}, frozenset({"text"}))
        part = self._part(draft)
        is_again = plain(text) == plain(part)
        both = part if is_again and self.bare(turn, text) else f"{part}\n{text}".strip()
        self._check_length(turn, both)
        if not self._enough(both):
            return self._keep_part(turn, draft, both, volunteered=volunteered)
        if not volunteered and not part and self.bare(turn, text):
            return self._keep_part(turn, draft, text, volunteered=False, is_bare=True)
        draft.notes.pop("part", None)
        word = turn.texts("text-taken") if volunteered else ""
        return Taken({self.name: both}, frozenset({"text"}), word)

    def go_on(self, turn: Turn, draft: Draft, long: Long) -> Taken | None:
        """Join the piece to what stands."""
        answer, part = draft.answers.get(self.name) or "", self._part(draft)
        new = joined(answer or part, turn.event.text, long)
        if units(new) > self.at_most:
            raise Invalid(turn.texts("text-full", most=str(self.at_most)))
        draft.notes.pop("part", None)
        return Taken({self.name: new}, frozenset({"text"}), turn.texts("text-added"))

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """Replace the edited message's share of the answer; None if it has no share any more."""
        text = turn.event.text.strip()
        answer, part = draft.answers.get(self.name) or "", self._part(draft)
        if said not in (answer or part):
            return None
        new = (answer or part).replace(said, text, 1)
        self._check_length(turn, new)
        if self._enough(new):
            draft.notes.pop("part", None)
            return Taken({self.name: new}, frozenset({"text"}))
        if answer:
            raise Invalid(turn.texts("text-too-short-edit"))
        draft.notes["part"] = {"question": self.name, "text": new}
        return Taken({}, frozenset({"text"}))

    def _part(self, draft: Draft) -> str:
        part = draft.notes.get("part", {})
        return str(part["text"]) if part.get("question") == self.name else ""

    def _enough(self, text: str) -> bool:
        """Whether it says something: a greeting does not, but as an answer "thank you" may do."""
        said = without_greeting(text) if self.at_least > 1 else text
        return len(said) >= self.at_least and letters(said) >= min(self.at_least, 3)

    def _check_length(self, turn: Turn, text: str) -> None:
        if (length := units(text)) > self.at_most:
            raise Invalid(turn.texts("text-too-long", length=length, most=str(self.at_most)))

    def _add(self, turn: Turn, draft: Draft, text: str) -> Taken | None:
        """A further message of somebody who tells in pieces."""
        if not self._enough(text) or is_small_talk(text):
            return None
        both = f"{draft.answers[self.name] or ''}\n{text}".strip()
        if units(both) > self.at_most:
            raise Invalid(turn.texts("text-full", most=str(self.at_most)))
        return Taken({self.name: both}, frozenset({"text"}), turn.texts("text-added"))

    def _keep_part(
        self, turn: Turn, draft: Draft, text: str, *, volunteered: bool, is_bare: bool = False
    ) -> Taken | None:
        if not letters(text):
            raise Invalid(turn.texts("text-no-words"))
        if volunteered and not self.keeps(turn, text):
            return None
        draft.notes["part"] = {"question": self.name, "text": text}
        event = turn.event
        draft.remember(event.message, event.look, self.name, event.text.strip())
        remember_piece(turn, draft=draft, question=self.name)
        if not volunteered:
            bare = turn.texts("text-bare", text=text) if is_bare else ""
            raise Invalid(bare or turn.texts("text-too-short"))
        return Taken({}, frozenset({"text"}), turn.texts("text-begun", text=text))

    def _preset_said(self, turn: Turn, draft: Draft, text: str) -> str:
        """The preset whose number, or label as a messenger cuts it, a text says; empty if it says none."""
        presets = self.presets(turn, draft)
        if 0 < (number := number_said(text)) <= len(presets):
            return presets[number - 1]
        said = plain(text)
        cut = bool(said) and text.endswith(MORE)
        return next(
            (p for p in presets if plain(p[:SHOWN]) == said or (cut and plain(p).startswith(said))),
            "",
        )

    def _read_preset(self, turn: Turn, draft: Draft) -> Taken:
        presets = self.presets(turn, draft)
        chosen = whole_number(press_of(turn.event.press)[1])
        if not 0 < chosen <= len(presets):
            raise Invalid(turn.texts("choice-gone"))
        return Taken({self.name: presets[chosen - 1]}, frozenset({"press"}))
