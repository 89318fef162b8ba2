"""How many steps of a conversation a second the database part keeps: no messenger, no HTTP.

A step is one event of a resident who files an appeal, driven straight into ``Inbox.accept``: known
or not, dialogue read, the real handler's answers, dialogue and outbox written, committed.
"""

import asyncio
import itertools
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.report import Row
from benchmarks.sides.bare import bare
from benchmarks.sides.databases import POSTGRES, empty, postgres
from bot.core import Core
from handlers.turn import Work
from storage.messages import Address, Event, Person
from storage.tables import Appeal

TITLE = "Steps of filing an appeal, database part: 50 residents at once / one event at a time"
RESIDENTS = 50
TARGETS = {"sqlite": 1500, "postgresql": 1300}
DESCRIPTION = "На дороге у дома 5 по улице Мира большая яма, пробил колесо"
TOPIC = "Ямы и выбоины на дороге"


class Desk:
    """The inbox of a town, and residents who talk to it without a messenger."""

    def __init__(self, core: Core, keys: deque[str]) -> None:
        self.core = core
        self.topic = 0
        self._keys = keys  # of drafts, in the order in which they were begun
        self._events = itertools.count(1)
        self.accounts = itertools.count(1)

    async def says(self, account: str, text: str = "", press: str = "") -> None:
        """One step."""
        number = next(self._events)
        event = Event(
            id=str(number),
            address=Address("telegram", account),
            person=Person("telegram", account, "Анна Ильина"),
            at=datetime.now(UTC),
            text=text,
            press=press,
            message=str(number),
        )
        await self.core.inbox.accept(event)

    async def agrees(self, account: str) -> None:
        """First contact and consent: two steps."""
        await self.says(account, "/start")
        await self.says(account, press="consent:yes")

    async def files(self, account: str) -> int:
        """An appeal; of how many steps."""
        await self.says(account, "/new")
        key = self._keys.popleft()  # the inbox keeps the order in which events come
        await self.says(account, DESCRIPTION)
        await self.says(account, press=f"category=t{self.topic}#{key}")
        await self.says(account, "ул. Мира, 5")
        await self.says(account, press=f"send=yes#{key}")
        return 5


@asynccontextmanager
async def desk(folder: Path, url: str) -> AsyncIterator[Desk]:
    """A town without messengers."""
    keys: deque[str] = deque()
    numbers = itertools.count(1)

    def new_key() -> str:
        keys.append(f"key{next(numbers):05}")
        return keys[-1]

    async with bare(folder, url, new_key) as core:
        made = Desk(core, keys)

        def find_topic(work: Work) -> int:
            return next(topic.id for topic in work.tree.topics() if topic.title == TOPIC)

        made.topic = await core.transactions.run(find_topic)
        yield made


async def steps_a_second(place: Desk, residents: int, appeals: int) -> float:
    """New residents, so many at once, each filing appeals one after the other."""
    accounts = [str(next(place.accounts)) for _ in range(residents)]
    await asyncio.gather(*(place.agrees(account) for account in accounts))

    async def files_all(account: str) -> int:
        return sum([await place.files(account) for _ in range(appeals)])

    before = await filed(place)
    began = time.perf_counter()
    steps = sum(await asyncio.gather(*(files_all(account) for account in accounts)))
    spent = time.perf_counter() - began
    if await filed(place) - before != residents * appeals:
        raise AssertionError("not every appeal was filed: these were other steps")
    return steps / spent


async def filed(place: Desk) -> int:
    """How many appeals there are."""

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Appeal)) or 0

    return await place.core.transactions.look(count)


async def measure_on(kind: str, server: str, *, quick: bool) -> Row:
    """Many at once, and beside it the loop of single transactions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with empty(kind, folder, server) as url, desk(folder, url) as place:
            await steps_a_second(place, RESIDENTS, 1)  # caches get warm
            together = [
                await steps_a_second(place, RESIDENTS, 2 if quick else 10)
                for _ in range(1 if quick else 3)
            ]
            alone = await steps_a_second(place, 1, 10 if quick else 20)
    best, target = max(together), TARGETS[kind]
    return Row(
        f"{kind}, steps a second, best of {len(together)}",
        f"{best:.0f}",
        f"{alone:.0f}",
        best / alone,
        f">= {target}",
        best >= target,
    )


async def measure(*, quick: bool) -> list[Row]:
    """On SQLite, and on PostgreSQL where it is installed."""
    rows = [await measure_on("sqlite", "", quick=quick)]
    if POSTGRES:
        with postgres() as server:
            rows.append(await measure_on("postgresql", server, quick=quick))
    return rows
