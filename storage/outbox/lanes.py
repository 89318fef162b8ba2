"""The next messages of the outbox: the oldest unsent one of each lane, found through indexes.

However many messages wait, a look costs what it finds: each rank's due messages are read in their
order (``ix_outbox_due``), and whether one stands first in its lane is one probe
(``ix_outbox_unsent``). Messages of a closed lane or chat are passed over without one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Table,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from storage.database.in_lists import as_parameter, each_of, has_id_of
from storage.messages import Priority
from storage.tables import OutboxMessage

ONE, NONE = literal_column("1", Integer), literal_column("0", Integer)


@dataclass(frozen=True, slots=True)
class Room:
    """How many messages of a channel at most: answers in a dialogue, and pushes."""

    channel: str
    answers: int
    pushes: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Parts of a channel that take nothing now.

    ``lanes`` are being sent; ``chats`` take nothing, and those of ``pushes`` nothing but answers.

    """

    lanes: Collection[str] = ()
    chats: Collection[str] = ()
    pushes: Collection[str] = ()


def next_in_lanes(
    session: Session, wanted: Room, now: datetime, closed: Closed
) -> list[tuple[OutboxMessage, bool]]:
    """The first unsent message of each lane that is due: answers in a dialogue first, then by rank.

    If an answer waits behind pushes in its lane, the first of them goes as an answer does: the
    second value tells what goes as a push.
    """
    session.flush()  # what was changed meanwhile is not found as it was
    dialect = session.get_bind().dialect.name
    found = session.execute(
        _look(dialect),
        {
            "channel": wanted.channel,
            "now": now,
            "answers": wanted.answers,
            "pushes": wanted.pushes,
            "lanes": as_parameter(closed.lanes),
            "chats": as_parameter(closed.chats),
            "closed_to_pushes": as_parameter({*closed.chats, *closed.pushes}),
        },
    )
    left = {False: wanted.answers, True: wanted.pushes}
    chosen: dict[int, bool] = {}
    for row_id, push in found:
        if left[bool(push)] and row_id not in chosen:
            left[bool(push)] -= 1
            chosen[row_id] = bool(push)
    if not chosen:
        return []
    # Not joined to the look: PostgreSQL would keep a plan from when the outbox was empty, which
    # reads all of it. With 1,000 residents at once that left 461 updates a second of 808.
    by_id = {row.id: row for row in session.scalars(_rows(dialect), {"ids": list(chosen)})}
    return [(by_id[row_id], push) for row_id, push in chosen.items() if row_id in by_id]


@cache
def _rows(dialect: str) -> Select[OutboxMessage]:
    return select(OutboxMessage).where(has_id_of("ids", dialect, OutboxMessage.id))


@cache
def _look(dialect: str) -> Select[Any]:
    """Ids and whether they are pushes; built once: to build it costs more than to run it."""
    table = cast("Table", OutboxMessage.__table__)
    ranks = sorted(Priority, reverse=True)  # each is one stretch of the index
    looks = [_look_at(table, rank, dialect, push=push) for push in (False, True) for rank in ranks]
    found: CompoundSelect[Any] = union_all(*(select(look.subquery()) for look in looks))
    each = found.subquery()
    return select(each.c.id, each.c.push).order_by(
        each.c.push, each.c.priority.desc(), each.c.next_at, each.c.id
    )


def _look_at(table: Table, rank: Priority, dialect: str, *, push: bool) -> Select[Any]:
    """A rank's messages that go next, oldest first.

    LIMIT and OFFSET keep PostgreSQL from making a join of the NOT EXISTS: where its statistics are of a
    quiet hour, that join reads the whole queue for each row.
    """
    row, before, head = table.alias(), table.alias(), table.alias()
    limit = bindparam("pushes" if push else "answers", type_=Integer)
    earlier = select(before.c.id).where(
        before.c.done_at.is_(None),
        before.c.channel == row.c.channel,
        before.c.lane == row.c.lane,
        before.c.id < row.c.id,
    )
    first: ColumnElement[Any] = row.c.id
    if not push:
        # Pushes before an answer in its lane go with it, unless they wait themselves.
        earlier = earlier.where(or_(~before.c.push, before.c.next_at > bindparam("now")))
        first = (
            select(func.min(head.c.id))
            .where(
                head.c.done_at.is_(None),
                head.c.channel == row.c.channel,
                head.c.lane == row.c.lane,
            )
            .scalar_subquery()
        )
    return (
        select(
            first.label("id"),
            literal(int(push)).label("push"),
            row.c.priority,
            row.c.next_at,
        )
        .where(
            row.c.done_at.is_(None),
            row.c.channel == bindparam("channel"),
            row.c.push == push,
            row.c.priority == int(rank),
            row.c.next_at <= bindparam("now"),
            row.c.chat.not_in(each_of("closed_to_pushes" if push else "chats", dialect)),
            row.c.lane.not_in(each_of("lanes", dialect)),
            ~earlier.limit(ONE).offset(NONE).exists(),
        )
        .order_by(row.c.next_at, row.c.id)
        .limit(limit)
    )
