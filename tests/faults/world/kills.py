"""kill -9 at a moment of choice: any, or when something has just come, gone out or been kept."""

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from tests.faults.world.commit_proxy import CommitProxy
from tests.faults.world.commit_proxy import Moment as Cut
from tests.support.servers.process import BotProcess

# any: whenever; brought: updates are on the bot's side and not acknowledged; asked: a message is on
# its way to the messenger; shown: people see it and the bot does not know; commit: around one;
# file: a file is being fetched; start: the bot is not ready yet.
Moment = Literal["any", "brought", "asked", "shown", "commit", "file", "start"]
MOMENTS: tuple[Moment, ...] = ("any", "brought", "asked", "shown", "commit", "commit", "file")
STARTS = 0.12  # of the kills fall into a start
QUIET = 4.0  # seconds without such a moment: then any
DELAYS = (0.0, 0.0, 0.001, 0.003, 0.01, 0.03)  # seconds after the moment


@dataclass
class Reaper:
    """Kills the process, once it is told at which moment. Fakes tell it what happens."""

    dice: Random
    process: BotProcess | None = None
    kills: Counter[str] = field(default_factory=Counter)
    _moment: Moment | None = None
    _left: int = 0  # how many of such moments pass before
    _delay: float = 0.0
    _fell: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, moment: Moment) -> bool:
        """Something happens; whether the process is dead by it, right now."""
        if moment != self._moment:
            return False
        self._left -= 1
        if self._left > 0:
            return False
        self._moment = None
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._kill, moment)
            return False
        self._kill(moment)
        return True

    async def strikes(self, moment: Moment, log_file: Path | None = None) -> None:
        """Kill at the next such moment and wait for the end.

        ``log_file``: where SQLite writes when it commits; PostgreSQL's commits are told by a proxy.
        """
        self._fell.clear()
        self._left = self.dice.randint(1, 6)
        self._delay = self.dice.choice(DELAYS)
        if moment == "any":
            await asyncio.sleep(self.dice.random() * 0.5)
            self._kill(moment)
        elif moment == "commit" and log_file:
            if await asyncio.to_thread(_wait_for_write, log_file, self._left):
                await asyncio.sleep(self._delay)
                self._kill(moment)
        else:
            self._moment = moment
        try:
            async with asyncio.timeout(QUIET):
                await self._fell.wait()
        except TimeoutError:
            self._moment = None
            self._kill("any")
        await self._bot.kill()

    async def strikes_start(self) -> None:
        """Start it and kill it before it is ready, or soon after."""
        await self._bot.launch()
        await asyncio.sleep(self.dice.random() * 2.5)
        self._kill("start")
        await self._bot.kill()

    def _kill(self, moment: Moment) -> None:
        if (self._bot.is_running and not self._fell.is_set()) or moment == "start":
            with suppress(ProcessLookupError):
                os.kill(self._bot.pid, signal.SIGKILL)
            self.kills[moment] += 1
            self._fell.set()

    @property
    def _bot(self) -> BotProcess:
        assert self.process
        return self.process


def _wait_for_write(path: Path, times: int) -> bool:
    """Return as soon as the file was written to so many times; False where it is quiet."""
    until = time.monotonic() + QUIET
    seen = _written(path)
    while time.monotonic() < until:
        if (now := _written(path)) != seen:
            seen = now
            times -= 1
            if times <= 0:
                return True
        time.sleep(0.0003)
    return False


def _written(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


class CommitWatch(CommitProxy):
    """Stands before PostgreSQL, cuts nothing by itself, and tells the reaper of each commit."""

    reaper: Reaper | None = None

    def moment(self) -> Cut | None:
        """Where the bot dies of it, its COMMIT may have been on its way or not."""
        dies = self.reaper is not None and self.reaper.meets("commit")
        return "before" if self.reaper and dies and self.reaper.dice.random() < 0.5 else None
