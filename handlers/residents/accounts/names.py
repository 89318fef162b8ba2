"""The accounts of a person in words, and the person whom an event is from."""

from handlers.turn import Turn
from storage.people import accounts, residents
from storage.tables import Account, Reached, Resident


def person_of(turn: Turn) -> Resident:
    """The resident whom the event is from."""
    return residents.find_or_add(turn.session, turn.municipality.id, turn.event.member, turn.now)


def account_of(turn: Turn) -> Account:
    """The account that the event is from. Raises LookupError: a resident was met without one."""
    person = turn.event.person
    found = accounts.find_anew(turn.session, person.channel, person.account)
    if found is None:
        raise LookupError("an account that is nobody's")
    return found


def named(turn: Turn, one: Reached) -> str:
    """The channel of an account; of the one that the event is from, that it is this chat."""
    channel = turn.texts(f"channel-{one.channel}")
    return turn.texts("link-name-here", channel=channel) if is_here(turn, one) else channel


def is_here(turn: Turn, one: Reached) -> bool:
    """Whether the event is from that account."""
    person = turn.event.person
    return accounts.name_of(one) == (person.channel, person.account)


def all_named(turn: Turn, resident: Resident) -> str:
    """The channels of all accounts of a person, in a row."""
    return ", ".join(named(turn, one) for one in accounts.of(turn.session, resident.id))
