"""The questions of a form read what an event brings."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.drafts import Draft
from handlers.forms.ask import Invalid, Piece, Question
from handlers.forms.questionnaire import Questionnaire
from handlers.pieces import remember_piece
from handlers.turn import Turn

JUST_TEXT: frozenset[Piece] = frozenset({"text"})


@dataclass(frozen=True)
class Heard:
    """The outcome of listening: the words to say, and whether one of them refuses something.

    ``further``: it was a further part of an album that has been answered already.
    """

    words: Sequence[str] = ()
    refused: bool = False
    further: bool = False


def hear_pieces(
    form: Questionnaire,
    turn: Turn,
    draft: Draft,
    pieces: frozenset[Piece],
    *,
    unasked: bool = False,
) -> Heard:
    """The pending question reads first (not if ``unasked``), then those that volunteer."""
    words: list[str] = []
    refusal, always = "", False
    pending = None if unasked else form.pending(turn, draft)
    if pending:
        try:
            pieces -= take(form, turn, draft, pending, pieces, words)
        except Invalid as invalid:
            refusal, always = str(invalid), invalid.always
    for question in form.questions:
        offered = pieces & question.unasked
        if not offered or (refusal and question is pending):
            continue
        try:
            pieces -= take(form, turn, draft, question, offered, words, volunteered=True)
        except Invalid as invalid:
            refusal = refusal or str(invalid)
    if refusal and pieces:  # nobody else took what was refused
        if "text" in pieces:
            remember_piece(turn, draft=draft)
        return Heard([*words, refusal], refused=True)
    return Heard([*words, refusal] if always else words)


def take(
    form: Questionnaire,
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
    event = turn.event
    if taken.used & {"files", "place"}:
        draft.remember(event.message, event.look)
    if "text" in taken.used:
        draft.remember(event.message, event.look, question.name, event.text.strip())
        remember_piece(turn, draft=draft, question=question.name)
    return taken.used
