"""«Отправить» by fifty residents at once, to one replica and to two, which number in turn.

Every appeal gets the next number of the year from one row, locked to the end of the transaction
(PostgreSQL). Both replicas run in this process, so the figure is what the lock costs, not what a
second processor gives.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.report import Row, spread
from benchmarks.sides.bare import bare
from benchmarks.sides.databases import empty, postgres
from bot.core import Core
from storage.messages import Address, Event, Person
from storage.tables import Appeal, Dialogue, Topic

TITLE = "«Отправить» from 50 residents at once on PostgreSQL: two replicas beside one"
RESIDENTS = 50
ROUNDS = 10
TOPIC = "Ямы и выбоины на дороге"
IDS = itertools.count(1)


def replica(folder: Path, url: str, name: str) -> AbstractAsyncContextManager[Core]:
    """A replica without messengers. ``name`` sets its drafts apart."""
    keys = itertools.count(1)
    return bare(folder, url, lambda: f"{name}{next(keys)}")


async def says(core: Core, account: str, said: str = "", press: str = "") -> float:
    """One step of a resident; how long it took to be kept."""
    number = str(next(IDS))
    began = time.perf_counter()
    await core.inbox.accept(
        Event(
            id=number,
            address=Address("telegram", account),
            person=Person("telegram", account, "Анна Ильина"),
            at=datetime.now(UTC),
            text=said,
            press=press,
            message=number,
        )
    )
    return time.perf_counter() - began


async def at_the_summary(core: Core, account: str, topic: int) -> str:
    """A new resident's appeal with all but «Отправить»: the press that sends it."""
    await says(core, account, "/start")
    await says(core, account, press="consent:yes")
    await says(core, account, "/new")

    def key(session: Session) -> str:
        query = select(Dialogue.drafts).where(Dialogue.account == account)
        return str(session.scalars(query).one()[-1]["key"])

    async with core.transactions.database.begin() as session:
        draft = await session.run_sync(key)
    await says(core, account, "На дороге у дома 5 по улице Мира большая яма, пробил колесо")
    await says(core, account, press=f"category=t{topic}#{draft}")
    await says(core, account, "ул. Мира, 5")
    return f"send=yes#{draft}"


async def sent_at_once(cores: Sequence[Core], topic: int) -> tuple[float, list[float]]:
    """Appeals filed a second, and how long each resident waited."""
    whose = [(cores[n % len(cores)], f"r{next(IDS)}") for n in range(RESIDENTS)]
    presses = await asyncio.gather(*(at_the_summary(core, who, topic) for core, who in whose))
    before = await filed(cores[0])
    began = time.perf_counter()
    waited = await asyncio.gather(
        *(says(core, who, press=press) for (core, who), press in zip(whose, presses, strict=True))
    )
    spent = time.perf_counter() - began
    if await filed(cores[0]) - before != RESIDENTS:
        raise AssertionError("not every appeal was filed")
    return RESIDENTS / spent, waited


async def filed(core: Core) -> int:
    """How many appeals there are."""
    async with core.transactions.database.begin() as session:
        return await session.scalar(select(func.count()).select_from(Appeal)) or 0


async def measure(*, quick: bool) -> list[Row]:
    """By turns to one and to two."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    waits: dict[int, list[float]] = {1: [], 2: []}
    async with AsyncExitStack() as stack:
        server = stack.enter_context(postgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = await stack.enter_async_context(empty("postgresql", folder, server))
        cores = [await stack.enter_async_context(replica(folder, url, name)) for name in "ab"]
        async with cores[0].transactions.database.begin() as session:
            topic = await session.scalar(select(Topic.id).where(Topic.title == TOPIC)) or 0
        for count in (1, 2):  # caches get warm
            await sent_at_once(cores[:count], topic)
        for _ in range(2 if quick else ROUNDS):
            for count in (1, 2):
                rate, waited = await sent_at_once(cores[:count], topic)
                rates[count].append(rate)
                waits[count] += waited
    one, two = (statistics.median(rates[count]) for count in (1, 2))
    return [
        Row("appeals filed a second", f"{two:.0f}", f"{one:.0f}", two / one),
        Row("a resident waits: median / 95 % / 99 % / worst", spread(waits[2]), spread(waits[1])),
    ]
