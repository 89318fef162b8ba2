"""The staff chat that an employee speaks in, and which appeals it has."""

from handlers.showing import whole_number
from handlers.turn import Turn
from storage import appeals
from storage.tables import Appeal, StaffChat


def chat_of(turn: Turn) -> StaffChat:
    """The staff chat that the event comes from, or from the group of which."""
    if turn.staff_chat is None:
        raise LookupError("an employee's event comes from a staff chat")
    return turn.staff_chat


def is_home(turn: Turn) -> bool:
    """Whether it is the staff chat itself, and not another topic of its group: there people talk."""
    return chat_of(turn).is_in(turn.event.address)


def only_of(turn: Turn) -> int | None:
    """The chat whose appeals alone are shown here; None: the main chat has all."""
    chat = chat_of(turn)
    return None if chat.main else chat.id


def appeal_here(turn: Turn, appeal_id: int | None) -> Appeal | None:
    """The appeal, if this chat has it."""
    found = appeals.get(turn.session, appeal_id) if appeal_id else None
    return found if found and only_of(turn) in (None, found.staff_chat_id) else None


def named(turn: Turn, argument: str) -> Appeal | None:
    """The appeal that a press names, if this chat has it."""
    return appeal_here(turn, whole_number(argument))
