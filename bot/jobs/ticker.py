"""APScheduler for a computer whose clock may be wrong: if it is set back, no job waits for it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

LOOK_EVERY = 30.0  # seconds between two looks at the clock
SET_BACK = timedelta(minutes=1)  # less is an ordinary correction

log = structlog.get_logger()


class Ticker(AsyncIOScheduler):  # type: ignore[misc]  # no type information
    """Runs all jobs at once if ``clock`` has been set back since the last look."""

    def __init__(self, clock: Callable[[], datetime], **options: Any) -> None:
        super().__init__(**options)
        self._clock = clock
        self._look: asyncio.TimerHandle | None = None
        self._seen = (clock(), 0.0)

    def start(self, paused: bool = False) -> None:
        """Start, on the running loop."""
        super().start(paused)
        loop = asyncio.get_running_loop()
        self._seen = (self._clock(), loop.time())
        self._look = loop.call_later(LOOK_EVERY, self._look_at_the_clock)

    def shutdown(self, wait: bool = True) -> None:
        """Stop."""
        if self._look:
            self._look.cancel()
        super().shutdown(wait)

    async def rest(self, seconds: float) -> None:
        """Begin no more jobs; cancel those that run and wait for their end, at most ``seconds``."""
        self.pause()
        running = set(self._lookup_executor("default")._pending_futures)  # noqa: SLF001 - it waits for none
        for one in running:
            one.cancel()
        if running:
            await asyncio.wait(running, timeout=seconds)

    async def stop(self, seconds: float) -> None:
        """Rest, then shut down."""
        await self.rest(seconds)
        self.shutdown(wait=False)  # at the loop's next round
        await asyncio.sleep(0)

    def _look_at_the_clock(self) -> None:
        loop = asyncio.get_running_loop()
        now, passed = self._clock(), loop.time()
        before, passed_then = self._seen
        if now - before < timedelta(seconds=passed - passed_then) - SET_BACK:
            log.warning("clock_set_back")
            for job in self.get_jobs():
                job.modify(next_run_time=now)
        self._seen = (now, passed)
        self._look = loop.call_later(LOOK_EVERY, self._look_at_the_clock)
