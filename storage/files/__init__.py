"""Files that people sent: kept at once by reference, fetched soon after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from storage.database.in_lists import is_one_of, keys_as, padded
from storage.files.names import clean_name
from storage.messages import ChatMember, File
from storage.tables import Appeal, Dialogue, KeptFile, Resident

LOOKED_AT = 1000  # waiting files, to give each account its turn


@dataclass(frozen=True, slots=True)
class Amount:
    """How many files, and how many bytes they have."""

    files: int = 0
    size: int = 0


def keep(
    session: Session,
    file: File,
    sender: ChatMember,
    now: datetime,
    *,
    purpose: str = "",
    state: str = "waiting",
) -> int:
    """Note a file that came; its id. ``purpose`` and ``state`` as in KeptFile."""
    row = KeptFile(
        channel=sender.channel,
        account=sender.account,
        chat=sender.chat,
        kind=file.kind,
        ref=file.ref,
        name=clean_name(file.name),
        mime=file.mime[:100],
        size=file.size,
        purpose=purpose,
        state=state,
        next_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def fetch_noted(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Fetch those of the files that were only noted: their sender has consented."""
    session.execute(
        update(KeptFile)
        .where(KeptFile.id.in_(ids), KeptFile.state == "noted")
        .values(state="waiting", next_at=now)
    )


def unfiled(session: Session, channel: str, account: str) -> Amount:
    """The amount that an account has sent and that belongs to no appeal (yet)."""
    return _amount(session, channel, account, KeptFile.appeal_id.is_(None))


def sent_since(session: Session, channel: str, account: str, since: datetime) -> Amount:
    """The amount that an account has sent since ``since``."""
    return _amount(session, channel, account, KeptFile.created_at >= since)


def _amount(session: Session, channel: str, account: str, which: ColumnElement[bool]) -> Amount:
    total = func.coalesce(func.sum(KeptFile.size), 0)
    query = select(func.count(), total).where(
        KeptFile.channel == channel, KeptFile.account == account, which
    )
    files, size = session.execute(query).one()
    return Amount(files, int(size))


def make(session: Session, name: str, mime: str, content: str, author: str, now: datetime) -> int:
    """Keep a text that we made, to be sent as a document; its id. ``author``: ``channel:account``."""
    channel, _, account = author.partition(":")
    row = KeptFile(
        channel=channel,
        account=account,
        kind="document",
        ref="",
        name=name,
        mime=mime,
        size=len(content.encode()),
        content=content,
        next_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def by_ids(session: Session, ids: Sequence[int], *, lock: bool = False) -> list[KeptFile]:
    """Files in the order of their ids as given; ``lock``: until the end of the transaction."""
    query = select(KeptFile).where(KeptFile.id.in_(ids)).order_by(KeptFile.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    rows = {row.id: row for row in session.scalars(query)}
    return [rows[file_id] for file_id in ids if file_id in rows]


def attach(session: Session, ids: Sequence[int], appeal_id: int, history_id: int) -> None:
    """Tie files to an appeal and to what happened when they came."""
    if ids:
        session.execute(
            update(KeptFile)
            .where(KeptFile.id.in_(ids))
            .values(appeal_id=appeal_id, history_id=history_id)
        )


def of_appeal(session: Session, appeal_id: int) -> list[KeptFile]:
    """All files of an appeal, oldest first; none if the resident who filed it is gone."""
    query = (
        select(KeptFile)
        .join(Appeal, Appeal.id == KeptFile.appeal_id)
        .join(Resident, Resident.id == Appeal.resident_id)
        .where(KeptFile.appeal_id == appeal_id, Resident.withdrawn_at.is_(None))
    )
    return list(session.scalars(query.order_by(KeptFile.id)))


def due(
    session: Session,
    now: datetime,
    limit: int,
    besides: Sequence[int] = (),
    *,
    is_low: bool = False,
) -> list[KeptFile]:
    """Files that wait to be fetched, ``besides`` those: one of each account in turn, oldest first.

    ``is_low``: there is no room but for what an admin or we ourselves have made, which is small.
    """
    given = {"now": now, "besides": padded(besides), "limit": limit}
    return list(session.scalars(_due(is_low=is_low), given))


@cache
def _due(*, is_low: bool) -> Select[KeptFile]:
    """Build the statement once: to build it costs more than to run it."""
    small = (KeptFile.purpose != "") | KeptFile.content.is_not(None)
    oldest = (
        select(KeptFile.id, KeptFile.next_at, KeptFile.channel, KeptFile.account)
        .where(
            KeptFile.state == "waiting",
            KeptFile.next_at <= bindparam("now"),
            KeptFile.id.not_in(bindparam("besides", expanding=True)),
        )
        .where(small if is_low else true())
        .order_by(KeptFile.next_at, KeptFile.id)  # as the index has them
        .limit(LOOKED_AT)
        .subquery()
    )
    turn = func.row_number().over(
        partition_by=(oldest.c.channel, oldest.c.account),
        order_by=(oldest.c.next_at, oldest.c.id),
    )
    turns = select(oldest.c.id, oldest.c.next_at, turn.label("turn")).subquery()
    query = select(KeptFile).join(turns, turns.c.id == KeptFile.id)
    query = query.order_by(turns.c.turn, turns.c.next_at, turns.c.id)
    return query.limit(bindparam("limit", type_=Integer))


def abandoned(
    session: Session, before: datetime, limit: int, after: KeptFile | None = None
) -> list[KeptFile]:
    """Files that came before that time and belong to no appeal, oldest first, beyond ``after``."""
    query = select(KeptFile).where(KeptFile.appeal_id.is_(None), KeptFile.created_at < before)
    if after:
        same = (KeptFile.created_at == after.created_at) & (KeptFile.id > after.id)
        query = query.where((KeptFile.created_at > after.created_at) | same)
    return list(session.scalars(query.order_by(KeptFile.created_at, KeptFile.id).limit(limit)))


def in_drafts(session: Session, rows: Sequence[KeptFile]) -> set[int]:
    """The ids of those files that somebody is about to send: a draft may be older than a month."""
    owners = {(row.channel, row.account) for row in rows}
    if not owners:
        return set()
    dialect = session.get_bind().dialect.name
    theirs = is_one_of("owners", dialect, Dialogue.channel, Dialogue.account)
    found: set[int] = set()
    query = select(Dialogue.drafts).where(theirs)
    for drafts in session.scalars(query, keys_as("owners", dialect, owners)):
        found.update(ids_in(drafts))
    return found & {row.id for row in rows}


def ids_in(drafts: Sequence[Mapping[str, Any]]) -> set[int]:
    """The ids of files in drafts as the table has them, those to be restored after an edit too."""
    found: set[int] = set()
    for draft in drafts:
        for answers in (draft.get("answers", {}), draft.get("notes", {}).get("before", {})):
            for answer in answers.values():
                if isinstance(answer, list):
                    found.update(one for one in answer if isinstance(one, int))
    return found


def pull_forward(session: Session, now: datetime, latest: datetime) -> None:
    """Fetch now what is to be fetched after ``latest``: the clock was wrong."""
    session.execute(
        update(KeptFile)
        .where(KeptFile.state == "waiting", KeptFile.next_at > latest)
        .values(next_at=now)
    )


def forget(session: Session, ids: Sequence[int]) -> None:
    """Delete rows; their bytes are deleted from the store by who calls."""
    session.execute(delete(KeptFile).where(KeptFile.id.in_(ids)))


def retry_delay(attempts: int) -> timedelta:
    """Doubling from 2 seconds to an hour."""
    return timedelta(seconds=min(2 * 2**attempts, 3600))
