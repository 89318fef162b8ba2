"""Messages that residents send unasked: the beginning of an appeal, or small talk."""

from handlers.drafts import Draft
from handlers.forms.ask import pieces_of, press_of, unreadable_text
from handlers.forms.reading import Heard
from handlers.residents import filing
from handlers.turn import Turn
from handlers.wording.small_talk import is_small_talk, without_greeting
from storage.messages import Event

ENOUGH_WORDS = 10  # letters of a text that is more than a word or two


def take_in(turn: Turn) -> Heard:
    """Put the message into the appeal being filled, or into a new one if it is worth one."""
    draft = appeal_in_hand(turn)
    if draft is None:
        if turn.event.edited or not _worth_a_draft(turn):
            return Heard([unreadable_text(turn)] if turn.event.unreadable else [])
        draft = filing.FORM.new_draft(turn)
    return filing.FORM.hear(turn, draft)


def appeal_in_hand(turn: Turn) -> Draft | None:
    """The draft of an appeal, None if another draft lies above it."""
    draft = turn.dialogue.active
    return draft if draft and draft.form == filing.FORM.name else None


def _worth_a_draft(turn: Turn) -> bool:
    """Files, a pin, a sentence, or a word that names a topic; a mere "hello" is not."""
    if pieces_of(turn.event) - {"press", "text"}:
        return True
    text = without_greeting(turn.event.text)
    if is_small_talk(text):
        return False
    return len(text) >= ENOUGH_WORDS or bool(turn.services.suggester(turn.tree, text))


def draft_to_file(event: Event) -> str | None:
    """The key, unique among appeals, of the draft that a press on «Отправить» files."""
    question, _, key = press_of(event.press)
    return f"{event.address}:{key}" if question == "send" else None
