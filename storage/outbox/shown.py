"""The messages of ours that stand last in a chat, with their buttons."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from storage.messages import Address, Reply
from storage.tables import OutboxMessage, in_chat

SENT = OutboxMessage.outcome == "sent"
# It counts too: it may have arrived just now.
ON_ITS_WAY = and_(OutboxMessage.outcome == "", OutboxMessage.attempts == 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that was sent at that time, or is on its way since."""

    reply: Reply
    at: datetime


def shown_last(session: Session, chat: Address, since: datetime, limit: int) -> list[Shown]:
    """The last messages of a chat since that time, the newest first."""
    query = (
        select(OutboxMessage.reply, OutboxMessage.created_at)
        .where(
            in_chat(OutboxMessage, chat),
            SENT | ON_ITS_WAY,
            OutboxMessage.created_at >= since,
        )
        # Plus nothing: else PostgreSQL would go through all chats by the ids, the newest first.
        .order_by((OutboxMessage.id + 0).desc())
        .limit(limit)
    )
    rows = session.execute(query)
    return [Shown(Reply.from_json(reply), at) for reply, at in rows if reply]
