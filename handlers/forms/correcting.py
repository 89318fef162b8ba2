"""An edited message corrects the answers that it gave."""

from handlers.drafts import Draft
from handlers.forms.ask import Invalid
from handlers.forms.questionnaire import Questionnaire
from handlers.forms.reading import JUST_TEXT, hear_pieces
from handlers.turn import Turn
from storage.bounds import same_files, same_words


def correct(form: Questionnaire, turn: Turn, draft: Draft) -> list[str] | None:
    """An edited message corrects what it gave: the words to say; None: nothing has changed."""
    message, look = turn.event.message, turn.event.look
    known = draft.notes.get("seen", {}).get(message, "")
    if known == look or not draft.has_from(message):
        return None
    draft.remember(message, look)
    words: list[str] = []
    if known and not same_files(known, look):
        words = _exchange_files(form, turn, draft)
    if same_words(known, look):
        return words or None
    return [*(_correct_words(form, turn, draft) or []), *words] or None


def _exchange_files(form: Questionnaire, turn: Turn, draft: Draft) -> list[str]:
    for question in form.questions:
        if taken := question.exchange(turn, draft):
            draft.answers.update(taken.answers)
            return [taken.word or turn.texts("form-corrected")]
    return []


def _correct_words(form: Questionnaire, turn: Turn, draft: Draft) -> list[str] | None:
    name, said = draft.notes.get("heard", {}).get(turn.event.message, ("", ""))
    question = form.question(name)
    if question is None and turn.event.text.strip():  # words under a photo that had none
        return [*hear_pieces(form, turn, draft, JUST_TEXT, unasked=True).words]
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
        form.forget(draft, question)
    draft.answers.update(taken.answers)
    draft.remember(turn.event.message, turn.event.look, name, turn.event.text.strip())
    return [turn.texts("form-corrected")]
