"""Keep to MAX's limits of calls, for the whole bot and for each chat.

30 calls a second for a bot, 2 messages and 2 edits a second for a chat (dev.max.ru, read 2026-11).
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CALLS_PER_SECOND = 30
SAMPLES = 100  # calls, to know the shortest way
SURE = 0.9  # of it: the way there and the way back need not have been shortest in one call
SECOND = 1.0
MOST_CHATS = 2_000  # remembered; who has been quiet for a second is forgotten first


class Pace:
    """Lets calls begin one after the other; those that can wait are overtaken.

    MAX counts a call on its way, we do not know when. The quickest call tells the shortest time of
    the way there and back. The next call may begin that time before the second after an answer ends.
    """

    def __init__(self, per_second: int = CALLS_PER_SECOND) -> None:
        self._most = per_second
        self._gap = 1 / per_second
        self._next = 0.0  # when one may begin, as far as the last one counts
        self._under_way = 0
        self._ended: deque[float] = deque()  # within a second; less the shortest way
        self._took: deque[float] = deque(maxlen=SAMPLES)
        self._numbers = itertools.count()
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def one(self, *, later: bool = False) -> AsyncIterator[None]:
        """Wait until a call may begin. ``later``: those that somebody waits for go before it."""
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (later, next(self._numbers), future))
        self._let_begin()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():  # it had begun just now
                self._end(0.0)
            raise
        began = _now()
        try:
            yield
        finally:
            self._end(_now() - began)

    def _end(self, took: float) -> None:
        self._under_way -= 1
        self._took.append(took)
        shortest = min(self._took) if len(self._took) == SAMPLES else 0.0
        self._ended.append(_now() - SURE * shortest)
        self._let_begin()

    def _let_begin(self) -> None:
        """Let all begin that may, and look again when the next may."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            opens, now = self._opens_at(), _now()
            if opens is None:  # as soon as a call has ended
                return
            if opens > now:
                self._timer = asyncio.get_running_loop().call_at(opens, self._let_begin)
                return
            future = heapq.heappop(self._waiting)[2]
            if future.done():  # its call was given up
                continue
            future.set_result(None)
            self._under_way += 1
            # A loop that was late makes good for half a place: more would be a heap.
            self._next = max(self._next, now - self._gap / 2) + self._gap

    def _opens_at(self) -> float | None:
        """When the next may begin; None: not before a call has ended."""
        while self._ended and self._ended[0] + SECOND <= _now():
            self._ended.popleft()
        if self._under_way + len(self._ended) < self._most:
            return self._next
        return max(self._next, self._ended[0] + SECOND) if self._ended else None


class Window:
    """At most ``most`` calls in any second: the server counts them between start and answer."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way = 0
        self._ended: deque[float] = deque()  # within the last second
        self._turn = asyncio.Lock()  # waits are in the order of the calls
        self._has_ended = asyncio.Event()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it for the block and a second after."""
        async with self._turn:
            await self._until_free()
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._ended.append(_now())
            self._has_ended.set()

    async def _until_free(self) -> None:
        while self._counted() >= self._most:
            if self._ended:
                await asyncio.sleep(self._ended[0] + SECOND - _now())
            else:
                self._has_ended.clear()
                await self._has_ended.wait()

    def _counted(self) -> int:
        """The number of calls that may count now."""
        while self._ended and self._ended[0] + SECOND <= _now():
            self._ended.popleft()
        return self._under_way + len(self._ended)

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits, and no call counts."""
        return not self._turn.locked() and not self._counted()


class Windows:
    """A window for each chat."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._windows: dict[str, Window] = {}

    def of(self, chat: str) -> Window:
        """Return the window of a chat."""
        window = self._windows.setdefault(chat, Window(self._most))
        if len(self._windows) > MOST_CHATS:
            self._windows = {
                name: one for name, one in self._windows.items() if name == chat or not one.is_idle
            }
        return window


def _now() -> float:
    return asyncio.get_running_loop().time()
