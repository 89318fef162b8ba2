"""How a conversation, the lists, the searches and the jobs grow with the number of appeals kept.

The whole program but for sockets, on years of appeals (``benchmarks.sides.seed``). A figure is the median
time from an event to its commit, or of a job; beside it the same with a thousand appeals, by turns
with it, so that both find the machine equally busy.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import text

from benchmarks.report import Row
from benchmarks.sides import seed
from benchmarks.sides.databases import empty, postgres
from bot.inbox.inbox import Inbox
from bot.jobs import cleaning
from bot.jobs.schedule import said_by
from handlers.appeals import reminders
from storage import gauges
from storage.messages import Event
from tests.support.towns.conversation import Town, town
from tests.support.towns.filing import up_to_the_summary
from tests.support.towns.staff_room import asks_for_help, look

TITLE = "Appeals kept: a thousand to two millions (median, beside a thousand)"
SIZES = {
    "postgresql": (10_000, 100_000, 1_000_000, 2_000_000),
    "sqlite": (10_000, 100_000, 200_000),
}
QUICK = (10_000,)
BESIDE = 1_000
TIMES = 7
SLOWEST = 10.0  # times the thousand's: asked of a step of a conversation

# What employees type: a number, its end, frequent and rare words, several, a part, nothing to find.
SEARCHES = (
    "МЦУ-26-000012",
    "000012",
    "яма",
    "улица дом",
    "лифт остановка фонарь",
    "ямы у дома 5",
    "кижуш",
    "остан",
    "нетничего",
)


@dataclass
class Timed:
    """The inbox, with a clock at its door. ``name`` says what is measured just now."""

    inbox: Inbox
    name: str = ""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    async def accept(self, event: Event) -> None:
        """Keep the event; what comes again is not measured."""
        began = time.perf_counter()
        await self.inbox.accept(event)
        if self.name and event.id not in self.known:
            self.seconds.setdefault(self.name, []).append(time.perf_counter() - began)
        self.known.add(event.id)

    async def job(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Measure a job."""
        began = time.perf_counter()
        await work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - began)

    def medians(self) -> dict[str, float]:
        """By what was done."""
        return {name: statistics.median(values) for name, values in self.seconds.items()}


@asynccontextmanager
async def years(kind: str, server: str, appeals: int) -> AsyncIterator[Town]:
    """A town that has so many appeals."""
    with tempfile.TemporaryDirectory() as folder:
        async with empty(kind, Path(folder), server) as url, town(Path(folder), url=url) as bor:
            began = time.perf_counter()
            await seed.fill(bor.database, appeals, bor.clock())
            took = time.perf_counter() - began
            each = await _bytes(bor) / appeals
            print(f"{kind}: {appeals:,} in {took:.0f} s, {each:.0f} bytes each", file=sys.stderr)
            yield bor


async def _bytes(bor: Town) -> int:
    """The size of the database, with all indexes."""
    size = "pg_database_size(current_database())"
    if bor.database.engine.dialect.name == "sqlite":
        size = "page_count * page_size FROM pragma_page_count, pragma_page_size"
    return int(
        await look(bor, lambda session: session.execute(text(f"SELECT {size}")).scalar_one())
    )


async def _conversation(bor: Town, timed: Timed, number: int) -> None:
    timed.name = ""
    anna = await bor.consenting(f"42{number}")
    timed.name = "a step of filing"
    await up_to_the_summary(bor, anna)
    timed.name = "«Отправить»"
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли! Номер")
    timed.name = "«Мои сообщения»"
    await anna.says("/my")
    await anna.sees("Ваши сообщения")


async def _staff(bor: Town, timed: Timed, number: int, appeals: int) -> None:
    maria = bor.employee()
    for query in SEARCHES:
        timed.name = f"/find {query}"
        await maria.says(f"/find {query}")
    timed.name = "/open"
    await maria.says("/open")
    for page in ("2", "999999"):
        timed.name = "/open, the last page" if page == "999999" else "/open, the second page"
        await bor.messenger.press_payload(maria, f"open:{page}", maria.room)
    for action in ("take", "history"):
        timed.name = f"a card's «{action}»"
        at = appeals - 3 - number
        await bor.messenger.press_payload(maria, f"{action}:{at}", maria.room)
    timed.name = ""
    await asks_for_help(maria)


async def _jobs(bor: Town, timed: Timed) -> None:
    for job in (
        reminders.warn_of_deadlines,
        reminders.remind_or_close_silent,
        reminders.expire_drafts,
    ):
        await timed.job(f"job {job.__name__}", partial(bor.transactions.run, said_by(job)))
    await timed.job("job clean", lambda: cleaning.clean(bor.transactions, bor.store))
    await timed.job("/metrics", lambda: look(bor, lambda s: gauges.take(s, bor.clock())))


async def by_turns(towns: Mapping[int, Town]) -> dict[int, dict[str, float]]:
    """Medians by how many appeals a town has and by what was done there."""
    timed = {appeals: Timed(bor.inbox) for appeals, bor in towns.items()}
    for appeals, bor in towns.items():
        bor.messenger.inbox = timed[appeals]  # type: ignore[assignment]  # it times what an Inbox is asked
    for number in range(TIMES):
        for appeals, bor in towns.items():
            await _conversation(bor, timed[appeals], number)
        for appeals, bor in towns.items():
            await _staff(bor, timed[appeals], number, appeals)
        for appeals, bor in towns.items():
            await _jobs(bor, timed[appeals])
    return {appeals: clock.medians() for appeals, clock in timed.items()}


async def measure(*, quick: bool) -> list[Row]:
    """Every size on both databases, each by turns with a thousand."""
    rows: list[Row] = []
    with postgres() as server:
        for kind, sizes in SIZES.items():
            for appeals in QUICK if quick else sizes:
                async with years(kind, server, BESIDE) as few, years(kind, server, appeals) as many:
                    found = await by_turns({BESIDE: few, appeals: many})
                rows += [
                    _row(f"{kind}, {appeals:,}: {name}", name, seconds, found[BESIDE][name])
                    for name, seconds in found[appeals].items()
                ]
    return rows


def _row(title: str, name: str, seconds: float, beside: float) -> Row:
    asked = name == "a step of filing"
    return Row(
        title,
        f"{seconds * 1000:.1f} ms",
        f"{beside * 1000:.1f} ms",
        seconds / beside,
        f"< {SLOWEST:.0f} times" if asked else "",
        seconds / beside < SLOWEST if asked else None,
    )
