"""Files that people sent: kept at once by reference, fetched soon after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

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

from config.settings.channels import CHANNELS
from storage.database.in_lists import padded
from storage.files.names import clean_name
from storage.messages import ChatMember, File
from storage.tables import Appeal, KeptFile, Resident

REACHED = ("", *CHANNELS)  # files that an account of ours in use was sent
LOOKED_AT = 1000  # waiting files, to give each account its turn
ALBUM = timedelta(seconds=30)  # between its first and its last part
LATE = timedelta(minutes=10)  # then a message goes without its file, which follows it
UNFILED_FOR = timedelta(days=30)  # a draft is kept as long
MISSING = ("refused", "gone")  # states of files that nobody will see


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
    message: str = "",
) -> int:
    """Note a file that came in ``message``; its id. ``purpose`` and ``state`` as in KeptFile."""
    row = KeptFile(
        channel=sender.channel,
        account=sender.account,
        chat=sender.chat,
        kind=file.kind,
        ref=file.ref,
        through=sender.channel,
        name=clean_name(file.name),
        mime=file.mime[:100],
        size=file.size,
        purpose=purpose,
        state=state,
        message=message,
        same=file.same,
        next_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def detach(session: Session, ids: Sequence[int]) -> None:
    """Take files from their appeal: others came in their place."""
    if ids:
        session.execute(
            update(KeptFile).where(KeptFile.id.in_(ids)).values(appeal_id=None, history_id=None)
        )


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
    """The files of an appeal that are there or still coming, oldest first.

    None if the resident who filed it is gone.
    """
    query = (
        select(KeptFile)
        .join(Appeal, Appeal.id == KeptFile.appeal_id)
        .join(Resident, Resident.id == Appeal.resident_id)
        .where(
            KeptFile.appeal_id == appeal_id,
            KeptFile.state.not_in(MISSING),
            Resident.withdrawn_at.is_(None),
        )
    )
    return list(session.scalars(query.order_by(KeptFile.id)))


def of_message(
    session: Session, appeal_id: int, sender: ChatMember, message: str
) -> list[KeptFile]:
    """The appeal's files that a message brought, those that nobody will see among them."""
    query = select(KeptFile).where(
        KeptFile.appeal_id == appeal_id,
        KeptFile.through == sender.channel,
        KeptFile.chat == sender.chat,
        KeptFile.message == message,
    )
    return list(session.scalars(query.order_by(KeptFile.id)))


def came_with(session: Session, row: KeptFile, first: int | None) -> list[KeptFile]:
    """The files that came with that one, itself among them, in their order.

    ``first``: the oldest id of the form that it came into; None: it came with a message about an
    appeal. The parts of an album are messages of their own.
    """
    query = select(KeptFile).where(
        KeptFile.channel == row.channel,
        KeptFile.account == row.account,
        KeptFile.chat == row.chat,
    )
    if first is not None:
        query = query.where(KeptFile.appeal_id.is_(None), KeptFile.id >= first)
    else:
        near = KeptFile.created_at.between(row.created_at - ALBUM, row.created_at + ALBUM)
        together = (KeptFile.history_id == row.history_id) | near
        query = query.where(KeptFile.appeal_id == row.appeal_id, together)
    return list(session.scalars(query.order_by(KeptFile.id)))


def is_wanted(session: Session, row: KeptFile, now: datetime) -> bool:
    """Whether somebody still waits for a file: its appeal lives, or it has not been long."""
    if row.purpose:  # somebody waits at once, and is told
        return False
    if now - row.created_at < UNFILED_FOR:
        return True
    appeal = session.get(Appeal, row.appeal_id) if row.appeal_id else None
    return appeal is not None and appeal.closed_at is None


def is_there(row: KeptFile, channel: str) -> bool:
    """Whether the file can be sent in a channel now: it is kept, or known there by its ref.

    A document goes on only once its content has been looked at; photos and videos of a messenger
    are what they say.
    """
    if row.state in MISSING or (row.kind == "document" and not row.key):
        return False
    return bool(row.key) or (row.address.channel == channel and bool(row.ref))


def is_late(row: KeptFile, channel: str, now: datetime) -> bool:
    """Whether what it came with has gone to a chat of that channel without it."""
    waits = row.state == "waiting" and not is_there(row, channel)
    return waits and now - row.created_at >= LATE


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
    given = {"now": now, "besides": padded(besides), "limit": limit, "through": REACHED}
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
            KeptFile.through.in_(bindparam("through", expanding=True)),
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
