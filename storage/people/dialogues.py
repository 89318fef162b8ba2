"""What people are in the middle of."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from storage.database.in_lists import padded
from storage.tables import Dialogue

Place = tuple[str, str, str]  # channel, chat, account
NAMES = ("channel", "chat", "account")
TABLE = cast("Table", Dialogue.__table__)
KEY = tuple_(TABLE.c.channel, TABLE.c.chat, TABLE.c.account)
LOCKED = (
    select(TABLE.c.channel, TABLE.c.chat, TABLE.c.account, TABLE.c.drafts)
    .order_by(TABLE.c.channel, TABLE.c.chat, TABLE.c.account)
    .with_for_update()
)
HERE = and_(*(TABLE.c[name] == bindparam(f"at_{name}") for name in NAMES))
ADD, KEEP, DROP = insert(TABLE), update(TABLE).where(HERE), delete(TABLE).where(HERE)


def read(session: Session, places: Collection[Place]) -> dict[Place, list[Any]]:
    """The drafts of each, empty where there is no row; rows locked until the end of the transaction.

    In the order of their keys, so that two transactions do not wait for each other.
    """
    found: dict[Place, list[Any]] = {place: [] for place in places}
    query = LOCKED.where(KEY.in_(padded(sorted(found))))
    for channel, chat, account, drafts in session.connection().execute(query):
        found[channel, chat, account] = drafts
    return found


def write(
    session: Session,
    stored: Mapping[Place, list[Any]],
    changed: Mapping[Place, list[Any]],
    now: datetime,
) -> None:
    """Keep what was changed since ``read``; no row where there are no drafts."""
    added, kept, dropped = [], [], []
    for place, drafts in changed.items():
        row = dict(zip(("at_channel", "at_chat", "at_account"), place, strict=True))
        if drafts and not stored[place]:
            added.append(
                {**dict(zip(NAMES, place, strict=True)), "drafts": drafts, "updated_at": now}
            )
        elif drafts:
            kept.append({**row, "drafts": drafts, "updated_at": now})
        elif stored[place]:
            dropped.append(row)
    connection = session.connection()
    for statement, rows in ((ADD, added), (KEEP, kept), (DROP, dropped)):
        if rows:
            connection.execute(statement, rows)


def load(session: Session, channel: str, chat: str, account: str) -> Dialogue | None:
    """The row, locked until the end of the transaction."""
    return session.get(Dialogue, (channel, chat, account), with_for_update=True)


def save(
    session: Session, channel: str, chat: str, account: str, drafts: list[Any], now: datetime
) -> None:
    """Keep the drafts; no row where there are none."""
    row = session.get(Dialogue, (channel, chat, account))
    if row is None:
        if drafts:
            session.add(
                Dialogue(channel=channel, chat=chat, account=account, drafts=drafts, updated_at=now)
            )
    elif not drafts:
        session.delete(row)
    else:
        row.drafts = drafts
        row.updated_at = now


def untouched_since(session: Session, before: datetime, limit: int) -> list[Dialogue]:
    """Dialogues that nobody touched since that time."""
    return list(session.scalars(select(Dialogue).where(Dialogue.updated_at < before).limit(limit)))


def forget_account(session: Session, channel: str, account: str) -> None:
    """Delete all dialogues of an account."""
    session.execute(
        delete(Dialogue).where(Dialogue.channel == channel, Dialogue.account == account)
    )


def drop_about(
    session: Session, chats: Collection[tuple[str, str]], appeals: Collection[int]
) -> None:
    """Drop what somebody began in these chats about these appeals: it may hold their words."""
    place = tuple_(Dialogue.channel, Dialogue.chat)
    for row in session.scalars(select(Dialogue).where(place.in_(sorted(chats))).with_for_update()):
        kept = [draft for draft in row.drafts if draft.get("subject") not in appeals]
        if len(kept) < len(row.drafts):
            row.drafts = kept
