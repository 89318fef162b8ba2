"""Residents and their consent."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from storage.database.in_lists import is_one_of, keys_as
from storage.database.known import known
from storage.messages import Address, ChatMember
from storage.tables import Consent, Resident, in_chat


def read(session: Session, members: Collection[ChatMember]) -> list[int]:
    """Read these accounts' residents at once, for ``find`` in this transaction; their ids."""
    accounts = {(member.channel, member.account) for member in members}
    found = known(session).residents
    found |= dict.fromkeys(accounts)
    dialect = session.get_bind().dialect.name
    keys = keys_as("accounts", dialect, accounts)
    for resident in session.scalars(_of_accounts(dialect), keys):
        found[resident.channel, resident.account] = resident
    return [resident.id for resident in found.values() if resident]


@cache
def _of_accounts(dialect: str) -> Select[Resident]:
    return select(Resident).where(
        is_one_of("accounts", dialect, Resident.channel, Resident.account)
    )


def find(session: Session, channel: str, account: str) -> Resident | None:
    """The resident of that account."""
    read_before = known(session).residents
    if (channel, account) in read_before:
        found = read_before[channel, account]
        if found is None or found.account == account:  # else: deleted in this transaction
            return found
    return session.scalar(
        select(Resident).where(Resident.channel == channel, Resident.account == account)
    )


def find_or_add(
    session: Session, municipality_id: int, member: ChatMember, now: datetime
) -> Resident:
    """The resident of that account, made at first contact (without a name)."""
    resident = find(session, member.channel, member.account)
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
        known(session).residents[member.channel, member.account] = resident
    return resident


def note_consent(
    session: Session, resident: Resident, action: str, version: str, now: datetime
) -> None:
    """Keep that consent was given, refused or withdrawn."""
    session.add(Consent(resident_id=resident.id, at=now, action=action, version=version))


def has_consented(session: Session, channel: str, account: str) -> bool:
    """Whether that account's consent is in force."""
    resident = find(session, channel, account)
    return bool(resident and resident.consent_at and not resident.withdrawn_at)


def keeps_consent(session: Session, channel: str, account: str) -> bool:
    """Whether it is in force, and stays so until this transaction ends.

    What is kept of a person beside their conversation asks this: who erases waits for it, so that
    nothing is kept behind an erasure.
    """
    query = select(Resident).where(Resident.channel == channel, Resident.account == account)
    locked = query.with_for_update(read=True).execution_options(populate_existing=True)
    resident = session.scalar(locked)
    return bool(resident and resident.consent_at and not resident.withdrawn_at)


def hold(session: Session, resident: Resident) -> None:
    """Wait for whoever keeps something of that person just now; others wait until we are done."""
    # Not for the foreign keys of what they file: those do not ask.
    session.execute(
        select(Resident.id).where(Resident.id == resident.id).with_for_update(key_share=True)
    )


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
    session.execute(update(Resident).where(in_chat(Resident, chat)).values(blocked_at=at))
