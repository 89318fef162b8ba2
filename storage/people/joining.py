"""Joining two residents to one person, and parting an account from its person again.

Whoever joins or parts has locked the residents' rows, in the order of their ids (``hold``).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from storage.database.errors import MetAnother
from storage.database.known import known
from storage.people import accounts
from storage.tables import Account, Appeal, Consent, Erasure, HistoryEntry, Resident

GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"


def hold(session: Session, names: Collection[accounts.Name]) -> list[Account]:
    """The accounts of these names, in their order, the rows of their residents locked.

    Raises MetAnother if one has become another person's while the lock was waited for.
    """
    before = [accounts.find(session, *name) for name in names]
    ids = sorted({one.resident_id for one in before if one})
    locked = select(Resident).where(Resident.id.in_(ids)).order_by(Resident.id)
    found = session.scalars(
        locked.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).all()
    now = [accounts.find_anew(session, *name) for name in names]
    theirs = [one for one in now if one]
    if len(found) < len(ids) or {one.resident_id for one in theirs} != set(ids):
        raise MetAnother
    return theirs


def is_being_erased(session: Session, ids: Collection[int]) -> bool:
    """Whether something of one of these residents is being erased just now."""
    query = select(Erasure.id).where(Erasure.resident_id.in_(ids)).limit(1)
    return session.scalar(query) is not None


def absorb(session: Session, keeper: Resident, other: Resident) -> None:
    """Make all that is ``other``'s the ``keeper``'s; ``other`` is no more."""
    for one in (keeper, other):
        note_who_consented(session, one)
    accounts.note_home(session, other)
    for table in (Account, Appeal, Consent):
        session.execute(
            update(table).where(table.resident_id == other.id).values(resident_id=keeper.id)
        )
    keeper.greeted_at = min(filter(None, (keeper.greeted_at, other.greeted_at)), default=None)
    keeper.name = keeper.name or other.name
    session.flush()
    session.delete(other)
    session.flush()
    settle_consent(session, keeper)
    _forget(session, keeper.id, other.id)


def part(session: Session, resident: Resident, group: Sequence[Account], now: datetime) -> Resident:
    """Make these accounts a resident of their own, with what was filed and agreed to from them.

    Pushes to whoever is left behind go to the account that was their home last. Raises MetAnother
    if nobody would be left, or nobody goes.
    """
    ids = [one.id for one in group]
    heir = accounts.best([one for one in accounts.of(session, resident.id) if one.id not in ids])
    goes = accounts.best(group)
    if heir is None or goes is None:
        raise MetAnother
    at_home = [one for one in group if accounts.is_home(resident, *accounts.name_of(one))]
    if at_home:
        goes = at_home[0]
        accounts.move_home(session, resident, heir, now)
        resident.home_fixed = False
    alone = Resident(
        municipality_id=resident.municipality_id,
        channel=goes.channel,
        account=goes.account,
        chat=goes.chat,
        through=goes.through,
        blocked_at=goes.blocked_at,
        created_at=goes.created_at,
        greeted_at=resident.greeted_at,
    )
    session.add(alone)
    session.flush()
    filed = filed_from(session, resident.id, group)
    for table, theirs in (
        (Account, Account.id.in_(ids)),
        (Consent, Consent.account_id.in_(ids)),
        (Appeal, Appeal.id.in_(filed)),
    ):
        session.execute(update(table).where(theirs).values(resident_id=alone.id))
    session.flush()
    for one in (resident, alone):
        settle_consent(session, one)
    _forget(session, resident.id, alone.id)
    return alone


def filed_from(session: Session, resident_id: int, group: Sequence[Account]) -> Sequence[int]:
    """The appeals of a resident that were filed from these accounts: so says their history."""
    query = (
        select(Appeal.id)
        .join(HistoryEntry, HistoryEntry.appeal_id == Appeal.id)
        .where(
            Appeal.resident_id == resident_id,
            HistoryEntry.action == "file",
            HistoryEntry.actor.in_([":".join(accounts.name_of(one)) for one in group]),
        )
    )
    return session.scalars(query).all()


def note_who_consented(session: Session, resident: Resident) -> None:
    """Note of a resident with one account that what was said about consent was said there."""
    theirs = accounts.of(session, resident.id)
    if len(theirs) == 1:
        session.execute(
            update(Consent)
            .where(Consent.resident_id == resident.id, Consent.account_id.is_(None))
            .values(account_id=theirs[0].id)
        )


def settle_consent(session: Session, resident: Resident) -> None:
    """Let the earliest consent that is in force in one of the person's accounts be the person's."""
    lines = select(Consent).where(Consent.resident_id == resident.id).order_by(Consent.id)
    in_force: dict[int | None, Consent] = {}
    for line in session.scalars(lines):
        if line.action == GIVEN:
            in_force.setdefault(line.account_id, line)
        else:
            in_force.pop(line.account_id, None)
    first = min(in_force.values(), key=lambda line: (line.at, line.id), default=None)
    resident.consent_at = first.at if first else None
    resident.consent_version = first.version if first else ""
    session.flush()


def fold_in(session: Session, keeper: Resident, name: accounts.Name) -> None:
    """Join to a person the resident whom the program before made of an account of theirs."""
    stray = session.scalar(
        select(Resident).where(
            Resident.channel == name[0], Resident.account == name[1], Resident.id != keeper.id
        )
    )
    if stray is None or is_being_erased(session, [stray.id]):
        return
    account = accounts.find(session, *name)
    session.execute(
        update(Consent)
        .where(Consent.resident_id == stray.id)
        .values(account_id=account.id if account else None)
    )
    absorb(session, keeper, stray)


def _forget(session: Session, *ids: int) -> None:
    """What this transaction knows of these residents is not so any more."""
    remembered = known(session)
    gone = [name for name, one in remembered.residents.items() if one is None or _id_of(one) in ids]
    for name in gone:
        del remembered.residents[name]
    for one in ids:
        remembered.awaiting.pop(one, None)
    nth = remembered.filing.nth
    remembered.filing.nth = {key: at for key, at in nth.items() if key[0] not in ids}
    for row in session:
        if isinstance(row, Appeal):
            session.expire(row, ["resident_id", "resident"])


def _id_of(resident: Resident) -> int:
    identity = inspect(resident).identity
    return int(identity[0]) if identity else 0
