"""Files that people uploaded to the web chat: whose they are, and whether they were said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    false,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from storage.files import Amount
from storage.people.bans import mark_of
from storage.tables import WebUpload

MARK = 16  # signs of each of the two marks of a network
UNSAID = WebUpload.said == false()  # as its index has it


@dataclass(frozen=True, slots=True)
class Standing:
    """Amounts that are kept: of an account, of a network and the wider one around it, and of all.

    ``unsaid``: in no message yet. ``day``: said or not, of the last day.
    """

    own_unsaid: Amount
    own_day: Amount
    network_unsaid: Amount
    network_day: Amount
    wider_unsaid: Amount
    wider_day: Amount
    all_unsaid: Amount


def network_of(salt: int, address: str, wider: str) -> str:
    """The marks of an address and of the network around it: who reads them learns neither."""
    marks = (mark_of(salt, "network", part)[:MARK] for part in (wider, address))
    return ".".join(marks)


def standing(session: Session, owner: str, network: str, since: datetime) -> Standing:
    """The amounts of that account and network, and of all; days begin at ``since``."""
    own = WebUpload.owner == owner
    here = (WebUpload.network == network, WebUpload.network != "")
    # Marks are of 0-9 and a-f, so that all that begin with one stand before it and a "g".
    around = (
        WebUpload.network.between(network[:MARK], f"{network[:MARK]}g"),
        WebUpload.network != "",
    )
    late = WebUpload.created_at >= since
    amounts = {
        "own_unsaid": _amount(own, UNSAID),
        "own_day": _amount(own, late),
        "network_unsaid": _amount(*here, UNSAID),
        "network_day": _amount(*here, late),
        "wider_unsaid": _amount(*around, UNSAID),
        "wider_day": _amount(*around, late),
        "all_unsaid": _amount(UNSAID),
    }
    # One statement: on PostgreSQL each is a way there and back.
    named = (amount.add_columns(literal(name)) for name, amount in amounts.items())
    found = session.execute(union_all(*named))
    return Standing(**{row[2]: Amount(row[0], int(row[1])) for row in found})


def unsaid(session: Session) -> Amount:
    """The amount of all uploads that are in no message yet."""
    files, size = session.execute(_amount(UNSAID)).one()
    return Amount(files, int(size))


def _amount(*which: ColumnElement[bool]) -> Select[int, int]:
    total = func.coalesce(func.sum(WebUpload.size), 0)
    return select(func.count(), total).where(*which)


def forget_networks(session: Session, before: datetime) -> None:
    """Forget the networks of uploads after a day: they are nobody's business."""
    session.execute(
        update(WebUpload)
        .where(WebUpload.network != "", WebUpload.created_at < before)
        .values(network="")
    )


def find(session: Session, ref: str) -> WebUpload | None:
    """The upload of that ref; the caller checks who asks."""
    return session.get(WebUpload, ref)


def say(session: Session, owner: str, refs: Sequence[str]) -> list[WebUpload]:
    """A person's uploads in that order, from now on part of a message; a stranger's are not there."""
    query = select(WebUpload).where(WebUpload.ref.in_(refs), WebUpload.owner == owner)
    found = {upload.ref: upload for upload in session.scalars(query.with_for_update())}
    for upload in found.values():
        upload.said = True
    return [found[ref] for ref in refs if ref in found]


def disown(session: Session, owner: str) -> None:
    """The uploads of an account are nobody's any more."""
    session.execute(update(WebUpload).where(WebUpload.owner == owner).values(owner="", said=False))


def disowned(session: Session, most: int) -> dict[str, str]:
    """Keys by ref of what is nobody's."""
    query = select(WebUpload.ref, WebUpload.key).where(WebUpload.owner == "")
    return {row.ref: row.key for row in session.execute(query.limit(most))}


def take_unneeded(session: Session, before: datetime, limit: int) -> dict[str, str]:
    """Keys by ref of what was not said by then, or is nobody's. Nobody can say it any more."""
    unsaid = select(WebUpload).where(WebUpload.said.is_(False))
    query = unsaid.where((WebUpload.created_at < before) | (WebUpload.owner == ""))
    lot = query.order_by(WebUpload.created_at).limit(limit).with_for_update(skip_locked=True)
    uploads = session.scalars(lot).all()
    for upload in uploads:
        upload.owner = ""
    return {upload.ref: upload.key for upload in uploads}


def forget(session: Session, refs: Sequence[str]) -> None:
    """Delete rows whose bytes are deleted."""
    session.execute(delete(WebUpload).where(WebUpload.ref.in_(refs)))
