"""What comes to the program at the same moment, and the orders in which it may take it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from storage.messages import Event
from tests.support.towns.model import Model


@dataclass(frozen=True)
class Last:
    """The event that does something, and what it does in the model.

    ``key``: of the form that it sends.
    """

    event: Event
    does: Callable[[Model], None]
    key: str = ""


def orders(lasts: Sequence[Last]) -> list[tuple[Last, ...]]:
    """The orders that are right: as ``Inbox.accept`` promises, those of one private chat keep theirs.

    Others may overtake: before a press in the staff chat is asked whether who presses is its member.
    """
    return [
        tuple(lasts[number] for number in order)
        for order in permutations(range(len(lasts)))
        if all(
            one < other or not _is_kept(lasts[one], lasts[other])
            for one, other in combinations(order, 2)
        )
    ]


def _is_kept(one: Last, other: Last) -> bool:
    return one.event.private and one.event.address == other.event.address
