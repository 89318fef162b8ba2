"""The spots of a chat in which a keyboard stands: one for each form, and one for the menu.

Whatever comes to a spot takes the place of the message there (``bot.delivery.live_keyboards``), so
the keyboard of a question that was answered is gone. Cards, pushes and all that is about an appeal
have no spot: their buttons go on working.
"""

from dataclasses import dataclass, replace
from typing import Self

from handlers.forms.ask import press_of
from handlers.turn import Turn
from storage.messages import Reply
from storage.replies import Edits

MENU = "menu"
KEPT = "consent:"  # the text above these buttons stays as it was agreed to
BELOW = "below"  # a draft's note: the person has said more since its question


@dataclass(frozen=True, slots=True)
class Before:
    """The forms that a person is in the middle of, and the one that an event is for."""

    keys: frozenset[str]
    meant: str  # the key of the form that was pressed, else of the active one
    is_below: bool

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """As it is before the event is answered."""
        active = turn.dialogue.active
        pressed = press_of(turn.event.press)[2]
        meant = pressed or (active.key if active and not turn.event.press else "")
        draft = turn.dialogue.with_key(meant)
        keys = {one.key for one in turn.dialogue.drafts} | ({pressed} if pressed else set())
        return cls(frozenset(keys), meant, bool(draft and draft.notes.get(BELOW)))


def give_spots(turn: Turn, before: Before, replies: list[Reply]) -> list[Reply]:
    """The same replies, those of forms and menus with their spots."""
    own = [n for n, reply in enumerate(replies) if _may_stand(turn, reply)]
    asked = {key for n in own if (key := _key_of(replies[n]))}
    _note_below(turn, before, asked)
    if not own:
        return replies
    ended = _ended(turn, before, asked)
    menu = MENU if turn.event.private else f"{MENU}:{turn.event.person.account}"
    placed = list(replies)
    for n in own:
        reply = replies[n]
        is_menu = reply.appeal is None and _has_presses(reply)
        spot = _key_of(reply) or (menu if is_menu else "")
        ends = ended if n == own[0] else ()
        if turn.event.private and spot and spot != menu:
            ends = (*ends, menu)
        if spot or ends:
            edits = _edits(turn, before, is_list=spot == menu)
            pressed = turn.event.message if turn.event.press else ""
            only = "" if turn.event.private or not _key_of(reply) else turn.event.person.account
            placed[n] = replace(
                reply, spot=spot, ends=ends, edits=edits, pressed=pressed, only=only
            )
    return placed


def _may_stand(turn: Turn, reply: Reply) -> bool:
    """Whether it is a word in the dialogue with who is answered."""
    is_word = not (reply.push or reply.card or reply.instead or reply.lists)
    return is_word and reply.to == turn.event.address and bool(_key_of(reply) or not reply.files)


def _has_presses(reply: Reply) -> bool:
    return any(button.press for row in reply.rows for button in row)


def _key_of(reply: Reply) -> str:
    """The key of the form that asks it; empty: no form does."""
    keys = (press_of(button.press)[2] for row in reply.rows for button in row)
    return next((key for key in keys if key), "")


def _ended(turn: Turn, before: Before, asked: set[str]) -> tuple[str, ...]:
    """The forms whose keyboards are over: they are done or dropped, or were put aside just now."""
    there = {draft.key: draft for draft in turn.dialogue.drafts}
    ended = before.keys - there.keys() - asked
    meant = there.get(before.meant)
    if meant and meant.is_aside and not asked:
        ended |= {meant.key}
    return tuple(sorted(ended))


def _edits(turn: Turn, before: Before, *, is_list: bool) -> Edits:
    """Which message it may take the place of.

    A person alone reads at the end of the chat: above what was said since, nobody would find it.
    Among several, who pressed a button is looking at it; a question is found by its card. What we
    say by ourselves takes the place of what we said before it.
    """
    event = turn.event
    is_said = event.message or event.press
    if not event.private or not is_said:
        return "pressed" if is_list and is_said else "pressed or last"
    may_be = event.press and not before.is_below and not event.press.startswith(KEPT)
    return "pressed and last" if may_be else ""


def _note_below(turn: Turn, before: Before, asked: set[str]) -> None:
    """Note that something was said after a question without its being asked again."""
    for draft in turn.dialogue.drafts:
        if draft.key in asked:
            draft.notes.pop(BELOW, None)
        elif draft.key == before.meant and turn.event.private and not turn.event.press:
            draft.notes[BELOW] = True
