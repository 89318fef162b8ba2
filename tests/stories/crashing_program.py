"""A program in memory that dies at a chosen moment, a messenger that errs, and time that costs none.

All that a program leaves behind are its commits and what it sends. So it is killed just before or
just after one of these: from then on nothing of it reaches the database or the messenger, however
long its tasks still run.
"""

import asyncio
import selectors
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.delivery import Delivery
from bot.failures import RetryLater, Unsendable
from bot.files.store import FileStore
from bot.inbox.inbox import Inbox
from bot.jobs.erasing import Eraser
from bot.protocol import Adapter, Limits, Part
from bot.transactions import Transactions
from handlers.turn import Services
from storage.database import Database
from storage.messages import Address
from tests.fakes.memory import MemoryMessenger
from tests.support.servers.databases import first_accounts

Moment = Literal["before commit", "after commit", "before send", "after send"]
MOMENTS: tuple[Moment, ...] = ("before commit", "after commit", "before send", "after send")


class Killed(OSError):
    """The program is dead: what its tasks still try comes to nothing."""


# Time


class LeapingLoop(asyncio.SelectorEventLoop):
    """Leaps to the next timer when there is nothing to do, but for what ``is_busy`` tells of."""

    def __init__(self) -> None:
        self.is_busy: Callable[[], bool] = lambda: True
        self._ahead = 0.0
        super().__init__(_LeapingSelector(self))

    def time(self) -> float:
        return super().time() + self._ahead

    def leaps(self, seconds: float) -> None:
        self._ahead += seconds


class _LeapingSelector(selectors.DefaultSelector):
    def __init__(self, loop: LeapingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0 or self._loop.is_busy():
            return super().select(timeout)
        found = super().select(0)
        if not found:
            self._loop.leaps(timeout)
        return found


# A life


class CrashingDatabase(Database):
    """The database as one life of the program sees it."""

    life: "Life"

    @asynccontextmanager
    async def begin(self, *, direct: bool = False) -> AsyncIterator[AsyncSession]:
        self.life.goes_on()
        async with super().begin(direct=direct) as session:
            yield session
            self.life.meets("before commit")
        self.life.meets("after commit")

    @classmethod
    def at(cls, url: str) -> "CrashingDatabase":
        """Open it; nothing is written to the disk at once, for the machine stays alive."""
        database = cls.open(url)
        assert isinstance(database, cls)
        first_accounts(database)
        if url.startswith("sqlite"):
            event.listen(database.engine.sync_engine, "connect", _without_sync)
        return database

    @property
    def is_busy(self) -> bool:
        """Whether a connection is in use."""
        return bool(self.engine.sync_engine.pool.checkedout())  # type: ignore[attr-defined]


def _without_sync(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


class Life:
    """The program from a start to its death."""

    def __init__(
        self, url: str, services: Services, messenger: "ErringMessenger", store: FileStore
    ) -> None:
        self.dead = False
        self.dies: tuple[Moment, int] | None = None  # at the so-manieth such moment from now
        self.sent: Counter[tuple[str, str]] = Counter()  # chat and text since all was quiet
        self.database = CrashingDatabase.at(url)
        self.database.life = self
        self.transactions = Transactions(self.database, services, self._wake)
        self.inbox = Inbox(self.transactions)
        self.delivery = Delivery(
            self.transactions, {messenger.channel: cast("Adapter", Line(self, messenger))}
        )
        self.eraser = Eraser(self.transactions, store, {})
        self._running = asyncio.create_task(self.delivery.run())

    def _wake(self) -> None:
        self.delivery.wake()

    def goes_on(self) -> None:
        """Raises Killed where it does not."""
        if self.dead:
            raise Killed("dead")

    def meets(self, moment: Moment) -> None:
        """Such a moment has come. Raises Killed."""
        self.goes_on()
        if self.dies and self.dies[0] == moment:
            left = self.dies[1] - 1
            self.dies = (moment, left)
            self.dead = left <= 0
        self.goes_on()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is being sent or settled."""
        return not (self.delivery._sending or self.delivery._back or self.database.is_busy)

    async def buried(self) -> None:
        """Nothing of it is left but what it has committed."""
        self.dead = True
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self.inbox.finish()
        await self.database.close()


@dataclass
class ErringMessenger(MemoryMessenger):
    """Meets each send with the next of ``errs``: refuse, lose (the answer), wait."""

    errs: deque[str] = field(default_factory=deque)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        err = "" if self.down or to.chat in self.deaf or not self.errs else self.errs.popleft()
        if err == "wait":
            raise RetryLater("asked to wait", 2)
        if err == "refuse":
            self.refused[to.chat, part.text] += 1
            raise Unsendable("refused")
        ids = await super().send(to, part, key=key, reply_to=reply_to)
        if err == "lose":
            self.lost[to.chat, part.text] += 1
            raise RetryLater("the answer was lost")
        return ids


class Line:
    """The messenger as one life of the program reaches it: its adapter."""

    def __init__(self, life: Life, messenger: ErringMessenger) -> None:
        self._life = life
        self._messenger = messenger
        self.channel = messenger.channel
        self.rate = messenger.rate

    def limits_of(self, chat: str) -> Limits:
        return self._messenger.limits_of(chat)

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        self._life.meets("before send")
        ids = await self._messenger.send(to, part, key=key, reply_to=reply_to)
        self._life.sent[to.chat, part.text] += 1
        self._life.meets("after send")
        return ids

    async def edit(self, to: Address, message: str, part: Part) -> None:
        self._life.meets("before send")
        await self._messenger.edit(to, message, part)
        self._life.meets("after send")
