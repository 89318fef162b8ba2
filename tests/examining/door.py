"""An examiner with attempts of its own, and what goes through it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.examining.attempts import KeptAttempts
from bot.examining.examined import Examined
from bot.examining.examiner import Examiner
from bot.examining.temporary import Temporary
from storage.database import Database
from tests.fakes.clock import Clock
from tests.support.pictures import picture

JPEG = picture()
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Door:
    """An examiner with a database of its own, and what goes through it."""

    def __init__(self, folder: Path, database: Database, clock: Clock, **limits: int) -> None:
        self.temporary = Temporary(folder / "tmp")
        self.attempts = WatchedAttempts(database, clock)
        sizes = {"children": 1, "megabytes": 300} | limits
        self.examiner = Examiner(self.temporary, self.attempts, **sizes)  # type: ignore[arg-type]

    async def shows(self, content: bytes, owner: str = "anna") -> tuple[str, bytes]:
        """What it is, and what is kept of it. Raises what the examiner does."""
        with self.temporary.file(owner) as came:
            await came.write(content)
            with await self.examiner.examine(came, owner) as seen:
                return self._read(seen)

    def _read(self, seen: Examined) -> tuple[str, bytes]:
        assert seen.size == seen.path.stat().st_size
        return seen.found.mime, seen.path.read_bytes()

    async def child(self) -> int:
        """The id of a child that is ready."""
        assert (await self.shows(JPEG))[0] == "image/jpeg"
        return self.examiner.children[0]

    async def stopped_in_the_middle(self, owner: str = "mallory") -> "asyncio.Task[object]":
        """A look that has begun and does not end by itself."""
        os.kill(await self.child(), signal.SIGSTOP)
        self.attempts.begun.clear()
        task: asyncio.Task[object] = asyncio.create_task(self.shows(JPEG, owner))
        await self.attempts.begun.wait()
        return task


class WatchedAttempts(KeptAttempts):
    """``begun`` is set when a look has been noted."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self.begun = asyncio.Event()

    async def begin(self, digest: str) -> None:
        await super().begin(digest)
        self.begun.set()
