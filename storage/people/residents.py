"""Residents and their consent."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from storage.database.errors import MetAnother
from storage.database.in_lists import is_one_of, keys_as
from storage.database.known import known
from storage.messages import Address, ChatMember
from storage.people import accounts, joining
from storage.tables import Account, Consent, Resident, in_chat


def read(session: Session, members: Collection[ChatMember]) -> list[int]:
    """Read these accounts' residents at once, for ``find`` in this transaction; their ids."""
    names = {(member.channel, member.account) for member in members}
    found = known(session).residents
    found |= dict.fromkeys(names) | _read(session, names)
    return list({resident.id for resident in found.values() if resident})


def _read(session: Session, names: Collection[accounts.Name]) -> dict[accounts.Name, Resident]:
    """The residents of these accounts, in one statement."""
    dialect = session.get_bind().dialect.name
    homes: dict[accounts.Name, Resident] = {}
    theirs: dict[accounts.Name, Resident] = {}
    rows = session.execute(_of_accounts(dialect), keys_as("accounts", dialect, names))
    for resident, channel, account in rows:
        home = (resident.channel, resident.account)
        if channel and account and (channel, account) in names:
            theirs[channel, account] = resident
        elif home in names:
            homes[home] = resident
    known(session).without_account |= homes.keys() - theirs.keys()
    known(session).strays |= {
        name for name, home in homes.items() if theirs.get(name, home) is not home
    }
    return homes | theirs


@cache
def _of_accounts(dialect: str) -> Select[Resident, str | None, str | None]:
    """Those of whom there is a row for the account, and those whom the program before made alone."""
    is_theirs = is_one_of("accounts", dialect, Account.channel, Account.account)
    ids = select(Account.resident_id).where(is_theirs)
    is_home = is_one_of("accounts", dialect, Resident.channel, Resident.account)
    either = ids.union_all(select(Resident.id).where(is_home))
    return (
        select(Resident, Account.channel, Account.account)
        .outerjoin(Account, Account.resident_id == Resident.id)
        .where(Resident.id.in_(either))
    )


def find(session: Session, channel: str, account: str) -> Resident | None:
    """The resident of that account."""
    name = (channel, account)
    read_before = known(session).residents
    if name in read_before:
        found = read_before[name]
        if found is None or not found.withdrawn_at:  # else: erased in this transaction
            return found
    return _read(session, {name}).get(name)


def find_or_add(
    session: Session, municipality_id: int, member: ChatMember, now: datetime
) -> Resident:
    """The resident of that account, made at first contact (without a name)."""
    name = (member.channel, member.account)
    resident = find(session, *name)
    if resident is None:
        resident = Resident(
            municipality_id=municipality_id,
            channel=member.channel,
            account=member.account,
            chat=member.chat,
            through=member.channel,
            created_at=now,
        )
        session.add(resident)
        session.flush()
        known(session).residents[name] = resident
        known(session).without_account.add(name)
    if name in known(session).strays:
        joining.fold_in(session, resident, name)
        known(session).strays.discard(name)
    if name in known(session).without_account:
        accounts.add(session, resident, now)
        known(session).without_account.remove(name)
    return resident


def note_consent(
    session: Session,
    resident: Resident,
    action: str,
    version: str,
    now: datetime,
    account: Account | None = None,
) -> None:
    """Keep that consent was given, refused or withdrawn; ``account``: in which of several."""
    where = account.id if account else None
    line = Consent(
        resident_id=resident.id, at=now, action=action, version=version, account_id=where
    )
    session.add(line)


def has_consented(session: Session, channel: str, account: str) -> bool:
    """Whether that account's consent is in force."""
    resident = find(session, channel, account)
    return bool(resident and resident.consent_at and not resident.withdrawn_at)


def keeps_consent(session: Session, channel: str, account: str) -> bool:
    """Whether it is in force, and stays so until this transaction ends.

    What is kept of a person beside their conversation asks this: who erases waits for it, so that
    nothing is kept behind an erasure.
    """
    known(session).residents.pop((channel, account), None)
    found = find(session, channel, account)
    if found is None:
        return False
    query = select(Resident).where(Resident.id == found.id).with_for_update(read=True)
    resident = session.scalar(query.execution_options(populate_existing=True))
    return bool(resident and resident.consent_at and not resident.withdrawn_at)


def hold(session: Session, resident: Resident) -> None:
    """Wait for whoever keeps something of that person just now; others wait until we are done.

    Raises MetAnother if they are joined to another of their accounts meanwhile.
    """
    # Not for the foreign keys of what they file: those do not ask.
    query = select(Resident.id).where(Resident.id == resident.id).with_for_update(key_share=True)
    if session.scalar(query) is None:
        raise MetAnother


def has_refused(session: Session, resident: Resident) -> bool:
    """Whether refusing was the last that the resident said about consent."""
    last = session.scalar(
        select(Consent.action)
        .where(Consent.resident_id == resident.id)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return last == "refused"


def mark_blocked(session: Session, chat: Address, at: datetime | None) -> None:
    """The messenger does not deliver to them (since ``at``), or again does (None)."""
    for table in (Resident, Account):
        session.execute(update(table).where(in_chat(table, chat)).values(blocked_at=at))
