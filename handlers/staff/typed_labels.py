"""Labels of buttons that employees type: they press, and no resident ever reads them as an answer."""

from functools import lru_cache

from config.texts import Texts
from handlers.appeals.card import CARD_ACTIONS
from handlers.appeals.states import SAID
from handlers.appeals.subject import subject_of
from handlers.forms.ask import plain
from handlers.pieces import is_certain
from handlers.screen import last_asked
from handlers.staff import typed_numbers
from handlers.staff.card_forms import FORMS
from handlers.staff.chat import appeal_here
from handlers.turn import Turn
from storage.messages import Event, Reply

ON_CARDS = (*CARD_ACTIONS, "topic", "history", "resume", "release", "unsay")
ON_LISTS = ("list-open", "digest-open", "page-newer", "page-older", "page-back", "page-on")
IN_FORMS = ("form-send", "form-back", "form-skip", "form-cancel", "form-restore", "files-done")
# Of an admin's menus, by the ends of their keys. An admin's own are pressed before we are asked.
IN_MENUS = (
    *("list", "add-category", "export", "import", "new-words", "newcomers", "to-draft", "to-home"),
    *("to-list", "to-category", "next-page", "topics", "add-topic", "edit-title", "edit-emoji"),
    *("edit-days", "edit-department", "edit-keywords", "no-place", "want-place", "up", "down"),
    *("more", "hide", "show", "fast", "not-fast", "move-to", "bind", "unbind", "remove", "back"),
)


@lru_cache(maxsize=4)
def _menu_labels(texts: Texts) -> frozenset[str]:
    return frozenset(plain(texts(f"admin-{name}")) for name in IN_MENUS)


@lru_cache(maxsize=4)
def _card_labels(texts: Texts) -> dict[str, str]:
    labels = {plain(texts(f"staff-{verb}")): str(verb) for verb in ON_CARDS}
    corrects = {plain(texts(f"staff-correct-{state}")): "correct" for state in SAID}
    return {**labels, **corrects, plain(texts("staff-reply")): "answer"}


@lru_cache(maxsize=4)
def _other_labels(texts: Texts) -> frozenset[str]:
    return frozenset(plain(texts(key)) for key in (*ON_LISTS, *IN_FORMS))


def is_label(turn: Turn) -> bool:
    """Whether the message is nothing but the label of a button, an admin's too."""
    return _is_ours(turn) or plain(turn.event.text) in _menu_labels(turn.texts)


def _is_ours(turn: Turn) -> bool:
    """Whether it is a label of what employees press."""
    said = plain(turn.event.text)
    return said in _card_labels(turn.texts) or said in _other_labels(turn.texts)


def pressed(turn: Turn) -> Event | Reply | None:
    """The press that a typed label is; a word if it is not clear on which card; None: no label."""
    event = turn.event
    if event.press or event.edited or event.files or not event.text:
        return None
    if turn.continues and is_certain(turn.continues):
        return None  # the rest of a text that was cut
    if opened := typed_numbers.opened(turn):
        return opened
    if not _is_ours(turn):
        return None
    return _on_what_it_answers(turn) if event.reply_to else _on_what_stands_last(turn)


def _on_what_it_answers(turn: Turn) -> Event | None:
    """A label as a reply to a card, or to anything else about its appeal but a question of a form."""
    verb = _card_labels(turn.texts).get(plain(turn.event.text))
    subject = subject_of(turn)
    about = None if subject.is_prompt else appeal_here(turn, subject.appeal_id)
    return turn.event.pressing(f"{verb}:{about.id}") if verb and about else None


def _on_what_stands_last(turn: Turn) -> Event | Reply | None:
    """A label alone: one of our last messages must be the only one that has it."""
    active = turn.dialogue.active
    if active and active.form in FORMS:
        return None  # the form reads its own
    said = plain(turn.event.text)
    lately = last_asked.said_lately(turn)
    buttons = [b for shown in lately for b in last_asked.buttons_of(shown.reply)]
    found = list(dict.fromkeys(b.press for b in buttons if plain(b.label) == said))
    is_of_lists = said in _other_labels(turn.texts)
    if len(found) == 1 or (found and is_of_lists):
        return turn.event.pressing(found[0])
    if not found:
        return None
    return turn.reply(turn.texts("staff-label-alone", label=turn.event.text.strip()))
