"""Duties: work that only one replica may do at a time, run by the one that owns it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from bot.protocol import Adapter
from bot.replicas.link import Link

FETCHING = "fetching"
JOBS = "jobs"
ERASING = "erasing"
WAKE, SHARE = "work", "share"  # topics among replicas
ASK_EVERY = 5.0  # seconds between two questions of a replica that wants a duty
GIVEN_FOR = 3.0  # seconds before a duty that was given away is wanted again


def polling(adapter: Adapter) -> str:
    """The duty to ask a messenger for updates; each token has its own."""
    return f"polling:{adapter.channel}:{adapter.account}"


def delivering(adapter: Adapter) -> str:
    """The duty to send a channel's outbox; each token has its own."""
    return f"delivering:{adapter.channel}:{adapter.account}"


class Duties:
    """Runs parts while this replica owns their duties.

    The replica that starts first takes all duties. A replica that has two fewer than another asks
    it for one, and is given it.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._wanted: set[str] = set()
        self._ours: dict[str, asyncio.Event] = {}  # set: it is given away
        link.listen(SHARE, self._give, lambda _: None)

    async def do(
        self, duty: str, part: Callable[[], Awaitable[None]], *, shared: bool = True
    ) -> None:
        """Run ``part`` whenever the duty is ours, until cancelled or the part returns.

        The part is cancelled if the duty is lost, or given to a replica with fewer; a duty that is
        not ``shared`` is not given. The part may finish what it has begun.
        """
        done = False
        while not done:
            given = asyncio.Event()
            if shared:
                self._wanted.add(duty)
            async with self._link.own(duty) as lost:
                self._wanted.discard(duty)
                if not lost.is_set():
                    if shared:
                        self._ours[duty] = given
                    try:
                        done = await _until(lost, given, part)
                    finally:
                        self._ours.pop(duty, None)
            if given.is_set() and not done:
                await asyncio.sleep(GIVEN_FOR)

    async def share(self) -> None:
        """Ask the others for duties that they may give, until cancelled."""
        while True:
            await asyncio.sleep(ASK_EVERY)
            if self._wanted:
                self._link.send(SHARE, " ".join([str(len(self._ours)), *sorted(self._wanted)]))

    def _give(self, asked: str) -> None:
        """Give one duty away, of the kind of which we have most: half of the channels, say."""
        has, *wanted = asked.split()
        mine = sorted(set(wanted) & self._ours.keys())
        giving = any(given.is_set() for given in self._ours.values())
        if mine and not giving and len(self._ours) - int(has) >= 2:
            kinds = Counter(kind_of(duty) for duty in self._ours)
            self._ours[max(mine, key=lambda duty: (kinds[kind_of(duty)], duty))].set()


def kind_of(duty: str) -> str:
    """The kind of a duty, without its channel and account."""
    return duty.partition(":")[0]


class Wakeable(Protocol):
    """A part that waits for work."""

    def wake(self) -> None:
        """Look for work soon."""


class Wakes:
    """Wakes the parts that a commit may have given work, here or on the replica that owns them."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.parts: Mapping[str, Wakeable] = {}  # by duty
        link.listen(WAKE, lambda _: self._wake_all(), lambda _: self._wake_all())

    def notify(self) -> None:
        """Wake the parts after a commit; those of other replicas only if some duty is theirs."""
        self._wake_all()
        if not self._link.owns(self.parts):
            self._link.send(WAKE)

    def _wake_all(self) -> None:
        for part in self.parts.values():
            part.wake()


async def _until(
    lost: asyncio.Event, given: asyncio.Event, part: Callable[[], Awaitable[None]]
) -> bool:
    """Run the part until an event is set; return whether it ended by itself. Raises its errors."""
    working = asyncio.ensure_future(part())
    ending = [asyncio.create_task(one.wait()) for one in (lost, given)]
    try:
        await asyncio.wait({working, *ending}, return_when=asyncio.FIRST_COMPLETED)
        return working.done() and not working.cancelled()
    finally:
        for one in ending:
            one.cancel()
        working.cancel()
        # Its own ending may take seconds: what is on its way is finished before others begin.
        await asyncio.wait({working})
        if not working.cancelled():
            working.result()
