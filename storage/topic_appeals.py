"""Appeals of a topic that is taken away: given to another topic, with a line in their history."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage import appeals
from storage.models import Appeal, HistoryEntry


def move(session: Session, topic_id: int, to_topic_id: int, entry: Mapping[str, Any]) -> list[int]:
    """Give all appeals of a topic another one; their ids. ``entry`` are the history's columns."""
    ids = list(
        session.scalars(select(Appeal.id).where(Appeal.topic_id == topic_id).order_by(Appeal.id))
    )
    if ids:
        session.execute(
            insert(HistoryEntry), [{"appeal_id": appeal_id, **entry} for appeal_id in ids]
        )
        appeals.move_topic(session, topic_id, to_topic_id)
    return ids


def open_among(session: Session, ids: Sequence[int], limit: int) -> list[Appeal]:
    """The open ones of these appeals, newest first, as they stand in the tables now."""
    return list(
        session.scalars(
            select(Appeal)
            .where(Appeal.id.in_(ids[-1000:]), Appeal.state.in_(appeals.OPEN))
            .order_by(Appeal.id.desc())
            .limit(limit)
            .execution_options(populate_existing=True)
        )
    )
