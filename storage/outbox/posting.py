"""Putting replies into the outbox, many in three statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from storage import outbox
from storage.tables import OutboxMessage

NEW_MESSAGE = insert(cast("Table", OutboxMessage.__table__))
Place = tuple[str, str, str]  # channel, chat, coalesce


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply on its way into the outbox; the fields are those of the table."""

    channel: str
    chat: str
    lane: str
    reply: Mapping[str, Any]
    push: bool = False
    priority: int = 0
    appeal_id: int | None = None
    coalesce: str = ""

    @property
    def place(self) -> Place:
        """What it takes the place of, where ``coalesce`` is set."""
        return (self.channel, self.chat, self.coalesce)


def put(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Add messages in their order, or put them in the place of unsent ones with their ``coalesce``.

    Of the two the higher ``priority`` stands: what a new card becomes before it is sent is new.

    A message that is being sent at this moment counts as unsent: its ``revision`` goes up, so that
    ``bot.delivery.delivery`` sees on its return that there is something newer to send. The row is locked, so
    that it is not marked as sent meanwhile.
    """
    waiting = _waiting(session, {letter.place for letter in letters if letter.coalesce})
    added: dict[Any, Letter] = {}
    for number, letter in enumerate(letters):
        if row := waiting.get(letter.place):
            row.reply = dict(letter.reply)
            row.revision += 1
            row.priority = max(row.priority, letter.priority)
        elif letter.coalesce and (before := added.get(letter.place)):
            added[letter.place] = _in_place_of(before, letter)
        else:
            added[letter.place if letter.coalesce else number] = letter
    if waiting:
        session.flush()
    if added:
        session.connection().execute(NEW_MESSAGE, [_row(one, now) for one in added.values()])


def _waiting(session: Session, places: set[Place]) -> dict[Place, OutboxMessage]:
    """The unsent messages there, locked in the order of their ids."""
    found = outbox.lock_named(session, places, OutboxMessage.done_at.is_(None))
    return {(row.channel, row.chat, row.coalesce): row for row in found}


def _in_place_of(before: Letter, letter: Letter) -> Letter:
    priority = max(before.priority, letter.priority)
    return replace(before, reply=letter.reply, priority=priority)


def _row(letter: Letter, now: datetime) -> dict[str, Any]:
    return {
        "channel": letter.channel,
        "chat": letter.chat,
        "lane": letter.lane,
        "reply": letter.reply,
        "push": letter.push,
        "priority": letter.priority,
        "appeal_id": letter.appeal_id,
        "coalesce": letter.coalesce,
        "created_at": now,
        "next_at": now,
    }
