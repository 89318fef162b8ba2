"""Keep to MAX's limits of calls: a call counts from its start until a second after its answer.

30 calls a second for a bot, 2 messages and 2 edits a second for a chat (dev.max.ru, read 2026-11).
The delivery plans by messages; what goes in several calls, edits and uploads count here.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SECOND = 1.0
MOST_CHATS = 2_000  # remembered; who has been quiet for a second is forgotten first


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
