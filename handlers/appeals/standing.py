"""Conditions under which a message that waits is still true (``Reply.holds``), and whether they hold."""

from handlers.turn import Work
from storage.appeals import RUNNING
from storage.messages import Address
from storage.outbox import troubles
from storage.tables import Appeal, OutboxMessage


def in_this_state(appeal: Appeal) -> str:
    """As long as nothing has changed the appeal's state."""
    return f"state {_state(appeal)}"


def warned(appeal: Appeal) -> str:
    """As long as the appeal's clock runs and this is the last warning of it."""
    return f"warned {appeal.warned}"


def not_delivered() -> str:
    """As long as the last message about the appeal has not reached its resident."""
    return "undelivered"


def today(work: Work) -> str:
    """Until the day ends in the municipality."""
    return f"day {_day(work)}"


def not_sent(row_id: int) -> str:
    """As long as that other message waits."""
    return f"unsent {row_id}"


def in_trouble(where: Address) -> str:
    """As long as the trouble of that channel or chat lasts."""
    return f"trouble {where}"


def is_true(work: Work, appeal_id: int | None, holds: str) -> bool:
    """Whether the condition of a message about that appeal holds. An unknown one does."""
    kind, _, value = holds.partition(" ")
    if kind == "day":
        return value == _day(work)
    if kind == "unsent":
        row = work.session.get(OutboxMessage, int(value))
        return row is not None and row.done_at is None
    if kind == "trouble":
        channel, _, chat = value.partition(":")
        return troubles.find(work.session, Address(channel, chat)) is not None
    appeal = work.session.get(Appeal, appeal_id) if appeal_id else None
    if appeal is None:
        return True
    if kind == "state":
        return value == _state(appeal)
    if kind == "warned":
        return appeal.state in RUNNING and appeal.warned == value
    return appeal.undelivered if kind == "undelivered" else True


def _state(appeal: Appeal) -> str:
    return f"{appeal.state} {appeal.state_at.isoformat()}"


def _day(work: Work) -> str:
    return work.today
