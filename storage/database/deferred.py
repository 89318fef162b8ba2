"""Rows that nobody has asked for yet: those of many events go in together, as ``storage.batch`` does.

Outside of a batch they go in at once.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.orm import Session

from storage.database.known import known


def start(session: Session) -> None:
    """From now on rows wait for ``write``."""
    known(session).deferred = {}


def insert(session: Session, into: Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows. ``into`` is a statement made once: rows of the same one go in together."""
    if not rows:
        return
    waiting = known(session).deferred
    if waiting is not None:
        waiting.setdefault(into, []).extend(rows)
    else:
        session.flush()
        session.connection().execute(into, rows)


def write(session: Session) -> None:
    """Everything that waits, after what the session has: it may be of appeals that are new."""
    waiting = known(session).deferred
    if not waiting:
        return
    known(session).deferred = {}
    session.flush()
    for into, rows in waiting.items():
        session.connection().execute(into, rows)
