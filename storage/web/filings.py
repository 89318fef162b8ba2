"""How many appeals were filed on the web from one address lately, the same for all replicas.

An address is named by hashes of it, the narrowest first: of itself (of IPv6 its /64), of the /48.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from storage.tables import WebFiling

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# In an hour, in a day. A school or a mobile operator has many people behind one address.
MOST = ((30, 120), (90, 360))
BUSY = 3  # a third of it: from then on a new browser has some work to do first

NEW_FILING = insert(cast("Table", WebFiling.__table__))


def is_full(session: Session, sources: Sequence[str], now: datetime) -> bool:
    """Whether no more may be filed from there for now."""
    return _is_reached(session, sources, now, 1)


def is_busy(session: Session, sources: Sequence[str], now: datetime) -> bool:
    """Whether the filings from that address may be a machine's."""
    return _is_reached(session, sources, now, BUSY)


def _is_reached(session: Session, sources: Sequence[str], now: datetime, part: int) -> bool:
    """Whether so many were filed from there as one of the limits divided by ``part``."""
    for source, (an_hour, a_day) in zip(sources, MOST, strict=False):
        for most, since in ((an_hour, now - HOUR), (a_day, now - DAY)):
            so_many = (
                select(WebFiling.at)
                .where(WebFiling.source == source, WebFiling.at > since)
                .order_by(WebFiling.at.desc())
                .offset(most // part - 1)
                .limit(1)
            )
            with session.no_autoflush:  # appeals that are new go in together
                if session.scalar(so_many) is not None:
                    return True
    return False


def note(session: Session, sources: Sequence[str], now: datetime) -> None:
    """One more was filed from there."""
    rows = [{"source": source, "at": now} for source in sources]
    session.connection().execute(NEW_FILING, rows)


def forget(session: Session, now: datetime) -> None:
    """Delete what counts no more."""
    session.execute(
        delete(WebFiling)
        .where(WebFiling.at <= now - DAY)
        .execution_options(synchronize_session=False)
    )
