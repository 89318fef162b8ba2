"""The appeals that a resident's words may be about, and the words said about one in a row."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.appeals import FOR_LINES, OPEN
from storage.tables import Appeal, HistoryEntry, KeptFile

LIVE = (*OPEN, "answered")
IN_A_ROW = timedelta(minutes=2)  # between messages that are one statement
LOOKED_AT = 50  # entries of a history


def live_of_resident(session: Session, resident_id: int, limit: int) -> list[Appeal]:
    """The resident's appeals that are worked on or ask him something, the newest first."""
    query = select(Appeal).where(Appeal.resident_id == resident_id, Appeal.state.in_(LIVE))
    newest = query.order_by(Appeal.id.desc()).limit(limit)
    return list(session.scalars(newest.options(*FOR_LINES)))


def last_act_of_employee(session: Session, appeal_id: int) -> str:
    """The last act of an employee with the appeal, as the history keeps it."""
    query = select(HistoryEntry.action).where(
        HistoryEntry.appeal_id == appeal_id, HistoryEntry.role == "employee"
    )
    return session.scalar(query.order_by(HistoryEntry.id.desc()).limit(1)) or ""


def said_in_a_row(session: Session, entry_id: int) -> list[HistoryEntry]:
    """The resident's comment of that id and those just before it, the oldest first."""
    last = session.get(HistoryEntry, entry_id)
    if last is None or not _is_comment(last):
        return []
    query = select(HistoryEntry).where(
        HistoryEntry.appeal_id == last.appeal_id, HistoryEntry.id < last.id
    )
    found = [last]
    for entry in session.scalars(query.order_by(HistoryEntry.id.desc()).limit(LOOKED_AT)):
        if not _is_comment(entry) or found[-1].at - entry.at > IN_A_ROW:
            break
        found.append(entry)
    return found[::-1]


def _is_comment(entry: HistoryEntry) -> bool:
    return entry.role == "resident" and entry.action == "comment"


def files_of_entries(session: Session, entries: Sequence[HistoryEntry]) -> list[int]:
    """The ids of the files that came with these entries of one appeal."""
    query = select(KeptFile.id).where(
        KeptFile.appeal_id == entries[0].appeal_id,  # by its index
        KeptFile.history_id.in_([entry.id for entry in entries]),
    )
    return list(session.scalars(query.order_by(KeptFile.id)))
