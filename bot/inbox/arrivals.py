"""Events that wait for their transaction: which belong together, and who waits for the outcome."""

import asyncio
from collections.abc import Sequence

from handlers.residents.unasked import draft_to_file
from storage.messages import ChatMember, Event

Waiting = tuple[Event, asyncio.Future[None]]


def to_file(arrived: Sequence[Event]) -> dict[str, ChatMember]:
    """The drafts that may be filed now, each with whose it is."""
    return {draft: event.member for event in arrived if (draft := draft_to_file(event))}


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
