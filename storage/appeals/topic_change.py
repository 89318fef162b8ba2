"""Appeals of a topic that is taken away: given to another topic, with a line in their history."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from storage import appeals
from storage.tables import Appeal, HistoryEntry


def move(session: Session, topic_id: int, to_topic_id: int, entry: Mapping[str, Any]) -> list[int]:
    """Give all appeals of a topic another one; the ids of the open ones among them.

    ``entry`` are the history's columns. The database does it by itself: they may be very many.
    """
    of_topic = Appeal.topic_id == topic_id
    open_ones = list(
        session.scalars(select(Appeal.id).where(of_topic, appeals.IS_OPEN).order_by(Appeal.id))
    )
    columns = {"state_from": "", "state_to": "", **entry}
    values = [
        literal(value, HistoryEntry.__table__.c[name].type) for name, value in columns.items()
    ]
    lines = select(Appeal.id, *values).where(of_topic)
    session.execute(insert(HistoryEntry).from_select(["appeal_id", *columns], lines))
    appeals.move_topic(session, topic_id, to_topic_id)
    return open_ones


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
