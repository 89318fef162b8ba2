"""The forms of a resident, and which of them is in hand."""

from datetime import datetime

from handlers.drafts import Draft
from handlers.forms.ask import Confirm
from handlers.forms.form import Form
from handlers.residents import consent, filing, my_appeals, which_appeal
from handlers.residents.accounts import joining, parting
from handlers.residents.ways import draft_names
from handlers.residents.ways.menu_rows import menu_rows
from handlers.screen import last_asked
from handlers.turn import Turn
from storage.messages import Reply
from storage.outbox.shown import Shown

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        filing.FORM,
        my_appeals.COMMENT,
        my_appeals.REOPEN,
        my_appeals.WITHDRAW,
        consent.DELETE,
        which_appeal.FORM,
        joining.ENTER,
        joining.JOIN,
        parting.PART,
    )
}


def in_hand(turn: Turn) -> tuple[Draft, Form] | None:
    """The resident's form that the next message goes to. An admin's forms are not ours."""
    held = (draft for draft in reversed(turn.dialogue.of(FORMS)) if not draft.is_aside)
    draft = next(held, None)
    return (draft, FORMS[draft.form]) if draft else None


def code_said(turn: Turn) -> list[Reply]:
    """Enter a code that joins accounts; digits that do not work may answer something else."""
    code, held = joining.code_of(turn.event), in_hand(turn)
    if not code:
        return []
    if held is None:
        asks = bool(turn.event.reply_to) or bool(which_appeal.open_questions(turn, None))
    else:
        asks = held[0].form not in joining.FORMS
    return joining.enter(turn, code, maybe=asks)


def is_asked_last(turn: Turn, draft: Draft, form: Form) -> bool:
    """Whether a mere yes is meant for the form's "are you sure", for nothing was asked since."""
    pending, at = form.pending(turn, draft), draft.asked_at
    if not at or not isinstance(pending, Confirm) or not pending.is_meant(turn.event.text):
        return False
    return all(one.at <= at for one in last_asked.said_lately(turn))


def shown_since(turn: Turn, asked_at: datetime) -> list[Shown]:
    """Our messages since a form's question, and those beside it if the event is a label of theirs."""
    lately = last_asked.said_lately(turn)
    beside = [one for one in lately if one.at == asked_at]
    is_beside = last_asked.is_label(turn, beside)
    return [one for one in lately if one.at > asked_at or (is_beside and one.at == asked_at)]


def begun(turn: Turn) -> Draft | None:
    """The newest thing begun and not sent; what has no content yet is not missed by anybody."""
    for draft in turn.dialogue.of(FORMS):
        if not draft.has_content:
            turn.dialogue.drop(draft)
    return next(reversed(turn.dialogue.of(FORMS)), None)


def drop_begun(turn: Turn) -> None:
    """Forget all that was begun."""
    turn.dialogue.drop_all(FORMS)


def back_to(turn: Turn, draft: Draft, replies: list[Reply]) -> list[Reply]:
    """After words that were not for the form in hand, ask its question again if it is still in hand."""
    held = in_hand(turn)
    if held is None or held[0] is not draft or _asks(replies, draft):
        return replies
    return replies + held[1].prompt(turn, draft, draft_names.back_to(turn, draft))


def _asks(replies: list[Reply], draft: Draft) -> bool:
    """Whether the replies have the buttons of the draft."""
    buttons = (button for one in replies for row in one.rows for button in row)
    return any(button.press.endswith(f"#{draft.key}") for button in buttons)


def then_go_on(turn: Turn, draft: Draft, replies: list[Reply]) -> list[Reply]:
    """After a short form, back to what it interrupted."""
    held = in_hand(turn)
    if turn.dialogue.with_key(draft.key) or held is None or not held[0].has_content:
        return replies
    rest, form = held
    if _asks(replies, rest):
        return replies
    return replies + form.prompt(turn, rest, draft_names.back_to(turn, rest))


def ask_again(turn: Turn, word: str) -> list[Reply]:
    """Say a word, and again what is being asked."""
    if held := in_hand(turn):
        draft, form = held
        return form.prompt(turn, draft, word)
    return [turn.reply(word, menu_rows(turn))]
