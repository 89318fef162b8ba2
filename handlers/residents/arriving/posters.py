"""Appeals that begin by a code: a link or a poster has led their resident here."""

from handlers.appeals.subject import subject_of
from handlers.audience import Act
from handlers.drafts import Draft
from handlers.forms.ask import plain
from handlers.residents import filing
from handlers.residents.menu import menu_words
from handlers.residents.open_forms import ask_again, begun
from handlers.residents.unasked import appeal_in_hand
from handlers.residents.ways import draft_names, starts
from handlers.residents.ways.starts import Start, start_of
from handlers.showing import led
from handlers.turn import Turn
from handlers.wording.small_talk import is_small_talk, without_greeting
from storage.messages import Reply

BEGINNING = ("начать", "меню")  # words of the menu that say no more than /start does


def is_by_code(turn: Turn) -> bool:
    """Whether a link or a poster led here, and the event does not say to do something else."""
    event = turn.event
    if not event.start or event.press or event.edited or subject_of(turn).appeal_id:
        return False
    if event.is_command:
        return event.text == "/start"
    said = plain(event.text)
    return said in BEGINNING or said not in menu_words(turn)


def is_alone(turn: Turn) -> bool:
    """Whether nothing came with the code that is to be kept."""
    event = turn.event
    if event.files or event.place or event.unreadable:
        return False
    is_mere = event.is_command or plain(event.text) in BEGINNING
    return is_mere or is_small_talk(without_greeting(event.text))


def answer(turn: Turn, usual: Act) -> list[Reply]:
    """Begin the appeal that the code is of; nothing that was begun before is lost.

    ``usual`` answers what came with the code, and a code that is unknown.
    """
    code, alone = turn.event.start, is_alone(turn)
    start = start_of(turn, code)
    if start is None:
        return led(usual(turn), turn.texts("start-unknown")) if alone else usual(turn)
    if _in_hand(turn, code):
        return ask_again(turn, "") if alone else usual(turn)
    before = begun(turn)
    if before is None or starts.is_untouched(before):
        draft = _begin(turn, code, start)
        return filing.FORM.prompt(turn, draft) if alone else usual(turn)
    if alone:
        return _ask_which(turn, before, code, start)
    _begin(turn, code, start)
    return led(usual(turn), turn.texts("start-aside"))


def begin_anew(turn: Turn, code: str) -> list[Reply]:
    """Begin by the code of a button; what was begun before waits aside."""
    start = start_of(turn, code)
    if start is None:
        return ask_again(turn, turn.texts("start-unknown"))
    return filing.FORM.prompt(turn, _begin(turn, code, start))


def take_of_newcomer(turn: Turn) -> list[str]:
    """Keep what the code gives until its resident has consented; the words to say about it."""
    code = turn.event.start
    start = start_of(turn, code)
    if start is None:
        return [turn.texts("start-unknown")] if is_alone(turn) else []
    draft = _in_hand(turn, code) or _begin(turn, code, start)
    said = starts.said_of(draft)
    return [turn.texts("start-kept", known=said)] if said else []


def _ask_which(turn: Turn, before: Draft, code: str, start: Start) -> list[Reply]:
    """Ask whether to go on with what was begun before, or to begin by the code."""
    told = turn.texts("start-amid", known=", ".join(start.said))
    on = turn.button("draft-continue", "draft:continue", tone="good")
    anew = turn.button("start-anew", f"start:{code}")
    return [turn.reply(f"{told}\n\n{draft_names.ask_of(turn, before)}", ((on,), (anew,)))]


def _in_hand(turn: Turn, code: str) -> Draft | None:
    """The appeal in hand, if the same code began it."""
    draft = appeal_in_hand(turn)
    return draft if draft and draft.notes.get("start") == code else None


def _begin(turn: Turn, code: str, start: Start) -> Draft:
    for draft in list(turn.dialogue.drafts):
        if starts.is_untouched(draft):
            turn.dialogue.drop(draft)
        elif not draft.is_aside:
            draft.put_aside()
    begun = filing.FORM.new_draft(turn)
    starts.fill(begun, code, start)
    return begun
