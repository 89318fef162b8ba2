"""Events that wait for their transaction: which belong together, and who waits for the outcome."""

import asyncio
from collections.abc import Sequence

from handlers.residents.unasked import draft_to_file
from storage.messages import Event

Waiting = tuple[Event, asyncio.Future[None]]


def place(event: Event) -> tuple[str, str, str]:
    """Where a person's dialogue is kept."""
    return (event.address.channel, event.address.chat, event.person.account)


def to_file(arrived: Sequence[Event]) -> dict[str, tuple[str, str]]:
    """The drafts that may be filed now, each with its account."""
    return {
        draft: (event.person.channel, event.person.account)
        for event in arrived
        if (draft := draft_to_file(event))
    }


def taken_from(new: set[tuple[str, str]], event: Event) -> bool:
    """Whether it is one of those; the same again is not."""
    before = len(new)
    new.discard((event.address.channel, event.id))
    return len(new) < before


def release(batch: Sequence[Waiting], error: Exception | None) -> None:
    """Tell whoever waits that it is done, or what has gone wrong."""
    for _, done in batch:
        if error and not done.done():
            done.set_exception(error)
        elif not done.done():
            done.set_result(None)
