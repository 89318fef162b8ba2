"""How much waits where: what an operator watches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Appeal, KeptFile, OutboxMessage, ParkedEvent


@dataclass(frozen=True)
class Figures:
    """A look at the tables. ``oldest_unsent`` are seconds; 0 where nothing waits."""

    unsent: Mapping[str, int]  # by channel
    oldest_unsent: Mapping[str, float]  # by channel
    files_waiting: int
    parked: int
    appeals: Mapping[str, int]  # by state


def take(session: Session, now: datetime) -> Figures:
    """The figures as they stand."""
    outbox = session.execute(
        select(OutboxMessage.channel, func.count(), func.min(OutboxMessage.created_at))
        .where(OutboxMessage.done_at.is_(None))
        .group_by(OutboxMessage.channel)
    ).all()
    states = session.execute(select(Appeal.state, func.count()).group_by(Appeal.state)).all()
    waiting = select(func.count()).where(KeptFile.state == "waiting")
    parked = select(func.count()).where(ParkedEvent.settled_at.is_(None))
    return Figures(
        unsent={channel: count for channel, count, _ in outbox},
        oldest_unsent={channel: (now - oldest).total_seconds() for channel, _, oldest in outbox},
        files_waiting=session.scalar(waiting) or 0,
        parked=session.scalar(parked) or 0,
        appeals={row[0]: row[1] for row in states},
    )
