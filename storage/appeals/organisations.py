"""The organisations that have appeals of a municipality."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.appeals import IS_OPEN
from storage.tables import Appeal, HistoryEntry

LOOKED_AT = 100  # appeals: a town sends most of them to a few


def that_have_some(session: Session, municipality_id: int, most: int) -> list[str]:
    """Their names as employees wrote them, who got one last comes first."""
    theirs = (
        select(Appeal.id)
        .where(IS_OPEN, Appeal.state == "forwarded", Appeal.municipality_id == municipality_id)
        .order_by(Appeal.state_at.desc())
        .limit(LOOKED_AT)
    )
    ids = session.scalars(theirs).all()
    entries = session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.appeal_id.in_(ids), HistoryEntry.action == "forward")
        .order_by(HistoryEntry.id.desc())
    )
    found: dict[str, str] = {}
    for entry in entries:
        name = str(entry.details.get("org", "")).strip()
        found.setdefault(name.casefold(), name)
    return [name for name in found.values() if name][:most]
