"""Browsers of residents that want to be told of news, and the news that they wait for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from storage.database.inserts import insert_into
from storage.tables import WebSubscription
from storage.web.codes import hash_of

MOST = 10  # of one resident; of more, the oldest are forgotten


def keep(session: Session, account: str, browser: str, endpoint: str, now: datetime) -> None:
    """Keep that the browser with that endpoint wants the news of ``account``, of nobody else."""
    new = {"account": account, "browser": browser, "tries": 0, "due_at": None}
    mark = {"endpoint": endpoint, "endpoint_hash": hash_of(endpoint), "created_at": now}
    kept = insert_into(session, WebSubscription).values(new | mark)
    session.execute(kept.on_conflict_do_update(index_elements=["endpoint_hash"], set_=new))
    older = (
        select(WebSubscription.id)
        .where(WebSubscription.account == account)
        .order_by(WebSubscription.id.desc())
        .offset(MOST)
    )
    session.execute(
        delete(WebSubscription).where(WebSubscription.id.in_(list(session.scalars(older))))
    )


def note_news(session: Session, account: str, now: datetime) -> bool:
    """Keep that there is news for that account; return whether a browser wants to hear of it."""
    noted = session.execute(
        update(WebSubscription)
        .where(WebSubscription.account == account)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(noted, CursorResult) and noted.rowcount > 0


def take_due(
    session: Session, now: datetime, hold: timedelta, most: int
) -> Sequence[WebSubscription]:
    """Return browsers to be told now, and put them off by ``hold``: nobody else tells them then.

    Those that could be told come first: whoever gives addresses that never answer delays nobody else.
    """
    found = session.scalars(
        select(WebSubscription)
        .where(WebSubscription.due_at <= now)
        .order_by(WebSubscription.tries, WebSubscription.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for one in found:
        one.due_at = now + hold
    session.flush()
    return found


def settle(
    session: Session, taken: WebSubscription, again: datetime | None, *, heard: bool
) -> None:
    """Keep that a browser was told, or is to be told again then; newer news stays due."""
    tries = 0 if heard else WebSubscription.tries + (1 if again else 0)
    session.execute(
        update(WebSubscription)
        .where(WebSubscription.id == taken.id, WebSubscription.due_at == taken.due_at)
        .values(due_at=again, tries=tries)
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, ids: Sequence[int]) -> None:
    """Forget browsers that are told nothing any more."""
    session.execute(delete(WebSubscription).where(WebSubscription.id.in_(ids)))


def forget_browser(session: Session, account: str, browser: str) -> None:
    """Forget what a resident's browser asked for."""
    session.execute(
        delete(WebSubscription).where(
            WebSubscription.account == account, WebSubscription.browser == browser
        )
    )


def forget_account(session: Session, account: str) -> None:
    """Forget all browsers of a resident."""
    session.execute(delete(WebSubscription).where(WebSubscription.account == account))


def is_due(session: Session, now: datetime) -> bool:
    """Whether any browser is to be told now."""
    query = select(WebSubscription.id).where(WebSubscription.due_at <= now).limit(1)
    return session.scalar(query) is not None
