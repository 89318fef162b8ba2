"""Bound the uploads that are being received at once: the bytes of each take memory.

If all places are taken, an upload that sends too slowly gives way to a new one, else one of the
network that has the most. So whoever has many addresses of one network keeps nobody else out.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot.http.bodies import ends_now

MOST = 160  # of residents, up to 0.2 MB of memory each
MOST_OF_STAFF = 40
GRACE = 5.0  # seconds that an upload may be silent
RATE = 16 * 1024  # bytes a second, beyond the grace: only asked for while others wait for a place

log = structlog.get_logger()


class Place:
    """The place of one upload; ``gave_way`` once it was taken back."""

    def __init__(self, network: str, time: asyncio.Timeout, timer: Callable[[], float]) -> None:
        self.network = network
        self.time = time
        self.gave_way = False
        self._timer = timer
        self._left = GRACE
        self._until: float | None = None  # None: nothing is waited for

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Wait in the block for bytes of the sender. Time that we need ourselves is not counted."""
        self._until = self._timer() + self._left
        try:
            yield
        finally:
            self._left, self._until = self._until - self._timer(), None

    def came(self, size: int) -> None:
        """Count ``size`` bytes that were waited for."""
        self._left = min(GRACE, self._left + size / RATE)

    @property
    def late(self) -> float:
        """The seconds for which its sender has been too slow; zero or less: it is not."""
        return 0.0 if self._until is None else self._timer() - self._until


class Receiving:
    """The places for uploads: at most ``most``."""

    def __init__(self, most: int, timer: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._timer = timer
        self._places: dict[Place, None] = {}  # the oldest first

    @contextmanager
    def one(self, network: str, time: asyncio.Timeout) -> Iterator[Place | None]:
        """Give a place until the context ends; None if there is none for ``network`` now.

        If the place has to be given up before, ``time`` ends at once.
        """
        if not self.has_room(network):
            log.warning("uploads_full")
            yield None
            return
        if len(self._places) >= self._most and (gives_way := self._gives_way(network)):
            log.info("upload_gives_way", late=gives_way.late > 0)
            del self._places[gives_way]
            gives_way.gave_way = True
            ends_now(gives_way.time)
        place = Place(network, time, self._timer)
        self._places[place] = None
        try:
            yield place
        finally:
            self._places.pop(place, None)

    def has_room(self, network: str) -> bool:
        """Whether ``network`` would get a place now, perhaps that of another upload."""
        return len(self._places) < self._most or self._gives_way(network) is not None

    def _gives_way(self, network: str) -> Place | None:
        return self._slowest() or self._of_the_largest(network)

    def _slowest(self) -> Place | None:
        slowest = max(self._places, key=lambda place: place.late)
        return slowest if slowest.late > 0 else None

    def _of_the_largest(self, network: str) -> Place | None:
        """The newest of the network with the most, if that has more than ``network`` would have."""
        counts = Counter(place.network for place in self._places)
        [(largest, count)] = counts.most_common(1)
        if count <= counts[network] + 1:
            return None
        return next(place for place in reversed(self._places) if place.network == largest)
