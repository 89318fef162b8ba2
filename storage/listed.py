"""Which appeals a staff chat has been shown as a line of a list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.models import ListedAppeal


def note(
    session: Session, channel: str, chat: str, appeal_ids: Sequence[int], now: datetime
) -> None:
    """The appeals stand in a list that is about to be sent."""
    session.execute(
        delete(ListedAppeal).where(
            ListedAppeal.channel == channel,
            ListedAppeal.chat == chat,
            ListedAppeal.appeal_id.in_(appeal_ids),
        )
    )
    session.add_all(
        ListedAppeal(channel=channel, chat=chat, appeal_id=appeal_id, at=now)
        for appeal_id in appeal_ids
    )
    session.flush()


def sent(
    session: Session, channel: str, chat: str, appeal_ids: Sequence[int], message: str
) -> None:
    """The list of these appeals has become that message."""
    session.execute(
        update(ListedAppeal)
        .where(
            ListedAppeal.channel == channel,
            ListedAppeal.chat == chat,
            ListedAppeal.appeal_id.in_(appeal_ids),
        )
        .values(message=message)
    )


def find(session: Session, appeal_id: int, channel: str, chat: str) -> ListedAppeal | None:
    """The appeal's line in that chat; None: it is in no list there."""
    return session.get(ListedAppeal, (channel, chat, appeal_id))


def is_list(session: Session, channel: str, chat: str, message: str) -> bool:
    """Whether the message is a list of appeals."""
    query = select(ListedAppeal.appeal_id).where(
        ListedAppeal.channel == channel,
        ListedAppeal.chat == chat,
        ListedAppeal.message == message,
    )
    return bool(message) and session.scalar(query.limit(1)) is not None
