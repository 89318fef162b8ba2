"""One statement in several messages: apps cut a long text, and its pieces come one after the other.

Telegram's and VK's apps take 4,096 UTF-16 units a message and send the rest as the next one. Those for
Android end a piece at a space or a line up to 300 units before, that for the desktop at a paragraph in the second half:
DrKLO/Telegram ChatActivityEnterView, telegramdesktop TextUtilities::CutPart, read 2026-11.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from config.lengths import units
from handlers.drafts import Draft, Long
from handlers.turn import Turn

MOST = 4_096  # units in a message of an app; what is longer comes from elsewhere, and whole
FULL = 4_095  # units: cut because no more went in, one less where the last sign has two
NEAR = 3_700  # the next is a further piece if it comes as quickly as an app sends
HALF = 2_049  # the next is one if it comes at once
SOON, AT_ONCE = timedelta(seconds=20), timedelta(seconds=2)
ENDS = ".!?…:;\n"
MARKS = ".,!?…:;»)"
COMMAND = re.compile(r"/[A-Za-z_]+(?:@\w+)?(?=\s|$)\s*")


def remember_piece(
    turn: Turn, *, draft: Draft | None = None, question: str = "", appeal: int | None = None
) -> None:
    """Keep who took a message that may be the first of several; no ``question``: ``draft`` refused it."""
    text = turn.event.text
    if turn.event.edited or turn.event.press or not HALF <= (length := units(text)) <= MOST:
        return
    tail = text[len(text.rstrip()) :][:2]
    key = draft.key if draft else ""
    turn.dialogue.long = Long(turn.event.at.isoformat(), length, tail, key, question, appeal)


def find_beginning(turn: Turn) -> None:
    """Note in ``turn`` which message this one continues; from now on none is continued."""
    event, long = turn.event, turn.dialogue.long
    if event.edited or not long:
        return
    turn.dialogue.long = None
    if not event.text.strip() or event.press or _is_command(event.text, long):
        return
    passed = event.at - datetime.fromisoformat(long.at)
    if abs(passed) <= (SOON if long.units >= NEAR else AT_ONCE):
        turn.continues = long
        turn.event = replace(event, further=True)


def _is_command(text: str, long: Long) -> bool:
    """Whether a text is rather a command than the rest of what was cut before a "/"."""
    found = COMMAND.match(text)
    return found is not None and (found.end() == len(text) or not is_certain(long))


def is_certain(long: Long) -> bool:
    """Whether the message was cut for sure, so that even a mere "1" is its further piece."""
    return long.units >= FULL


def joined(begin: str, further: str, long: Long) -> str:
    """Two pieces as one text: a word that was cut is whole again."""
    lead = further[: len(further) - len(further.lstrip())]
    further = further.strip()
    glue = long.tail + lead
    if not glue and begin:
        glue = _glue(begin[-1], further[0], long)
    return f"{begin}{glue}{further}"


def _glue(last: str, first: str, long: Long) -> str:
    if not is_certain(long):  # cut at white space, which is gone
        return "\n" if last in ENDS else " "
    is_new_word = last in MARKS or (last.islower() and first.isupper())
    return " " if is_new_word and first.isalnum() else ""


def with_piece(turn: Turn, long: Long) -> None:
    """Keep that the further piece, which may have been cut as well, went the way of ``long``."""
    remember_piece(turn)
    if turn.dialogue.long:
        turn.dialogue.long = replace(
            turn.dialogue.long, draft=long.draft, question=long.question, appeal=long.appeal
        )
