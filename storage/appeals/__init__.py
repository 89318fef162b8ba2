"""Appeals and their history."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, func, select, text, update
from sqlalchemy.orm import Session, selectinload

from storage.database.in_lists import has_id_of
from storage.database.known import known
from storage.tables import (
    NOT_WARNED,
    OPEN_ONES,
    SILENT_ONES,
    Appeal,
    HistoryEntry,
    Municipality,
    Topic,
)

OPEN = ("new", "need_info", "in_work", "forwarded", "reopened")
# With what a line of a list, or a card, needs: no query for each.
FOR_LINES = (selectinload(Appeal.topic),)
FOR_CARDS = (
    selectinload(Appeal.topic).selectinload(Topic.category),
    selectinload(Appeal.resident),
    selectinload(Appeal.staff_chat),
)
RUNNING = ("new", "in_work", "forwarded", "reopened")  # the clock stands while a resident is asked
# As the indexes of storage.tables say it, word by word: values that are bound later would not do.
IS_OPEN = text(OPEN_ONES)
IS_RUNNING = and_(IS_OPEN, Appeal.state != "need_info")
NOT_WARNED_TWICE = text(NOT_WARNED)
WAITS_FOR_RESIDENT = text(SILENT_ONES)
YEARS = 10  # in which a number without its year is looked for


def get(session: Session, appeal_id: int) -> Appeal | None:
    """The appeal, locked until the end of the transaction."""
    return session.get(Appeal, appeal_id, with_for_update=True)


def by_ids_locked(session: Session, ids: Collection[int]) -> list[Appeal]:
    """These appeals by their ids, with what a line of a list needs.

    Whoever changes or erases one waits until the transaction ends: what is copied into a message
    must not be the words of a moment ago.
    """
    query = select(Appeal).where(Appeal.id.in_(ids)).order_by(Appeal.id)
    locked = query.with_for_update(read=True, of=Appeal)
    again = locked.execution_options(populate_existing=True)
    return list(session.scalars(again.options(*FOR_LINES)))


def numbered(session: Session, municipality_id: int, said: str) -> int | None:
    """The id of the appeal of that number, given whole or, of the newest year, as its last part."""
    mine = select(Appeal.id).where(Appeal.municipality_id == municipality_id)
    if said.isascii() and said.isdecimal() and len(said) < 9:
        of_town = select(Municipality.last_year).where(Municipality.id == municipality_id)
        newest = session.scalar(of_town) or 0
        # Year by year, as the index has them: without the years all of the town's would be read.
        theirs = mine.where(Appeal.year.in_(range(newest - YEARS + 1, newest + 1)))
        found = theirs.where(Appeal.serial == int(said)).order_by(Appeal.year.desc())
        return session.scalar(found.limit(1))
    return session.scalar(mine.where(Appeal.number == said.upper()))


def of_resident(
    session: Session, resident_id: int, *, offset: int = 0, limit: int = 100
) -> list[Appeal]:
    """Appeals of a resident, newest first."""
    return list(
        session.scalars(
            select(Appeal)
            .where(Appeal.resident_id == resident_id)
            .order_by(Appeal.id.desc())
            .offset(offset)
            .limit(limit)
            .options(*FOR_LINES)
        )
    )


def of_resident_among(session: Session, resident_id: int, ids: Collection[int]) -> set[int]:
    """Those of these appeals that the resident filed."""
    mine = select(Appeal.id).where(Appeal.id.in_(ids), Appeal.resident_id == resident_id)
    return set(session.scalars(mine)) if ids else set()


def ids_of_resident(resident_id: int) -> Select[int]:
    """A query of the ids of a resident's appeals."""
    return select(Appeal.id).where(Appeal.resident_id == resident_id)


def count_of_resident(session: Session, resident_id: int) -> int:
    """How many appeals a resident has."""
    return session.scalar(select(func.count()).where(Appeal.resident_id == resident_id)) or 0


def awaiting_info(session: Session, resident_id: int) -> list[Appeal]:
    """Appeals in which the resident was asked something."""
    asked = known(session).awaiting.get(resident_id)
    if asked is None:
        asked = _asked(session, [resident_id])
    return [appeal for appeal in asked if appeal.state == "need_info"]


def read_awaiting(session: Session, resident_ids: Sequence[int]) -> None:
    """Read at once what ``awaiting_info`` will be asked. No employee may act in between."""
    asked: dict[int, list[Appeal]] = {resident_id: [] for resident_id in resident_ids}
    for appeal in _asked(session, resident_ids):
        asked[appeal.resident_id].append(appeal)
    known(session).awaiting = asked


def _asked(session: Session, resident_ids: Sequence[int]) -> list[Appeal]:
    asked = _of_asked(session.get_bind().dialect.name)
    return list(session.scalars(asked, {"residents": resident_ids}))


@cache
def _of_asked(dialect: str) -> Select[Appeal]:
    theirs = has_id_of("residents", dialect, Appeal.resident_id)
    return select(Appeal).where(theirs, Appeal.state == "need_info").order_by(Appeal.id)


def open_by_deadline(
    session: Session, municipality_id: int, *, offset: int, limit: int, chat_id: int | None = None
) -> list[Appeal]:
    """Open appeals, the most overdue first; ``chat_id`` keeps to one staff chat, here and below."""
    page = (
        select(Appeal.id)  # the pages before are counted off in the index, without their rows
        .where(of(municipality_id, chat_id), IS_OPEN)
        .order_by(Appeal.deadline_at, Appeal.id)
        .offset(offset)
        .limit(limit)
    )
    found = select(Appeal).where(Appeal.id.in_(session.scalars(page).all()))
    in_order = found.order_by(Appeal.deadline_at, Appeal.id)
    return list(session.scalars(in_order.options(*FOR_LINES)))


def count_open(session: Session, municipality_id: int, chat_id: int | None = None) -> int:
    """How many are open."""
    query = select(func.count()).where(of(municipality_id, chat_id), IS_OPEN)
    return session.scalar(query) or 0


def count_overdue(
    session: Session, municipality_id: int, now: datetime, chat_id: int | None = None
) -> int:
    """How many are open past their deadline."""
    past = and_(of(municipality_id, chat_id), Appeal.deadline_at < now)
    # Two counts, each within its index: to see which of all wait for residents takes their rows.
    waits = select(func.count()).where(past, WAITS_FOR_RESIDENT, Appeal.state == "need_info")
    late = select(func.count()).where(past, IS_OPEN)
    return (session.scalar(late) or 0) - (session.scalar(waits) or 0)


def of(municipality_id: int, chat_id: int | None) -> ColumnElement[bool]:
    """The open appeals of that municipality, or of that staff chat if one is given."""
    mine = Appeal.municipality_id == municipality_id
    return mine if chat_id is None else and_(mine, Appeal.staff_chat_id == chat_id)


def count_created_since(session: Session, municipality_id: int, since: datetime) -> int:
    """How many came since that time."""
    return (
        session.scalar(
            select(func.count()).where(
                Appeal.municipality_id == municipality_id, Appeal.created_at >= since
            )
        )
        or 0
    )


def with_deadline_before(
    session: Session, before: datetime, warned: Sequence[str], limit: int
) -> list[Appeal]:
    """Appeals whose clock runs, whose deadline is before that time and whose last warning is one of those."""
    return list(
        session.scalars(
            select(Appeal)
            .where(
                IS_RUNNING,
                NOT_WARNED_TWICE,
                Appeal.deadline_at < before,
                Appeal.warned.in_(warned),
            )
            .order_by(Appeal.deadline_at, Appeal.id)
            .limit(limit)
            .options(*FOR_CARDS)
        )
    )


def has_said(session: Session, appeal: Appeal, text: str) -> bool:
    """Whether the appeal or a line of its history has these words."""
    said = (entry.text for entry in history(session, appeal.id))
    return text in appeal.text or any(text in one for one in said)


def history(session: Session, appeal_id: int) -> list[HistoryEntry]:
    """The history, oldest entry first."""
    return list(
        session.scalars(
            select(HistoryEntry)
            .where(HistoryEntry.appeal_id == appeal_id)
            .order_by(HistoryEntry.id)
        )
    )


def move_topic(session: Session, topic_id: int, to_topic_id: int) -> int:
    """Give all appeals of a topic another one; how many."""
    result = session.execute(
        update(Appeal).where(Appeal.topic_id == topic_id).values(topic_id=to_topic_id)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def count_of_topics(session: Session, topic_ids: Sequence[int]) -> int:
    """How many appeals these topics have."""
    return session.scalar(select(func.count()).where(Appeal.topic_id.in_(topic_ids))) or 0


def undelivered(session: Session, appeal_ids: Collection[int]) -> set[int]:
    """Those of which the last push did not arrive."""
    if not appeal_ids:
        return set()
    query = select(Appeal.id).where(Appeal.id.in_(appeal_ids), Appeal.undelivered)
    return set(session.scalars(query))
