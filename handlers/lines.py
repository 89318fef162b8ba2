"""Lines of lists: an appeal as a button, as long as the channel shows it."""

from collections.abc import Iterable
from typing import Any

from config.lengths import cut, units
from config.settings.channels import CHANNELS
from handlers.appeals.card import (
    MARKED,
    URGENCY_MARKS,
    employee_of,
    is_overdue,
    own_state_label,
    priority_of,
    state_and_employee,
)
from handlers.appeals.lifecycle import named
from handlers.turn import Turn
from handlers.wording.dates import show_short
from storage.messages import Button, Priority
from storage.tables import Appeal

SHORT_NAME = 10  # letters of who has it in a short line
LONG_LINE = 80  # a line as long as this has room for the state and the number in full


def page_size(turn: Turn) -> int:
    """How many lines a list has in this channel."""
    return CHANNELS[turn.event.address.channel].lines


def own_line(turn: Turn, appeal: Appeal, act: str = "appeal") -> Button:
    """An appeal in its resident's list: its state, what it is about and its day. A press does ``act``."""
    t = turn.texts
    room = CHANNELS[turn.event.address.channel].line
    parts = {"sign": t(f"sign-{appeal.state}")}
    if room < LONG_LINE:
        parts["date"] = show_short(appeal.created_at, turn.settings)
        label = _filled(turn, "my-line-short", room, appeal, parts)
    else:
        parts |= {"date": turn.date(appeal.created_at), "state": own_state_label(turn, appeal)}
        label = _filled(turn, "my-line", room, appeal, parts)
    return Button(label, f"{act}:{appeal.id}")


def staff_line(turn: Turn, appeal: Appeal) -> Button:
    """An appeal in a list of the staff: its state, number, what it is about and its deadline."""
    room = CHANNELS[turn.event.address.channel].line
    parts = {"sign": _staff_sign(turn, appeal), "number": str(appeal.serial)}
    if room < LONG_LINE:
        name = cut(employee_of(turn, appeal).partition(" ")[0], SHORT_NAME)
        day = show_short(appeal.deadline_at, turn.settings)
        parts["date"] = turn.texts("state-and-employee", state=day, name=name) if name else day
        label = _filled(turn, "staff-line-short", room, appeal, parts)
    else:
        parts |= {
            "until": turn.until(appeal.deadline_at),
            "state": state_and_employee(turn, appeal),
        }
        label = _filled(turn, "staff-line", room, appeal, parts)
    return Button(label, f"show:{appeal.id}")


def legend(turn: Turn, found: Iterable[Appeal], family: str) -> str:
    """The colours of these appeals in words, ``family`` of the words; empty if each line says it."""
    if CHANNELS[turn.event.address.channel].line >= LONG_LINE:
        return ""
    states = dict.fromkeys(appeal.state for appeal in found)
    signs: dict[str, list[str]] = {}
    for state in states:
        signs.setdefault(turn.texts(f"sign-{state}"), []).append(turn.texts(f"{family}-{state}"))
    return ", ".join(f"{sign} {' или '.join(words)}" for sign, words in signs.items())


def _filled(turn: Turn, key: str, room: int, appeal: Appeal, parts: dict[str, Any]) -> str:
    """The line with as much of topic and place as its room leaves."""
    rest = units(turn.texts(key, what="", **parts))
    return turn.texts(key, what=named(appeal, room - rest), **parts)


def _staff_sign(turn: Turn, appeal: Appeal) -> str:
    if is_overdue(turn, appeal):
        return turn.texts("sign-overdue")
    priority = priority_of(appeal) if appeal.state in MARKED else Priority.NEW
    return URGENCY_MARKS.get(priority, "").strip() or turn.texts(f"sign-{appeal.state}")
