"""Brings a batch of updates to the inbox."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

Taking = Coroutine[Any, Any, None]


async def bring(arrived: Iterable[tuple[bool, str, Taking]]) -> None:
    """Take what came: whether its chat is private, that chat, and how it is taken.

    Chats go side by side, each in its order. Raises the first error once all are through. The inbox
    keeps what waits together in one transaction, in the order in which it came to wait. A private
    chat comes at once: nobody who presses and writes without end holds up the others of the batch.
    Of a group a messenger may have to be asked first: one after the other.
    """
    chats: defaultdict[tuple[bool, str], list[Taking]] = defaultdict(list)
    for private, chat, taking in arrived:
        chats[private, chat].append(taking)
    try:
        found = await asyncio.gather(
            *(
                _at_once(takings) if private else _one_by_one(takings)
                for (private, _), takings in chats.items()
            ),
            return_exceptions=True,
        )
    finally:  # of those that did not begin: one before them failed, or all of it was cancelled
        for taking in (one for takings in chats.values() for one in takings):
            taking.close()
    _raise_first(found)


async def _at_once(takings: Sequence[Taking]) -> None:
    _raise_first(await asyncio.gather(*takings, return_exceptions=True))


async def _one_by_one(takings: Sequence[Taking]) -> None:
    for taking in takings:
        await taking


def _raise_first(outcomes: Iterable[BaseException | None]) -> None:
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
