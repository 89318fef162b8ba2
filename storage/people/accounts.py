"""Accounts of residents, and the one of each person that pushes go to: the home.

Of the home the chat, our account and whether it is blocked stand in the resident's row. They change
places with those of another account as that one becomes the home.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storage.messages import Address
from storage.tables import Account, Consent, LinkCode, Reached, Resident, in_chat

Name = tuple[str, str]


def of(session: Session, resident_id: int) -> Sequence[Account]:
    """The accounts of a person, the one that was met first first."""
    query = select(Account).where(Account.resident_id == resident_id).order_by(Account.id)
    return session.scalars(query).all()


def name_of(one: Reached) -> Name:
    """The name of an account: its channel, and what it is called there."""
    return one.channel, one.account


def find(session: Session, channel: str, account: str) -> Account | None:
    """The account of that name."""
    query = select(Account).where(Account.channel == channel, Account.account == account)
    return session.scalar(query)


def find_anew(session: Session, channel: str, account: str) -> Account | None:
    """The same, read again though this transaction has read it before."""
    query = select(Account).where(Account.channel == channel, Account.account == account)
    return session.scalar(query.execution_options(populate_existing=True))


def add(session: Session, resident: Resident, now: datetime) -> None:
    """Note the home of a new person as an account, or of one whom the program before made."""
    session.add(
        Account(
            resident_id=resident.id,
            channel=resident.channel,
            account=resident.account,
            chat=resident.chat,
            through=resident.through,
            blocked_at=resident.blocked_at,
            created_at=now,
            home_at=now,
        )
    )
    session.flush()


def is_home(resident: Resident, channel: str, account: str) -> bool:
    """Whether pushes to that person go to that account."""
    return (resident.channel, resident.account) == (channel, account)


def way_to(session: Session, resident: Resident, channel: str, account: str) -> Reached:
    """The row that says how the person is reached in that account of theirs."""
    if is_home(resident, channel, account):
        return resident
    return find(session, channel, account) or resident


def ways_to(session: Session, resident: Resident) -> list[Reached]:
    """The rows that say how the person is reached, the home first."""
    others = [one for one in of(session, resident.id) if not is_home(resident, *name_of(one))]
    return [resident, *others]


def names(session: Session, resident: Resident) -> list[Name]:
    """The names of all accounts of a person, the home's first."""
    return [name_of(one) for one in ways_to(session, resident)]


def is_of(session: Session, resident: Resident, chat: Address) -> bool:
    """Whether that chat is the person's, in whichever account."""
    if resident.address == chat:
        return True
    return any(one.address == chat for one in ways_to(session, resident))


def at(session: Session, chat: Address) -> Resident | None:
    """The person whose private chat it is."""
    home = session.scalar(select(Resident).where(in_chat(Resident, chat)).limit(1))
    if home:
        return home
    with_one = Resident.id == Account.resident_id
    query = select(Resident).join(Account, with_one).where(in_chat(Account, chat))
    return session.scalar(query.limit(1))


def other_than(
    session: Session, resident: Resident, chat: Address, closed: Collection[str] = ()
) -> Account | None:
    """An account in which the person can be reached, which is not that chat: the last home first.

    None of the ``closed`` channels.
    """
    others = [
        one
        for one in of(session, resident.id)
        if one.channel not in closed
        and not one.is_in(chat)
        and not is_home(resident, *name_of(one))
        and one.is_open
    ]
    return best(others)


def best(those: Sequence[Account]) -> Account | None:
    """The one of these accounts to be the home: one that can be reached, the last home first."""
    return max(those, key=lambda one: (one.is_open, one.home_at), default=None)


def note_home(session: Session, resident: Resident) -> None:
    """Keep in the row of the home how the person is reached there: it will not be the home."""
    if home := find(session, resident.channel, resident.account):
        home.chat, home.through = resident.chat, resident.through
        home.blocked_at = resident.blocked_at


def move_home(session: Session, resident: Resident, to: Account, now: datetime) -> None:
    """Let pushes go to that account from now on."""
    if is_home(resident, *name_of(to)):
        return
    note_home(session, resident)
    resident.channel, resident.account = to.channel, to.account
    resident.chat, resident.through, resident.blocked_at = to.chat, to.through, to.blocked_at
    to.home_at = now
    session.flush()


def forget(session: Session, resident_ids: Sequence[int]) -> None:
    """Delete the accounts of these residents, and what knows them by their ids, which may be given again."""
    ids = session.scalars(select(Account.id).where(Account.resident_id.in_(resident_ids))).all()
    theirs = or_(LinkCode.account_id.in_(ids), LinkCode.entered_by.in_(ids))
    session.execute(delete(LinkCode).where(theirs))
    session.execute(
        update(Consent).where(Consent.resident_id.in_(resident_ids)).values(account_id=None)
    )
    session.execute(delete(Account).where(Account.id.in_(ids)))
