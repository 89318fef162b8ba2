"""Questions of filing an appeal: is the draft filed already, how many were filed today, its number.

``read`` reads at once all that a batch's events will ask; each event asks as if it were alone.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, func, insert, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database import deferred
from storage.database.in_lists import padded
from storage.database.known import known
from storage.tables import Appeal, HistoryEntry, Municipality, Resident

SEQUENCE = text(
    "SELECT nextval(pg_get_serial_sequence('appeals', 'id')) FROM generate_series(1, :count)"
)

NEW_ENTRY = insert(cast("Table", HistoryEntry.__table__))


def read(session: Session, keys: Collection[str], residents: Sequence[int], count: int) -> None:
    """Read at once what will be asked of these drafts, whose dialogues are locked.

    ``count`` as it will be given to ``filed_since``.
    """
    if not keys:
        return
    asked = known(session).filing
    asked.drafts |= dict.fromkeys(keys)
    for appeal in session.scalars(select(Appeal).where(Appeal.draft_key.in_(padded(list(keys))))):
        asked.drafts[appeal.draft_key] = appeal
    if residents:
        nth = _nth_last(Resident.id, count).scalar_subquery()
        query = select(Resident.id, nth).where(Resident.id.in_(padded(residents)))
        for resident_id, at in session.execute(query):
            asked.nth[resident_id, count] = at
    _take_ids(session, len(keys))


def begin_history(session: Session, line: Mapping[str, Any]) -> None:
    """The first line of an appeal's history, written with those of others."""
    deferred.insert(session, NEW_ENTRY, [dict(line)])


def by_draft(session: Session, draft_key: str) -> Appeal | None:
    """The appeal that a draft became."""
    drafts = known(session).filing.drafts
    if draft_key not in drafts:
        drafts[draft_key] = session.scalar(select(Appeal).where(Appeal.draft_key == draft_key))
    found = drafts[draft_key]
    return found if found and found.draft_key == draft_key else None  # else: erased meanwhile


def filed_since(session: Session, resident_id: int, count: int, since: datetime) -> bool:
    """Whether the resident has filed ``count`` appeals since ``since``."""
    nth = known(session).filing.nth
    if (resident_id, count) in nth:
        oldest = nth[resident_id, count]
    else:
        oldest = session.scalar(_nth_last(resident_id, count))
    return oldest is not None and oldest > since


def add(session: Session, appeal: Appeal) -> None:
    """A new appeal; its id is there at once, its row when the session is written."""
    asked = known(session).filing
    if not asked.ids:
        _take_ids(session, 1)
    appeal.id = asked.ids.popleft()
    session.add(appeal)
    asked.drafts[appeal.draft_key] = appeal
    asked.nth = {key: at for key, at in asked.nth.items() if key[0] != appeal.resident.id}


def next_serial(session: Session, municipality: Municipality, year: int) -> int:
    """The year's next number; the municipality's row is locked until the end of the transaction."""
    lock_numbers(session, municipality)
    if municipality.last_year != year:
        # Not always none: clocks differ between replicas, and may be set back.
        used = select(func.max(Appeal.serial)).where(
            Appeal.municipality_id == municipality.id, Appeal.year == year
        )
        municipality.last_year, municipality.last_number = year, session.scalar(used) or 0
    municipality.last_number += 1
    return municipality.last_number


def lock_numbers(session: Session, municipality: Municipality) -> None:
    """Nobody else files until the end of the transaction: what is counted now stays true."""
    asked = known(session).filing
    if asked.numbering is not municipality:  # else we have it locked already
        session.refresh(municipality, with_for_update=True)
        asked.numbering = municipality


def _nth_last(resident: int | InstrumentedAttribute[int], count: int) -> Select[datetime]:
    """When the resident filed the last but so many."""
    return (
        select(Appeal.created_at)
        .where(Appeal.resident_id == resident)
        .order_by(Appeal.id.desc())
        .offset(count - 1)
        .limit(1)
    )


def _take_ids(session: Session, count: int) -> None:
    asked = known(session).filing
    if session.get_bind().dialect.name == "postgresql":
        asked.ids.extend(session.connection().scalars(SEQUENCE, {"count": count}))
        return
    # A SQLite file has one writer, and that is this transaction.
    used = session.scalar(select(func.max(Appeal.id))) or 0
    first = max(asked.last_id, used) + 1
    asked.last_id = first + count - 1
    asked.ids.extend(range(first, first + count))
