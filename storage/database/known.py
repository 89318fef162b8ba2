"""Values that a transaction remembers, so that no event of a batch asks for them once more."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.orm import Session

from storage.tables import Appeal, Municipality, Resident, StaffChat

KEY = "known"  # in ``Session.info``


@dataclass(slots=True)
class KnownFiling:
    """Answers to the questions of ``storage.appeals.filing``."""

    drafts: dict[str, Appeal | None] = field(default_factory=dict)
    nth: dict[tuple[int, int], datetime | None] = field(default_factory=dict)
    ids: deque[int] = field(default_factory=deque)  # taken, not used
    last_id: int = 0
    numbering: Municipality | None = None  # its row is locked


@dataclass(slots=True)
class Known:
    """Everything that modules of storage remember between the statements of one transaction.

    ``rows`` holds objects that nothing else holds (see ``KeepingSession``). ``deferred`` are rows
    that wait to be inserted together, None outside of a batch. ``residents`` are found by channel
    and account, None for an account without one; ``without_account`` are those of them that have no
    row of the account yet, and ``strays`` are accounts of which the program before made a resident
    though they are another's. ``awaiting`` has the appeals in which a resident
    was asked something, by the resident's id.
    """

    rows: list[Any] = field(default_factory=list)
    deferred: dict[Insert, list[dict[str, Any]]] | None = None
    residents: dict[tuple[str, str], Resident | None] = field(default_factory=dict)
    without_account: set[tuple[str, str]] = field(default_factory=set)
    strays: set[tuple[str, str]] = field(default_factory=set)
    awaiting: dict[int, list[Appeal]] = field(default_factory=dict)
    staff_chats: list[StaffChat] | None = None
    filing: KnownFiling = field(default_factory=KnownFiling)


def known(session: Session) -> Known:
    """Return what this session's transaction remembers."""
    found: Known | None = session.info.get(KEY)
    if found is None:
        found = session.info[KEY] = Known()
    return found
