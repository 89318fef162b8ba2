"""Putting replies into the outbox, many in three statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from storage import outbox
from storage.messages import Priority, Reply
from storage.outbox import recall
from storage.tables import OutboxMessage

NEW_MESSAGE = insert(cast("Table", OutboxMessage.__table__))


def put(session: Session, replies: Sequence[Reply], now: datetime) -> None:
    """Add replies in their order, or put them in the place of unsent ones with their ``coalesce``.

    Of the two the higher ``priority`` stands: what a new card becomes before it is sent is new.

    A message that is being sent at this moment counts as unsent: its ``revision`` goes up, so that
    ``bot.delivery.delivery`` sees on its return that there is something newer to send. The row is
    locked, so that it is not marked as sent meanwhile.
    """
    waiting = _waiting(session, {(reply.to, reply.coalesce) for reply in replies if reply.coalesce})
    added: dict[Any, dict[str, Any]] = {}
    for number, reply in enumerate(replies):
        name = (reply.to, reply.coalesce)
        if row := waiting.get(name):
            row.reply = reply.to_json()
            row.revision += 1
            row.priority = max(row.priority, reply.priority)
        elif reply.coalesce and (before := added.get(name)):
            before["reply"] = reply.to_json()
            before["priority"] = max(before["priority"], int(reply.priority))
        else:
            added[name if reply.coalesce else number] = _row(reply, now)
    if waiting:
        session.flush()
    if added:
        session.connection().execute(NEW_MESSAGE, list(added.values()))


def lane_of(reply: Reply) -> str:
    """The queue in which the reply keeps its turn.

    In a staff chat new lists of cards have a lane; what comes about an appeal has one of its own,
    first the card and then what stands under it; what an employee is answered has the chat's.
    """
    if reply.after:
        return recall.lane_of(reply.to.chat, reply.appeal)
    if reply.lists and not reply.instead:
        return f"{reply.to.chat}#list"
    about_appeal = reply.appeal is not None and (reply.card or reply.under_card)
    return f"{reply.to.chat}#{reply.appeal}" if reply.push and about_appeal else reply.to.chat


def _waiting(session: Session, names: set[outbox.Name]) -> dict[outbox.Name, OutboxMessage]:
    """Return the unsent messages of these names, locked in the order of their ids."""
    found = outbox.lock_named(session, names, unsent=True)
    return {(row.address, row.coalesce): row for row in found}


def _row(reply: Reply, now: datetime) -> dict[str, Any]:
    return {
        "channel": reply.to.channel,
        "chat": reply.to.chat,
        "lane": lane_of(reply),
        "reply": reply.to_json(),
        "push": reply.push and reply.priority < Priority.DANGER,
        "priority": int(reply.priority),
        "appeal_id": reply.appeal,
        "coalesce": reply.coalesce,
        "created_at": now,
        "next_at": now + timedelta(seconds=reply.after),
    }
