"""Note each look at a file before it begins, and refuse a file under which the bot died again and again."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.failures import RetryLater
from bot.file_kinds import Refused
from storage.database import Database
from storage.files import looks

# Looks without a verdict. Two may well be a machine that lost its power twice: in storms of kills
# it happened to photos that were sound.
MOST = 3


class Attempts(Protocol):
    """Remembers which looks began, by the digest of the file, beyond the end of this process."""

    async def begin(self, digest: str) -> None:
        """Commit that a look begins.

        Raises Refused if the bot died of the file too often, RetryLater if others look at it now.
        """

    async def end(self, digest: str) -> None:
        """Note that a look ended, with a verdict or given up in peace."""


class KeptAttempts:
    """Attempts in the database: they hold for every channel, every replica and every restart."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._life = secrets.token_hex(16)
        self._going: Counter[str] = Counter()  # two people may send the same file
        self._one = asyncio.Lock()

    async def begin(self, digest: str) -> None:
        """Commit that a look begins.

        Raises Refused if the bot died of the file too often. Raises RetryLater if others look at it now
        or the database is away.
        """

        def work(session: Session) -> tuple[int, int]:
            dead, alive = looks.unfinished(session, digest, self._life, self._clock())
            if dead + alive < MOST:
                looks.begin(session, digest, self._life, self._clock())
            return dead, alive

        async with self._one:
            try:
                async with self._database.begin(direct=True) as session:
                    dead, alive = await session.run_sync(work)
            except (SQLAlchemyError, OSError) as error:
                raise RetryLater(type(error).__name__) from error
            if dead >= MOST:
                raise Refused("deadly")
            if dead + alive >= MOST:  # other replicas look at it, or died a moment ago
                raise RetryLater("others look at the same file")
            self._going[digest] += 1

    async def end(self, digest: str) -> None:
        """Note that a look ended, with a verdict or given up in peace."""
        async with self._one:
            self._going[digest] -= 1
            if self._going[digest] > 0:
                return
            del self._going[digest]
            # Where the database is away the row stays, and counts only after this process's end.
            with suppress(SQLAlchemyError, OSError):
                async with self._database.begin(direct=True) as session:
                    await session.run_sync(looks.end, [digest], self._life)
