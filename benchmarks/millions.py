"""How a conversation, the lists, the searches and the jobs grow with the number of appeals kept.

The whole program but for sockets, on years of appeals (``benchmarks.seed``). A figure is the median
time from an event to its commit, or of a job; beside it the same with a thousand appeals.
"""

import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import seed
from benchmarks.databases import empty, postgres
from benchmarks.report import Row
from bot import jobs
from bot.app import App
from handlers import reminders
from handlers.messages import Event
from storage import figures
from tests.conversation import Town, town
from tests.filing import up_to_the_summary
from tests.staff_room import asks_for_help, look

TITLE = "Appeals kept: a thousand to two millions (median, beside a thousand)"
SIZES = {
    "postgresql": (1_000, 10_000, 100_000, 1_000_000, 2_000_000),
    "sqlite": (1_000, 10_000, 100_000, 200_000),
}
QUICK = (1_000, 10_000)
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

    inbox: App
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
        for _ in range(TIMES):
            began = time.perf_counter()
            await work()
            self.seconds.setdefault(name, []).append(time.perf_counter() - began)


async def _conversations(bor: Town, timed: Timed) -> None:
    for number in range(TIMES):
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


async def _staff(bor: Town, timed: Timed, appeals: int) -> None:
    maria = bor.employee()
    for number in range(TIMES):
        for query in SEARCHES:
            timed.name = f"/find {query}"
            await maria.says(f"/find {query}")
        timed.name = "/open"
        await maria.says("/open")
        timed.name = "/open, the last page"
        await bor.messenger.press_payload(maria, "open:999999", maria.room)
        for action in ("take", "history"):
            timed.name = f"a card's «{action}»"
            at = appeals - 3 - number
            await bor.messenger.press_payload(maria, f"{action}:{at}", maria.room)
    timed.name = ""
    await asks_for_help(maria)


async def _jobs(bor: Town, timed: Timed) -> None:
    for job in (reminders.warn_of_deadlines, reminders.mind_silence, reminders.expire_drafts):
        await timed.job(f"job {job.__name__}", lambda job=job: bor.app.run_job(job))  # type: ignore[misc]
    await timed.job("job clean", lambda: jobs.clean(bor.app, bor.store))
    await timed.job("/metrics", lambda: look(bor, lambda s: figures.take(s, bor.clock())))


async def measure_at(kind: str, server: str, appeals: int) -> tuple[dict[str, float], float]:
    """Medians by what was done with so many appeals; how long it took to make these."""
    with tempfile.TemporaryDirectory() as folder:
        async with empty(kind, Path(folder), server) as url, town(Path(folder), url=url) as bor:
            began = time.perf_counter()
            await seed.fill(bor.database, appeals, bor.clock())
            took = time.perf_counter() - began
            timed = Timed(bor.app)
            bor.messenger.inbox = timed  # type: ignore[assignment]
            await _conversations(bor, timed)
            await _staff(bor, timed, appeals)
            await _jobs(bor, timed)
    return {name: statistics.median(values) for name, values in timed.seconds.items()}, took


async def measure(*, quick: bool) -> list[Row]:
    """Every size on both databases, each beside the first."""
    rows: list[Row] = []
    with postgres() as server:
        for kind, sizes in SIZES.items():
            first: dict[str, float] = {}
            for appeals in QUICK if quick else sizes:
                found, took = await measure_at(kind, server, appeals)
                print(f"{kind}: {appeals:,} appeals made in {took:.0f} s", flush=True)
                first = first or found
                rows += [_row(kind, appeals, name, found, first) for name in found]
    return rows


def _row(
    kind: str, appeals: int, name: str, found: dict[str, float], first: dict[str, float]
) -> Row:
    ratio = found[name] / first[name]
    asked = name == "a step of filing"
    return Row(
        f"{kind}, {appeals:,}: {name}",
        f"{found[name] * 1000:.1f} ms",
        f"{first[name] * 1000:.1f} ms",
        ratio,
        f"< {SLOWEST:.0f} times" if asked else "",
        ratio < SLOWEST if asked else None,
    )
