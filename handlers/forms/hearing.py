"""A form listens to an event: an answer, a correction, a further piece of a long message or album."""

from copy import deepcopy
from dataclasses import replace

from handlers.drafts import Draft, Long
from handlers.forms.ask import Invalid, pieces_of
from handlers.forms.controls import typed_control, typed_edit
from handlers.forms.correcting import correct
from handlers.forms.questionnaire import Questionnaire
from handlers.forms.reading import JUST_TEXT, Heard, hear_pieces
from handlers.pieces import is_certain, with_piece
from handlers.turn import Turn


def hear(form: Questionnaire, turn: Turn, draft: Draft) -> Heard:
    """Take all that the event brings, without asking anything."""
    if turn.event.edited:
        words = correct(form, turn, draft)
        return Heard(words or (), further=words is None)
    if (long := turn.continues) and goes_on(form, turn, draft):
        return _hear_further(form, turn, draft, long)
    heard = hear_pieces(form, turn, draft, pieces_of(turn.event))
    album = turn.event.album
    if not album or not draft.remember_album(album, turn.event.message):
        return heard
    told: list[str] = draft.notes.setdefault("albums_refused", [])
    if not heard.refused or album in told:
        return replace(heard, further=True)
    told.append(album)
    return heard


def expects(form: Questionnaire, turn: Turn, draft: Draft) -> bool:
    """Whether the event's text is plainly meant for this form: a control, an option, "yes"."""
    if typed_control(form, turn, draft) or typed_edit(form, turn, draft):
        return True
    pending = form.pending(turn, draft)
    if pending is None or not pending.closed or not turn.event.text:
        return False
    try:
        taken = pending.read(turn, deepcopy(draft), JUST_TEXT, volunteered=False)
    except Invalid:
        return False
    return taken is not None and taken.is_plain


def goes_on(form: Questionnaire, turn: Turn, draft: Draft) -> bool:
    """Whether the event is a further piece of a message that came to the draft."""
    long = turn.continues
    if long is None or long.draft != draft.key:
        return False
    return is_certain(long) or not expects(form, turn, draft)


def _hear_further(form: Questionnaire, turn: Turn, draft: Draft, long: Long) -> Heard:
    """Let the question that took the first piece take this one; what was refused stays so."""
    with_piece(turn, long)
    question = form.question(long.question)
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
    event = turn.event
    draft.remember(event.message, event.look, question.name, event.text.strip())
    rest = hear_pieces(form, turn, draft, pieces_of(event) - JUST_TEXT)
    return Heard([taken.word, *rest.words] if taken.word else rest.words)
