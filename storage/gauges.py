"""Gauges for the operator: amounts that wait in the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, union_all
from sqlalchemy.orm import Session

from storage import appeals
from storage.our_accounts import is_another
from storage.outbox import CLOSED
from storage.tables import Appeal, KeptFile, OutboxMessage, ParkedEvent
from storage.web import uploads


@dataclass(frozen=True)
class Figures:
    """A look at the tables. ``oldest_unsent`` is in seconds, 0 if nothing waits.

    What waits until a chat opens is not unsent: the operator can do nothing for it.
    """

    unsent: Mapping[str, int]  # by channel
    oldest_unsent: Mapping[str, float]  # by channel
    files_waiting: int
    parked: int
    appeals: Mapping[str, int]  # by state, of those in which somebody is waited for
    unsaid_bytes: int = 0  # of uploads that are in no message yet


def take(session: Session, now: datetime) -> Figures:
    """The figures as they stand."""
    outbox = session.execute(
        select(OutboxMessage.channel, func.count(), func.min(OutboxMessage.created_at))
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.outcome != CLOSED)
        .group_by(OutboxMessage.channel)
    ).all()
    # What waits for residents to write to our present account is no trouble of a messenger.
    outbox = [row for row in outbox if not is_another(row[0])]
    # Each by its small index: counting the closed ones would read millions at every look.
    by_state = [
        select(Appeal.state, func.count()).where(which).group_by(Appeal.state)
        for which in (appeals.IS_OPEN, and_(appeals.WAITS_FOR_RESIDENT, Appeal.state == "answered"))
    ]
    states = session.execute(union_all(*by_state)).all()
    waiting = select(func.count()).where(KeptFile.state == "waiting")
    parked = select(func.count()).where(ParkedEvent.settled_at.is_(None))
    return Figures(
        unsent={channel: count for channel, count, _ in outbox},
        oldest_unsent={channel: (now - oldest).total_seconds() for channel, _, oldest in outbox},
        files_waiting=session.scalar(waiting) or 0,
        parked=session.scalar(parked) or 0,
        appeals={row[0]: row[1] for row in states},
        unsaid_bytes=uploads.unsaid(session).size,
    )
