"""A dialogue as an ordered list of questions whose only state is the answers.

The pending question is the first that applies and has no answer. "Back" drops the last answer,
"edit" one answer and those that build on it; a program that adds or removes a question meanwhile
loses nobody.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from handlers.drafts import Draft, Long
from handlers.forms.ask import (
    Confirm,
    Invalid,
    Piece,
    Question,
    pieces_of,
    plain,
    press_of,
    unreadable_text,
)
from handlers.forms.ask.labels import label_said
from handlers.pieces import is_certain, remember_piece, with_piece
from handlers.turn import Turn
from storage.bounds import same_files, same_words
from storage.messages import Reply, Rows

CONTROLS = ("back", "skip", "cancel", "restore")
ONE_ROW = 3  # controls side by side that a phone shows whole
JUST_TEXT: frozenset[Piece] = frozenset({"text"})


@dataclass(frozen=True)
class Heard:
    """The outcome of listening: the words to say, and whether one of them refuses something.

    ``further``: it was a further part of an album that has been answered already.
    """

    words: Sequence[str] = ()
    refused: bool = False
    further: bool = False


def say_cancelled(turn: Turn, _draft: Draft) -> list[Reply]:
    """A word that the form is not asked any more."""
    return [turn.reply(turn.texts("form-cancelled"))]


@dataclass(frozen=True)
class Form:
    """Questions in their order, and what happens when all are answered.

    ``done`` and ``cancelled`` find the draft dropped already;
    ``kept_when_cancelled``: a draft with content is put aside instead.
    ``decorate`` turns every reply of the form, so that staff forms can stand under their card.
    ``dropped_when_ignored``: a mere yes or no; whoever says something else has moved on, and it is dropped.
    """

    name: str
    questions: tuple[Question, ...]
    done: Callable[[Turn, Draft], list[Reply]]
    cancelled: Callable[[Turn, Draft], list[Reply]] = say_cancelled
    kept_when_cancelled: bool = False
    decorate: Callable[[Turn, Draft, Reply], Reply] = lambda _turn, _draft, reply: reply
    dropped_when_ignored: bool = False

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
                draft.notes["gone"] = question.name
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

    # How it begins and stops

    def new_draft(self, turn: Turn, *, subject: int | None = None, prefix: str = "") -> Draft:
        """A new draft of the form, on top of the person's others; its key begins with ``prefix``."""
        draft = Draft(self.name, f"{prefix}{turn.services.new_key()}", subject=subject)
        turn.dialogue.activate(draft)
        return draft

    def draft_about(self, turn: Turn, subject: int) -> Draft:
        """The draft about that appeal that the person has begun, or else a new one; on top."""
        draft = next((d for d in turn.dialogue.of([self.name]) if d.subject == subject), None)
        if draft is None:
            return self.new_draft(turn, subject=subject)
        turn.dialogue.activate(draft)
        return draft

    def begin(self, turn: Turn, subject: int | None = None) -> list[Reply]:
        """Ask what is pending in a new draft, or in the one begun about that ``subject``."""
        draft = self.new_draft(turn) if subject is None else self.draft_about(turn, subject)
        return self.prompt(turn, draft)

    def stop(self, turn: Turn, draft: Draft) -> list[Reply]:
        """Cancel the form."""
        if self.kept_when_cancelled and draft.has_content:
            draft.put_aside()
        else:
            turn.dialogue.drop(draft)
        return self.cancelled(turn, draft)

    # What a person does

    def prompt(self, turn: Turn, draft: Draft, *lead: str) -> list[Reply]:
        """Ask what is pending, after the paragraphs of ``lead``; finish if nothing is."""
        question = self.pending(turn, draft)
        if question is None:
            turn.dialogue.drop(draft)
            return self.done(turn, draft)
        draft.notes["at"] = turn.now.isoformat()
        if isinstance(question, Confirm):
            draft.notes.pop("before", None)
        asked = question.prompt(turn, draft)
        gone = self._word_of_gone(turn, draft)
        text = "\n\n".join(part for part in (gone, *lead, asked.text) if part)
        rows = asked.rows + self._controls(turn, draft, question)
        return [self.decorate(turn, draft, turn.reply(text, _keyed(rows, draft)))]

    def _word_of_gone(self, turn: Turn, draft: Draft) -> str:
        """Tell once that what was chosen is not there any more."""
        key = f"choice-removed-{draft.notes.pop('gone', '')}"
        return turn.texts(key) if key in turn.texts else ""

    def answer(self, turn: Turn, draft: Draft) -> list[Reply]:
        """Take the event as the answer to what is pending, and whatever else it brings."""
        before = self.pending(turn, draft)
        replies = self._answer(turn, draft)
        if replies and before and before.keyboard_word and self._has_left(turn, draft, before):
            is_given = draft.answers.get(before.name) and not turn.event.press
            word = before.keyboard_word if is_given else "form-fine"
            put_away = self.decorate(turn, draft, turn.reply(turn.texts(word)))
            return [put_away, *replies]
        return replies

    def expects(self, turn: Turn, draft: Draft) -> bool:
        """Whether the event's text is plainly meant for this form: a control, an option, "yes"."""
        if self._typed_control(turn, draft) or self._typed_edit(turn, draft):
            return True
        pending = self.pending(turn, draft)
        if pending is None or not pending.closed or not turn.event.text:
            return False
        try:
            return pending.read(turn, deepcopy(draft), JUST_TEXT, volunteered=False) is not None
        except Invalid:
            return False

    def hear(self, turn: Turn, draft: Draft) -> Heard:
        """Take all that the event brings, without asking anything."""
        if turn.event.edited:
            words = self.correct(turn, draft)
            return Heard(words or (), further=words is None)
        if (long := turn.continues) and self.goes_on(turn, draft):
            return self._hear_further(turn, draft, long)
        heard = self._hear_pieces(turn, draft, pieces_of(turn.event))
        album = turn.event.album
        if not album or not draft.remember_album(album, turn.event.message):
            return heard
        told: list[str] = draft.notes.setdefault("albums_refused", [])
        if not heard.refused or album in told:
            return replace(heard, further=True)
        told.append(album)
        return heard

    def goes_on(self, turn: Turn, draft: Draft) -> bool:
        """Whether the event is a further piece of a message that came to the draft."""
        long = turn.continues
        if long is None or long.draft != draft.key:
            return False
        return is_certain(long) or not self.expects(turn, draft)

    def _hear_further(self, turn: Turn, draft: Draft, long: Long) -> Heard:
        """Let the question that took the first piece take this one; what was refused stays so."""
        with_piece(turn, long)
        question = self.question(long.question)
        if question is None:
            return Heard(further=True)
        try:
            taken = question.go_on(turn, draft, long)
        except Invalid as invalid:
            if turn.dialogue.long:
                turn.dialogue.long = replace(turn.dialogue.long, question="")
            return Heard([str(invalid)], refused=True)
        if taken is None:
            return Heard(further=True)
        draft.answers.update(taken.answers)
        draft.remember(turn.event.message, question.name, turn.event.text.strip())
        draft.saw(turn.event.message, turn.event.look)
        rest = self._hear_pieces(turn, draft, pieces_of(turn.event) - JUST_TEXT)
        return Heard([taken.word, *rest.words] if taken.word else rest.words)

    def correct(self, turn: Turn, draft: Draft) -> list[str] | None:
        """An edited message corrects what it gave: the words to say; None: nothing has changed."""
        message, look = turn.event.message, turn.event.look
        known = draft.notes.get("seen", {}).get(message, "")
        if known == look or not draft.has_from(message):
            return None
        draft.saw(message, look)
        words: list[str] = []
        if known and not same_files(known, look):
            words = self._exchange_files(turn, draft)
        if same_words(known, look):
            return words or None
        return [*(self._correct_words(turn, draft) or []), *words] or None

    def _exchange_files(self, turn: Turn, draft: Draft) -> list[str]:
        for question in self.questions:
            if taken := question.exchange(turn, draft):
                draft.answers.update(taken.answers)
                return [taken.word or turn.texts("form-corrected")]
        return []

    def _correct_words(self, turn: Turn, draft: Draft) -> list[str] | None:
        name, said = draft.notes.get("heard", {}).get(turn.event.message, ("", ""))
        question = self.question(name)
        if question is None and turn.event.text.strip():  # words under a photo that had none
            return [*self._hear_pieces(turn, draft, JUST_TEXT, unasked=True).words]
        if question is None or not turn.event.text.strip() or said == turn.event.text.strip():
            return None
        before = draft.answers.get(name)
        try:
            taken = question.correct(turn, draft, said)
        except Invalid as invalid:
            return [str(invalid)]
        if taken is None:
            return None
        if taken.answers.get(name, before) != before:
            self.forget(draft, question)
        draft.answers.update(taken.answers)
        draft.remember(turn.event.message, name, turn.event.text.strip())
        return [turn.texts("form-corrected")]

    # How it is done

    def _answer(self, turn: Turn, draft: Draft) -> list[Reply]:
        event = turn.event
        if event.press:
            return self._press(turn, draft)
        if event.edited:
            corrected = self.correct(turn, draft)
            return [] if corrected is None else self.prompt(turn, draft, *corrected)
        if not self.goes_on(turn, draft):
            if control := self._typed_control(turn, draft):
                return self._control(turn, draft, control)
            if press := self._typed_edit(turn, draft):
                turn.event = replace(event, press=press, text="")
                return self._press(turn, draft)
        if event.unreadable:
            return self.prompt(turn, draft, unreadable_text(turn))
        heard = self.hear(turn, draft)
        if heard.further:
            return []
        replies = self.prompt(turn, draft, *heard.words)
        if heard.refused or draft not in turn.dialogue.drafts:
            return replies
        # Of a flood of messages only the last one's prompt is read: it takes the unsent one's place.
        return [replace(reply, coalesce=f"form:{draft.key}") for reply in replies]

    def _has_left(self, turn: Turn, draft: Draft, question: Question) -> bool:
        """Whether the question is not on screen any more, so that its keyboard is to go."""
        if draft not in turn.dialogue.drafts or draft.is_aside:
            return True
        return self.pending(turn, draft) is not question

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
        if taken.used & {"text", "files", "place"}:
            draft.saw(turn.event.message, turn.event.look)
        if "text" in taken.used:
            draft.remember(turn.event.message, question.name, turn.event.text.strip())
            remember_piece(turn, draft=draft, question=question.name)
        return taken.used

    def _hear_pieces(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, unasked: bool = False
    ) -> Heard:
        """The pending question reads first (not if ``unasked``), then those that volunteer."""
        words: list[str] = []
        refusal = ""
        pending = None if unasked else self.pending(turn, draft)
        if pending:
            try:
                pieces -= self._take(turn, draft, pending, pieces, words)
            except Invalid as invalid:
                refusal = str(invalid)
        for question in self.questions:
            offered = pieces & question.unasked
            if not offered or (refusal and question is pending):
                continue
            try:
                pieces -= self._take(turn, draft, question, offered, words, volunteered=True)
            except Invalid as invalid:
                refusal = refusal or str(invalid)
        if refusal and pieces:  # nobody else took what was refused
            if "text" in pieces:
                remember_piece(turn, draft=draft)
            return Heard([*words, refusal], refused=True)
        return Heard(words)

    def _press(self, turn: Turn, draft: Draft) -> list[Reply]:
        """A button of the question on screen; any other is an old one.

        A second tap on the same button is no mistake worth a word.
        """
        press = turn.event.press
        name, value, key = press_of(press)
        pending = self.pending(turn, draft)
        again = press == draft.notes.get("pressed")
        draft.notes["pressed"] = press
        is_gone = "gone" in draft.notes  # the button was right when it was shown
        old = "" if again or is_gone else turn.texts("form-old-button")
        if key != draft.key:
            return self.prompt(turn, draft, old)
        if name == "form":
            control, _, asked = value.partition(".")
            current = pending is not None and asked == pending.name
            if control in CONTROLS and (current or control == "cancel"):
                return self._control(turn, draft, control)
            return self.prompt(turn, draft, old)
        if name == "edit" and (question := self.question(value)) and question.asked:
            return self._edit(turn, draft, question)
        if pending is None or name != pending.name:
            return self.prompt(turn, draft, old)
        words: list[str] = []
        try:
            self._take(turn, draft, pending, frozenset({"press"}), words)
        except Invalid as invalid:
            return self.prompt(turn, draft, str(invalid))
        return self.prompt(turn, draft, *words)

    def _typed_control(self, turn: Turn, draft: Draft) -> str:
        """A control typed or pressed on a keyboard that sends its label as text."""
        said = plain(turn.event.text)
        pending = self.pending(turn, draft)
        if not said or pending is None:
            return ""
        for row in self._controls(turn, draft, pending):
            for button in row:
                if plain(button.label) == said:
                    return press_of(f"{button.press}#")[1].partition(".")[0]
        return ""

    def _typed_edit(self, turn: Turn, draft: Draft) -> str:
        """The press of an edit button under a summary whose label was typed; empty if none was."""
        pending = self.pending(turn, draft)
        if not isinstance(pending, Confirm) or not turn.event.text or turn.event.files:
            return ""
        _send, *edits = [b for row in pending.prompt(turn, draft).rows for b in row]
        place = label_said([button.label for button in edits], turn.event.text)
        return "" if place is None else f"{edits[place].press}#{draft.key}"

    def _control(self, turn: Turn, draft: Draft, control: str) -> list[Reply]:
        pending = self.pending(turn, draft)
        if control == "cancel":
            return self.stop(turn, draft)
        if control == "back":
            return self._back(turn, draft)
        if control == "restore" and "before" in draft.notes:
            draft.answers = draft.notes.pop("before")
            draft.notes.pop("open", None)
            draft.notes.pop("part", None)
            return self.prompt(turn, draft)
        if control == "skip" and pending and pending.may_skip(turn, draft):
            draft.answers[pending.name] = pending.skipped
            draft.notes.pop("open", None)
            return self.prompt(turn, draft)
        return self.prompt(turn, draft, turn.texts("form-old-button"))

    def _back(self, turn: Turn, draft: Draft) -> list[Reply]:
        pending = self.pending(turn, draft)
        if last := self._last_answered(turn, draft):
            if pending and draft.notes.get("part", {}).get("question") == pending.name:
                del draft.notes["part"]
            self._reopen(draft, last, whole=isinstance(pending, Confirm))
        return self.prompt(turn, draft)

    def _edit(self, turn: Turn, draft: Draft, question: Question) -> list[Reply]:
        self._reopen(draft, question, whole=True)
        return self.prompt(turn, draft)

    def _reopen(self, draft: Draft, question: Question, *, whole: bool) -> None:
        """Ask a question again; ``whole``: all were answered, which can be restored."""
        if whole:
            draft.notes.setdefault("before", dict(draft.answers))
        draft.notes.pop("open", None)
        draft.notes.get("all", {}).pop(question.name, None)
        if question.reopens:
            draft.notes["open"] = question.name
        else:
            self.forget(draft, question)

    def _last_answered(self, turn: Turn, draft: Draft) -> Question | None:
        last = None
        pending = self.pending(turn, draft)
        for question in self.questions:
            if question is pending:
                break
            if question.asked and question.applies(turn, draft) and question.name in draft.answers:
                last = question
        return last

    def _controls(self, turn: Turn, draft: Draft, question: Question) -> Rows:
        """Skip and "as it was", back and cancel; each names its question, so that old ones show."""
        asked = question.name
        own, ways = [], []
        if question.may_skip(turn, draft):
            own.append(turn.button(question.skip_label, f"form=skip.{asked}"))
        if "before" in draft.notes:
            own.append(turn.button("form-restore", f"form=restore.{asked}"))
        if self._last_answered(turn, draft):
            ways.append(turn.button("form-back", f"form=back.{asked}"))
        ways.append(turn.button("form-cancel", f"form=cancel.{asked}"))
        if len(own) + len(ways) <= ONE_ROW:
            return ((*own, *ways),)
        return (tuple(own), tuple(ways))


def _keyed(rows: Rows, draft: Draft) -> Rows:
    """Every answer button with the draft's key, so that an old keyboard is known as old."""
    return tuple(
        tuple(replace(b, press=f"{b.press}#{draft.key}") if "=" in b.press else b for b in row)
        for row in rows
    )
