"""A dialogue as an ordered list of questions whose only state is the answers.

The pending question is the first that applies and has no answer. "Back" drops the last answer,
"edit" one answer and those that build on it; a program that adds or removes a question meanwhile
loses nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.dialogue import Draft
from handlers.messages import Button, Reply, Rows
from handlers.questions import (
    Confirm,
    Invalid,
    Piece,
    Question,
    pieces_of,
    plain,
    press_of,
    unreadable_text,
)
from handlers.turn import Turn

CONTROLS = ("back", "skip", "cancel", "restore")


@dataclass(frozen=True)
class Form:
    """Questions in their order, and what happens when all are answered.

    ``cancelled`` answers the person who stops (by default the draft is dropped and a word said);
    ``address`` turns every reply of the form, so that staff forms can stand under their card.
    """

    name: str
    questions: tuple[Question, ...]
    done: Callable[[Turn, Draft], list[Reply]]
    cancelled: Callable[[Turn, Draft], list[Reply]]
    dress: Callable[[Turn, Draft, Reply], Reply] = lambda _turn, _draft, reply: reply

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return next((question for question in self.questions if question.name == name), None)

    def pending(self, turn: Turn, draft: Draft) -> Question | None:
        """The first question that applies and has no valid answer; None: the form is complete."""
        for question in self.questions:
            if not (question.asked and question.applies(turn, draft)):
                continue
            if draft.notes.get("open") == question.name:
                return question
            if question.name not in draft.answers:
                return question
            if not question.valid(turn, draft, draft.answers[question.name]):
                self.forget(draft, question)
                return question
        return None

    def forget(self, draft: Draft, question: Question) -> None:
        """Drop an answer and those that build on it."""
        draft.answers.pop(question.name, None)
        if draft.notes.get("open") == question.name:
            del draft.notes["open"]
        for other in self.questions:
            if question.name in other.after and other.name in draft.answers:
                self.forget(draft, other)

    # What a person does

    def prompt(self, turn: Turn, draft: Draft, *lead: str) -> list[Reply]:
        """Ask what is pending, after the paragraphs of ``lead``; finish where nothing is."""
        question = self.pending(turn, draft)
        if question is None:
            return self.done(turn, draft)
        asked = question.prompt(turn, draft)
        text = "\n\n".join(part for part in (*lead, asked.text) if part)
        rows = asked.rows + self._controls(turn, draft, question)
        return [self.dress(turn, draft, turn.reply(text, _keyed(rows, draft)))]

    def answer(self, turn: Turn, draft: Draft) -> list[Reply]:
        """Take the event as the answer to what is pending, and whatever else it brings."""
        event = turn.event
        if event.press:
            return self._press(turn, draft)
        if event.edited:
            return self._correct(turn, draft)
        if control := self._typed_control(turn, draft):
            return self._control(turn, draft, control)
        if event.unreadable:
            return self.prompt(turn, draft, unreadable_text(turn))
        return self._listen(turn, draft)

    def hear(self, turn: Turn, draft: Draft) -> list[str] | None:
        """Take all that the event brings; the words to say about it.

        None: nothing to say, it is a further part of an album.
        """
        album = turn.event.album
        further = bool(album) and draft.notes.get("album") == album
        words, refused = self._hear_pieces(turn, draft)
        if album:
            draft.notes["album"] = album
        if not further:
            return words
        if not refused or draft.notes.get("album_told") == album:
            return None
        draft.notes["album_told"] = album
        return words

    # How it is done

    def _take(
        self,
        turn: Turn,
        draft: Draft,
        question: Question,
        pieces: frozenset[Piece],
        words: list[str],
        *,
        volunteered: bool = False,
    ) -> frozenset[Piece]:
        """Let one question read; the pieces it used. Raises Invalid."""
        taken = question.read(turn, draft, pieces, volunteered=volunteered)
        if taken is None:
            return frozenset()
        draft.answers.update(taken.answers)
        if taken.word:
            words.append(taken.word)
        if "text" in taken.used and turn.event.message:
            draft.notes.setdefault("heard", {})[turn.event.message] = question.name
        return taken.used

    def _hear_pieces(self, turn: Turn, draft: Draft) -> tuple[list[str], bool]:
        """The pending question reads first, then those that volunteer for what is left."""
        pieces = pieces_of(turn.event)
        words: list[str] = []
        refusal = ""
        pending = self.pending(turn, draft)
        if pending:
            try:
                pieces -= self._take(turn, draft, pending, pieces, words)
            except Invalid as invalid:
                refusal = str(invalid)
        for question in self.questions:
            offered = pieces & question.volunteers
            if not offered or (refusal and question is pending):
                continue
            try:
                pieces -= self._take(turn, draft, question, offered, words, volunteered=True)
            except Invalid as invalid:
                refusal = refusal or str(invalid)
        if refusal and pieces:  # nobody else took what was refused
            return [*words, refusal], True
        return words, False

    def _listen(self, turn: Turn, draft: Draft) -> list[Reply]:
        before = self.pending(turn, draft)
        words = self.hear(turn, draft)
        if words is None:
            return []
        return self._acknowledge(turn, draft, before) + self.prompt(turn, draft, *words)

    def _acknowledge(self, turn: Turn, draft: Draft, before: Question | None) -> list[Reply]:
        """A word without buttons where the answered question had put up a keyboard."""
        if before and before.keyboard_word and before.name in draft.answers:
            return [self.dress(turn, draft, turn.reply(turn.texts(before.keyboard_word)))]
        return []

    def _press(self, turn: Turn, draft: Draft) -> list[Reply]:
        name, value, key = press_of(turn.event.press)
        pending = self.pending(turn, draft)
        if key != draft.key:
            return self.prompt(turn, draft, turn.texts("form-old-button"))
        if name == "form" and value in CONTROLS:
            return self._control(turn, draft, value)
        if name == "edit" and (question := self.question(value)):
            return self._edit(turn, draft, question)
        if pending is None or name != pending.name:
            return self.prompt(turn, draft, turn.texts("form-old-button"))
        try:
            words: list[str] = []
            self._take(turn, draft, pending, frozenset({"press"}), words)
        except Invalid as invalid:
            return self.prompt(turn, draft, str(invalid))
        return self.prompt(turn, draft, *words)

    def _correct(self, turn: Turn, draft: Draft) -> list[Reply]:
        """An edited message: the answer it gave is changed, without a word where all is well."""
        name = draft.notes.get("heard", {}).get(turn.event.message)
        question = self.question(name) if name else None
        if question is None or not turn.event.text:
            return []
        kept = draft.answers.pop(question.name, None)
        try:
            self._take(turn, draft, question, frozenset({"text"}), [])
        except Invalid as invalid:
            if kept is not None:
                draft.answers[question.name] = kept
            return self.prompt(turn, draft, str(invalid))
        return self.prompt(turn, draft, turn.texts("form-corrected"))

    def _typed_control(self, turn: Turn, draft: Draft) -> str:
        """A control typed or pressed on a keyboard that sends its label as text."""
        said = plain(turn.event.text)
        if not said:
            return ""
        pending = self.pending(turn, draft)
        if pending is None:
            return ""
        for row in self._controls(turn, draft, pending):
            for button in row:
                if plain(button.label) == said:
                    return press_of(button.press)[1]
        return ""

    def _control(self, turn: Turn, draft: Draft, control: str) -> list[Reply]:
        pending = self.pending(turn, draft)
        if control == "cancel":
            return self.cancelled(turn, draft)
        if control == "back":
            return self._back(turn, draft)
        if control == "restore" and "before" in draft.notes:
            draft.answers = draft.notes.pop("before")
            return self.prompt(turn, draft)
        if control == "skip" and pending and pending.may_skip(turn, draft):
            draft.answers[pending.name] = pending.skipped
            draft.notes.pop("open", None)
            return self.prompt(turn, draft)
        return self.prompt(turn, draft, turn.texts("form-old-button"))

    def _back(self, turn: Turn, draft: Draft) -> list[Reply]:
        if last := self._last_answered(turn, draft):
            if isinstance(self.pending(turn, draft), Confirm):
                draft.notes["before"] = dict(draft.answers)
            draft.notes.pop("open", None)
            self.forget(draft, last)
            draft.notes.get("all", {}).pop(last.name, None)
            if draft.notes.get("part", {}).get("question") == last.name:
                del draft.notes["part"]
        return self.prompt(turn, draft)

    def _last_answered(self, turn: Turn, draft: Draft) -> Question | None:
        last = None
        pending = self.pending(turn, draft)
        for question in self.questions:
            if question is pending:
                break
            if question.asked and question.applies(turn, draft) and question.name in draft.answers:
                last = question
        return last

    def _edit(self, turn: Turn, draft: Draft, question: Question) -> list[Reply]:
        draft.notes["before"] = dict(draft.answers)
        draft.notes.get("all", {}).pop(question.name, None)
        if question.reopens:
            draft.notes["open"] = question.name
        else:
            self.forget(draft, question)
        return self.prompt(turn, draft)

    def _controls(self, turn: Turn, draft: Draft, question: Question) -> Rows:
        row: list[Button] = []
        if question.may_skip(turn, draft):
            row.append(turn.button(question.skip_label, "form=skip"))
        if isinstance(question, Confirm):
            draft.notes.pop("before", None)
        if "before" in draft.notes:
            row.append(turn.button("form-restore", "form=restore"))
        elif self._last_answered(turn, draft):
            row.append(turn.button("form-back", "form=back"))
        row.append(turn.button("form-cancel", "form=cancel"))
        return (tuple(row),)


def _keyed(rows: Rows, draft: Draft) -> Rows:
    """Every answer button with the draft's key, so that an old keyboard is known as old."""
    return tuple(
        tuple(replace(b, press=f"{b.press}#{draft.key}") if "=" in b.press else b for b in row)
        for row in rows
    )
