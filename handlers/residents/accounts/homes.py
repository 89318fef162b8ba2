"""The home of a person with several accounts: pushes go there, or to another one if it is closed."""

from handlers.turn import Work
from storage.messages import Address
from storage.outbox import following
from storage.people import accounts
from storage.tables import Account, Resident


def move(work: Work, resident: Resident, to: Account) -> None:
    """Let pushes go to that account from now on, and those that wait as well."""
    before = resident.address
    accounts.move_home(work.session, resident, to, work.now)
    following.bring(work.session, [before], resident.address, work.now)


def leave(work: Work, resident: Resident, closed: Address) -> bool:
    """Let pushes go to another account, for that chat is closed; whether there is one that is open.

    Not to a channel in which the town does not converse: the words are said already.
    """
    if not resident.is_in(closed):
        return resident.is_open
    other = accounts.other_than(work.session, resident, closed, work.settings.without_dialogue)
    if other is None:
        return False
    move(work, resident, other)
    resident.home_fixed = False
    return True


def instead_of(work: Work, closed: Address) -> Address | None:
    """The chat that a push goes to in place of one that was found closed; None: there is none."""
    resident = accounts.at(work.session, closed)
    if resident is None or resident.withdrawn_at or not leave(work, resident, closed):
        return None
    return resident.address
