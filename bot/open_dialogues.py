"""Dialogues that nobody answered, as a messenger tells them."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from storage.messages import Address


@dataclass(frozen=True, slots=True)
class OpenDialogue:
    """A dialogue that nobody answered; an employee opens it by ``link``."""

    address: Address
    name: str
    link: str


# Those since a moment that is asked about; None: the messenger does not tell.
Dialogues = Awaitable[Sequence[OpenDialogue] | None]
