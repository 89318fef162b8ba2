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


class Window:
    """At most ``most`` calls in any second: the server counts them between start and answer.

    Calls that can wait are overtaken; else they begin in their order.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way = 0
        self._ended: deque[float] = deque()  # within the last second
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

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits, and no call counts."""
        return not (self._waiting or self._counted())

    def _end(self, took: float) -> None:
        self._under_way -= 1
        self._ended.append(self._counts_from(took))
        self._let_begin()

    def _counts_from(self, took: float) -> float:
        """The moment from which the second after a call is counted; it took ``took`` seconds."""
        return _now()

    def _let_begin(self) -> None:
        """Let all begin that may, and look again when the next may."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            opens = self._opens_at()
            if opens is None:  # as soon as a call has ended
                return
            if opens > _now():
                self._timer = asyncio.get_running_loop().call_at(opens, self._let_begin)
                return
            future = heapq.heappop(self._waiting)[2]
            if not future.done():  # else its call was given up
                future.set_result(None)
                self._begins()

    def _begins(self) -> None:
        self._under_way += 1

    def _opens_at(self) -> float | None:
        """The time at which the next may begin; None: not before a call has ended."""
        if self._counted() < self._most:
            return 0.0
        return self._ended[0] + SECOND if self._ended else None

    def _counted(self) -> int:
        """The number of calls that may count now."""
        while self._ended and self._ended[0] + SECOND <= _now():
            self._ended.popleft()
        return self._under_way + len(self._ended)


class Pace(Window):
    """Lets the calls of the whole bot begin one after the other.

    MAX counts a call on its way, we do not know when. The quickest call tells the shortest time of
    the way there and back. The next call may begin that time before the second after an answer ends.
    """

    def __init__(self, per_second: int = CALLS_PER_SECOND) -> None:
        super().__init__(per_second)
        self._gap = 1 / per_second
        self._next = 0.0  # when one may begin, as far as the last one counts
        self._took: deque[float] = deque(maxlen=SAMPLES)

    def _counts_from(self, took: float) -> float:
        self._took.append(took)
        shortest = min(self._took) if len(self._took) == SAMPLES else 0.0
        return _now() - SURE * shortest

    def _begins(self) -> None:
        super()._begins()
        # A loop that was late makes good for half a place: more would be a heap.
        self._next = max(self._next, _now() - self._gap / 2) + self._gap

    def _opens_at(self) -> float | None:
        opens = super()._opens_at()
        return None if opens is None else max(self._next, opens)


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
