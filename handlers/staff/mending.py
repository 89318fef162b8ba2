"""Forms of second thoughts: correct what a resident was sent, take an answer back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.appeals.card import resident_address
from handlers.appeals.lifecycle import Actor, NotAllowed, apply
from handlers.appeals.states import Action
from handlers.drafts import Draft
from handlers.forms.ask import Asked, Confirm, Files, Text
from handlers.forms.form import Form
from handlers.forms.message_form import contents
from handlers.staff import sent_words
from handlers.staff.prompts import cancelled, not_allowed, subject, under_its_card
from handlers.turn import Turn
from storage.messages import Reply
from storage.tables import HistoryEntry

OF = "of"  # a draft's note: the entry of the history that is corrected


@dataclass(frozen=True, kw_only=True)
class Rewording(Text):
    """Asks for other words in the place of those that the resident has, and shows these."""

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question, to begin with the present words."""
        asked, entry = super().prompt(turn, draft), _entry(turn, draft)
        if entry is None or asked.fill or self._part(draft):
            return asked
        return replace(asked, fill=sent_words.words_now(turn, entry))


def _entry(turn: Turn, draft: Draft) -> HistoryEntry | None:
    """The entry whose words are corrected, as long as they are the resident's last."""
    entry = sent_words.last_said(turn, subject(turn, draft))
    if entry and draft.notes.setdefault(OF, entry.id) == entry.id:
        return entry
    return None


def _show(turn: Turn, draft: Draft) -> str:
    told = turn.texts("staff-correct-summary", text=draft.answers.get("text") or "")
    return "\n".join(line for line in (told, FILES.show(turn, draft)) if line)


def _correct(turn: Turn, draft: Draft) -> list[Reply]:
    found, entry = subject(turn, draft), _entry(turn, draft)
    text, files = contents(draft)
    if entry is None:
        refusal, *rest = not_allowed(turn, found)
        return [refusal.and_then(turn.texts("staff-text-back", text=text)), *rest]
    actor = Actor.of(turn.event, "employee")
    told = sent_words.correct(turn, found, entry, actor, text, files)
    if resident_address(found) is None:
        return [turn.reply(turn.texts("staff-resident-gone", number=found.number))]
    word = turn.reply(turn.texts("staff-corrected", number=found.number))
    return [replace(word, appeal=found.id, under_card=True), *told]


def _resume(turn: Turn, draft: Draft) -> list[Reply]:
    found = subject(turn, draft)
    entry = sent_words.last_said(turn, found)
    try:
        changed = apply(turn, found, Action.RESUME, Actor.of(turn.event, "employee"))
    except NotAllowed:
        return not_allowed(turn, found)
    blotted = sent_words.take_back(turn, found, entry) if entry else []
    word = turn.reply(turn.texts("staff-done-resume"))
    return [replace(word, appeal=found.id, under_card=True), *blotted, *changed]


def _edits(_turn: Turn, _draft: Draft) -> Sequence[Text]:
    return (WORDS,)


WORDS = Rewording(name="text", ask="staff-correct-text", title="title-text")
FILES = Files(name="files", asked=False, unasked=frozenset({"files"}))
CORRECT = Form(
    name="correct",
    questions=(WORDS, FILES, Confirm(name="send", summary=_show, edits=_edits)),
    done=_correct,
    cancelled=cancelled,
    decorate=under_its_card,
)
RESUME = Form(
    name="resume",
    questions=(
        Confirm(
            name="send",
            send_label="staff-resume-yes",
            by_word=False,
            summary=lambda turn, draft: turn.texts(f"staff-resume-{subject(turn, draft).state}"),
        ),
    ),
    done=_resume,
    cancelled=cancelled,
    decorate=under_its_card,
)
