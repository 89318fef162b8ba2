"""One owner among the replicas: what only one of them may do at a time, done by whoever's it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog

from bot.adapters.base import Adapter
from storage.link import Link

FETCHING = "fetching"
JOBS = "jobs"
ERASING = "erasing"
WORK = "work"  # a topic among replicas

log = structlog.get_logger()


def polling(adapter: Adapter) -> str:
    """The duty to ask a messenger for updates: each token's own."""
    return f"polling:{adapter.channel}:{adapter.account}"


def delivering(adapter: Adapter) -> str:
    """The duty to send a channel's outbox: each token's own."""
    return f"delivering:{adapter.channel}:{adapter.account}"


class Duties:
    """Runs parts for as long as they are ours; without a link (SQLite) they always are."""

    def __init__(self, link: Link | None) -> None:
        self._link = link

    async def do(self, duty: str, part: Callable[[], Awaitable[None]]) -> None:
        """Run a part whenever the duty is ours, until cancelled or the part returns.

        Where the duty is lost the part is cancelled, and may finish what it has begun.
        """
        if self._link is None:
            await part()
            return
        done = False
        while not done:
            async with self._link.holding(duty) as lost:
                if not lost.is_set():
                    log.info("duty_taken", duty=duty)
                    done = await _until(lost, part)
                    log.info("duty_left", duty=duty, lost=lost.is_set())


class Wakeable(Protocol):
    """A part that waits for work."""

    def wake(self) -> None:
        """There may be some."""


class Work:
    """Wakes the parts that a commit may have given work, here or on the replica that owns them."""

    def __init__(self, link: Link | None) -> None:
        self._link = link
        self.parts: Mapping[str, Wakeable] = {}  # by duty
        if link:
            link.listen(WORK, lambda _: self._wake_all(), lambda _: self._wake_all())

    def is_there(self) -> None:
        """Something was committed. Who owns all the duties tells nobody."""
        self._wake_all()
        if self._link and not self._link.held.issuperset(self.parts):
            self._link.tell(WORK)

    def _wake_all(self) -> None:
        for part in self.parts.values():
            part.wake()


async def _until(lost: asyncio.Event, part: Callable[[], Awaitable[None]]) -> bool:
    """Run the part until the event is set; whether it returned by itself. Raises what it raised."""
    working = asyncio.ensure_future(part())
    losing = asyncio.create_task(lost.wait())
    try:
        await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
        return working.done() and not working.cancelled()
    finally:
        losing.cancel()
        working.cancel()
        # Its own ending may take seconds: what is on its way is finished before others begin.
        await asyncio.wait({working})
        if not working.cancelled():
            working.result()
