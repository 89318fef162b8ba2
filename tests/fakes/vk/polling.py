"""The long poll server of the fake: updates by ``ts``, keys that grow old, a history that is lost."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any


class LongPollServer:
    """Keeps updates from ``ts`` 1 on. ``asked``: every ts that was asked for."""

    def __init__(self) -> None:
        self.updates: list[Any] = []
        self.asked: list[int] = []
        self._first = 1  # the ts of updates[0]
        self._keys = itertools.count(1)
        self._key = "key0"
        self._failures: list[int] = []
        self._arrived = asyncio.Condition()
        self._closed = False

    @property
    def ts(self) -> int:
        """The ts after all updates."""
        return self._first + len(self.updates)

    async def put(self, update: Any) -> None:
        self.updates.append(update)
        await self.wake()

    async def close(self) -> None:
        self._closed = True
        await self.wake()

    async def fail_next(self, failed: int) -> None:
        """Answer the next question (or the one that waits) with ``failed`` 1, 2 or 3."""
        self._failures.append(failed)
        if failed == 1:
            self._forget()
        elif failed == 2:
            self._key = f"key{next(self._keys)}"
        else:
            self._forget()
            self._first += 1000
            self._key = f"key{next(self._keys)}"
        await self.wake()

    async def wait_asked(self, ts: int) -> None:
        """Return once that ts has been asked for."""
        async with self._arrived, asyncio.timeout(20):
            await self._arrived.wait_for(lambda: ts in self.asked)

    def place(self, url: str) -> dict[str, str]:
        return {"server": url, "key": self._key, "ts": str(self.ts)}

    async def answer(
        self, question: Any, is_down: Callable[[], bool] = lambda: False
    ) -> dict[str, Any]:
        """The answer to ``act=a_check``; ``is_down``: it is not waited for any more."""
        if question.get("act") != "a_check":
            return {"error": "unknown act"}
        ts = int(question["ts"])
        self.asked.append(ts)
        await self.wake()
        async with self._arrived:
            try:
                async with asyncio.timeout(float(question.get("wait", "25"))):
                    await self._arrived.wait_for(
                        lambda: self._closed or self._failures or is_down() or ts != self.ts
                    )
            except TimeoutError:
                return {"ts": str(ts), "updates": []}
        if self._failures:
            failed = self._failures.pop(0)
            return {"failed": 1, "ts": self.ts} if failed == 1 else {"failed": failed}
        if question.get("key") != self._key:
            return {"failed": 2}
        if not self._first <= ts <= self.ts:
            return {"failed": 1, "ts": self.ts}
        return {"ts": str(self.ts), "updates": self.updates[ts - self._first :]}

    def _forget(self) -> None:
        self._first += len(self.updates)
        self.updates.clear()

    async def wake(self) -> None:
        """Let those that wait look again."""
        async with self._arrived:
            self._arrived.notify_all()
