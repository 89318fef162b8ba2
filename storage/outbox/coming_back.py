"""Whether a person came back while a message to them was on its way."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import OutboxMessage, in_chat


def opened_since(session: Session, row: OutboxMessage, since: datetime) -> bool:
    """Whether the person of its chat came back after ``since``, when it was picked.

    They were answered since, or all that waits for them was hurried (``revive``).
    """
    if row.next_at > since:
        return True
    answered = select(OutboxMessage.id).where(
        in_chat(OutboxMessage, row.address),
        OutboxMessage.created_at > since,
        OutboxMessage.push.is_(False),
    )
    return session.scalar(answered.limit(1)) is not None
