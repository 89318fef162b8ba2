"""Replies on their way to a messenger."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from storage.models import OutboxMessage

Chat = tuple[str, str]  # channel, chat


def put(
    session: Session,
    *,
    channel: str,
    chat: str,
    reply: Mapping[str, Any],
    now: datetime,
    lane: str,
    push: bool = False,
    appeal_id: int | None = None,
    coalesce: str = "",
) -> None:
    """Add a message, or put it in the place of an unsent one with the same ``coalesce``.

    A message that is being sent at this moment counts as unsent: its ``revision`` goes up, so that
    ``bot.delivery`` sees on its return that there is something newer to send.
    """
    if coalesce:
        waiting = session.scalar(
            select(OutboxMessage).where(
                OutboxMessage.channel == channel,
                OutboxMessage.chat == chat,
                OutboxMessage.coalesce == coalesce,
                OutboxMessage.done_at.is_(None),
            )
        )
        if waiting:
            waiting.reply = dict(reply)
            waiting.revision += 1
            return
    session.add(
        OutboxMessage(
            channel=channel,
            chat=chat,
            lane=lane,
            push=push,
            coalesce=coalesce,
            appeal_id=appeal_id,
            reply=dict(reply),
            created_at=now,
            next_at=now,
        )
    )


def heads(
    session: Session,
    channels: Sequence[str],
    now: datetime,
    *,
    busy: Collection[Chat],
    full: Collection[Chat],
    limit: int,
) -> list[OutboxMessage]:
    """The oldest unsent message of each lane that is due, answers in a dialogue first.

    ``busy`` are lanes being sent (channel, lane), ``full`` chats that may take no more just now.
    """
    oldest = (
        select(func.min(OutboxMessage.id))
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.channel.in_(channels))
        .group_by(OutboxMessage.channel, OutboxMessage.lane)
    )
    query = select(OutboxMessage).where(OutboxMessage.id.in_(oldest), OutboxMessage.next_at <= now)
    if busy:
        query = query.where(tuple_(OutboxMessage.channel, OutboxMessage.lane).not_in(list(busy)))
    if full:
        query = query.where(tuple_(OutboxMessage.channel, OutboxMessage.chat).not_in(list(full)))
    return list(session.scalars(query.order_by(OutboxMessage.push, OutboxMessage.id).limit(limit)))


def forget_done(session: Session, before: datetime) -> None:
    """Delete what was dealt with before that time: its texts are personal data."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.done_at < before))


def backoff(attempts: int) -> timedelta:
    """Doubling from a second to ten minutes."""
    return timedelta(seconds=min(2.0 ** min(attempts, 10), 600))
