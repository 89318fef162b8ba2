"""A dialogue as an ordered list of questions whose only state is the answers.

The pending question is the first that applies and has no answer. "Back" drops the last answer,
"edit" one answer and those that build on it; a program that adds or removes a question meanwhile
loses nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from config.settings.channels import CHANNELS
from handlers.drafts import Draft
from handlers.forms.ask import (
    Asked,
    Confirm,
    Invalid,
    Question,
    press_of,
    unreadable_text,
)
from handlers.forms.controls import CONTROLS, controls_of, may_keep, typed_control, typed_edit
from handlers.forms.correcting import correct
from handlers.forms.finished import note_finished
from handlers.forms.hearing import expects, goes_on, hear
from handlers.forms.questionnaire import Questionnaire
from handlers.forms.reading import Heard, take
from handlers.turn import Turn
from storage.messages import Reply, Rows


def say_cancelled(turn: Turn, _draft: Draft) -> list[Reply]:
    """A word that the form is not asked any more."""
    return [turn.reply(turn.texts("form-cancelled"))]


@dataclass(frozen=True)
class Form(Questionnaire):
    """Questions in their order, and what happens when all are answered.

    ``done`` and ``cancelled`` find the draft dropped already;
    ``kept_when_cancelled``: a draft with content is put aside instead.
    ``decorate`` turns every reply of the form, so that staff forms can stand under their card.
    ``dropped_when_ignored``: a mere yes or no; whoever says something else has moved on, and it is dropped.
    """

    done: Callable[[Turn, Draft], list[Reply]]
    cancelled: Callable[[Turn, Draft], list[Reply]] = say_cancelled
    kept_when_cancelled: bool = False
    decorate: Callable[[Turn, Draft, Reply], Reply] = lambda _turn, _draft, reply: reply
    dropped_when_ignored: bool = False

    # How it begins and stops

    def new_draft(self, turn: Turn, *, subject: int | None = None, prefix: str = "") -> Draft:
        """A new draft of the form, on top of the person's others; its key begins with ``prefix``."""
        key = f"{prefix}{turn.services.new_key()}"
        draft = Draft(self.name, key, subject=subject, notes={"begun": turn.now.isoformat()})
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

    def leave(self, turn: Turn, draft: Draft) -> list[Reply]:
        """Leave the edit of one answer with all as it was, else cancel the form."""
        if "before" not in draft.notes:
            return self.stop(turn, draft)
        draft.answers = draft.notes.pop("before")
        for note in ("open", "part", "was"):
            draft.notes.pop(note, None)
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
            replies = self.done(turn, draft)
            note_finished(self, turn, draft)
            return replies
        draft.notes["at"] = turn.now.isoformat()
        if isinstance(question, Confirm):
            for note in ("before", "was"):
                draft.notes.pop(note, None)
        asked = question.prompt(turn, draft)
        gone = self._word_of_gone(turn, draft)
        former, fill = former_words(turn, asked)
        text = "\n\n".join(part for part in (gone, *lead, asked.text, former) if part)
        rows = asked.rows + controls_of(self, turn, draft, question)
        reply = turn.reply(text, _keyed(rows, draft))
        reply = replace(reply, fill=fill, files=asked.files)
        return [self.decorate(turn, draft, reply)]

    def _word_of_gone(self, turn: Turn, draft: Draft) -> str:
        """Tell once that what was chosen is not there any more."""
        key = f"choice-removed-{draft.notes.pop('gone', '')}"
        return turn.texts(key) if key in turn.texts else ""

    def answer(self, turn: Turn, draft: Draft) -> list[Reply]:
        """Take the event as the answer to what is pending, and whatever else it brings."""
        before = self.pending(turn, draft)
        replies = self._answer(turn, draft)
        if replies and before and before.keyboard_word and self._has_left(turn, draft, before):
            of_this = press_of(turn.event.press)[0] in ("", before.name)
            is_given = draft.answers.get(before.name) and of_this
            word = turn.texts(before.keyboard_word if is_given else "form-fine")
            if CHANNELS[turn.event.address.channel].leaves_keyboard:
                return [self.decorate(turn, draft, turn.reply(word)), *replies]
            if is_given:
                first, *others = replies
                return [replace(first, text=f"{word}\n\n{first.text}"), *others]
        return replies

    def expects(self, turn: Turn, draft: Draft) -> bool:
        """Whether the event's text is plainly meant for this form: a control, an option, "yes"."""
        return expects(self, turn, draft)

    def goes_on(self, turn: Turn, draft: Draft) -> bool:
        """Whether the event is a further piece of a message that came to the draft."""
        return goes_on(self, turn, draft)

    def hear(self, turn: Turn, draft: Draft) -> Heard:
        """Take all that the event brings, without asking anything."""
        return hear(self, turn, draft)

    def correct(self, turn: Turn, draft: Draft) -> list[str] | None:
        """An edited message corrects what it gave: the words to say; None: nothing has changed."""
        return correct(self, turn, draft)

    # How it is done

    def _answer(self, turn: Turn, draft: Draft) -> list[Reply]:
        event = turn.event
        if event.press:
            return self._press(turn, draft)
        if event.edited:
            corrected = correct(self, turn, draft)
            return [] if corrected is None else self.prompt(turn, draft, *corrected)
        if not goes_on(self, turn, draft):
            if control := typed_control(self, turn, draft):
                return self._control(turn, draft, control)
            if press := typed_edit(self, turn, draft):
                turn.event = event.pressing(press)
                return self._press(turn, draft)
        if event.unreadable:
            return self.prompt(turn, draft, unreadable_text(turn))
        heard = hear(self, turn, draft)
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
        if not (pending and name == pending.name):
            pending = self._left_open(turn, draft, name)
        if pending is None:
            return self.prompt(turn, draft, old)
        words: list[str] = []
        try:
            take(self, turn, draft, pending, frozenset({"press"}), words)
        except Invalid as invalid:
            return self.prompt(turn, draft, str(invalid))
        return self.prompt(turn, draft, *words)

    def _left_open(self, turn: Turn, draft: Draft, name: str) -> Question | None:
        """The question of that name, if it was passed over as known and nobody has answered it."""
        question = self.question(name)
        if question is None or name in draft.answers or not question.known(turn, draft):
            return None
        return question

    def _control(self, turn: Turn, draft: Draft, control: str) -> list[Reply]:
        pending = self.pending(turn, draft)
        if control == "cancel":
            return self.leave(turn, draft)
        if control == "back":
            return self._back(turn, draft)
        if control == "restore" and "before" in draft.notes:
            return self.leave(turn, draft)
        if control == "restore" and pending and may_keep(turn, draft, pending):
            draft.answers[pending.name] = draft.former(pending.name)
            draft.notes.pop("part", None)
            return self.prompt(turn, draft)
        if control == "skip" and pending and pending.may_skip(turn, draft):
            draft.answers[pending.name] = pending.skipped
            draft.notes.pop("open", None)
            return self.prompt(turn, draft)
        return self.prompt(turn, draft, turn.texts("form-old-button"))

    def _back(self, turn: Turn, draft: Draft) -> list[Reply]:
        pending = self.pending(turn, draft)
        if last := self.last_answered(turn, draft):
            if pending and draft.notes.get("part", {}).get("question") == pending.name:
                del draft.notes["part"]
            self.reopen(draft, last, whole=False)
        return self.prompt(turn, draft)

    def _edit(self, turn: Turn, draft: Draft, question: Question) -> list[Reply]:
        self.reopen(draft, question, whole=True)
        draft.notes.setdefault("all", {})[question.name] = True  # what was suggested is not it
        return self.prompt(turn, draft)


def former_words(turn: Turn, asked: Asked) -> tuple[str, str]:
    """A word about the words that an answer had, and the words for the field of who writes."""
    if not asked.fill:
        return "", ""
    if CHANNELS[turn.event.address.channel].fills_field:
        return turn.texts("form-filled"), asked.fill
    return ("" if asked.is_told else turn.texts("form-was", text=asked.fill)), ""


def _keyed(rows: Rows, draft: Draft) -> Rows:
    """Every answer button with the draft's key, so that an old keyboard is known as old."""
    return tuple(
        tuple(replace(b, press=f"{b.press}#{draft.key}") if "=" in b.press else b for b in row)
        for row in rows
    )
