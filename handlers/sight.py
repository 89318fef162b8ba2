"""Sight of groups: say in one that the bot cannot read there, and when that changes.

There are messengers in which an administrator must let a bot read a group, and which tell of every
change of its rights there. What was said last is a mark, so that it is said once.
"""

from config.settings.channels import CHANNELS
from handlers.appeals import trouble_news
from handlers.turn import Turn
from storage.inbox import events
from storage.messages import Reply

SEES, BLIND, LOST = "sees", "blind", "lost"  # lost: it saw before, and the staff was told


def joined(turn: Turn, text: str) -> Reply:
    """The first words in a group, and how to let the bot read there if it cannot yet."""
    reply = turn.reply(text)
    if _reads(turn):
        return reply
    _now(turn, BLIND)
    return reply.and_then(_how(turn, "group-blind"))


def joined_staff_chat(turn: Turn) -> Reply:
    """The first words in a staff chat: its help, for which it is too early if the bot cannot read."""
    if _reads(turn):
        return turn.reply(turn.texts("staff-help"))
    return joined(turn, turn.texts("chat-id-staff", address=str(turn.event.address)))


def turn_strange_group(turn: Turn) -> list[Reply]:
    """Say once what makes the group a staff chat, as soon as the bot can read there."""
    if turn.event.change == "blind":
        _now(turn, BLIND)
        return []
    if _now(turn, SEES) == SEES:
        return []
    return [turn.reply(turn.texts("group-sees", address=str(turn.event.address)))]


def turn_staff_chat(turn: Turn) -> list[Reply]:
    """Say once that the bot reads there, or not any more: in the chat, and in another one, which works."""
    where = turn.event.address
    if turn.event.change == "blind":
        if _now(turn, LOST, unless=BLIND) in (BLIND, LOST):
            return []
        return [turn.reply(_how(turn, "group-lost")), *trouble_news.blind(turn, where)]
    before = _now(turn, SEES)
    if before == SEES:
        return []
    if before == LOST:
        return [turn.reply(turn.texts("group-sees-again")), *trouble_news.sees_again(turn, where)]
    return [turn.reply(turn.texts("group-sees-staff")).and_then(turn.texts("staff-help"))]


def _reads(turn: Turn) -> bool:
    return CHANNELS[turn.event.address.channel].reads_groups


def _how(turn: Turn, key: str) -> str:
    """The text of that key, with the way to let the bot read."""
    return turn.texts(key, how=turn.texts(f"let-read-{turn.event.address.channel}"))


def _now(turn: Turn, now: str, *, unless: str = "") -> str:
    """Note how it is now; return how it was before, empty if nothing is known.

    If it was ``unless``, it stays so.
    """
    channel, chat = turn.event.address.channel, turn.event.address.chat
    marks = {f"{events.NOW}{one}:{chat}": one for one in (SEES, BLIND, LOST)}
    found = events.unmark(turn.session, channel, list(marks))
    before = marks[found.pop()] if found else ""
    new = before if before and before == unless else now
    events.mark_seen(turn.session, channel, f"{events.NOW}{new}:{chat}", turn.now)
    return before
