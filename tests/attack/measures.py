"""What is measured during the soak: waiting, memory, descriptors, disk, the health page."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.attack.shipped import Shipped

EVERY = 3.0  # seconds: to be weighed holds the bot up
HEALTH_PAUSE = 0.25
HEALTH_PATIENCE = 60.0
WARM_UP = 0.1  # of the run, before memory is compared


def share(values: Sequence[float], part: float) -> float:
    """What that part of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


@dataclass
class Waits:
    """Seconds from what a person did to its answer, by channel and kind of step."""

    of: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, channel: str, step: str, seconds: float) -> None:
        self.of[channel, step].append(seconds)

    def row(self, channel: str, step: str) -> dict[str, float]:
        found = self.of[channel, step]
        figures = {name: round(share(found, part), 3) for name, part in PARTS.items()}
        return {"count": len(found), **figures}


PARTS = {"median": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}


@dataclass
class Sample:
    """One process at one moment."""

    at: float
    own: int
    children: int
    descriptors: int
    worked: float  # seconds that its event loop has had a processor, since it began
    waited: float  # seconds that it has waited for one


@dataclass
class Watch:
    """All figures of a run."""

    bots: Sequence[Shipped]
    waits: Waits = field(default_factory=Waits)
    samples: dict[int, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    health: list[float] = field(default_factory=list)
    own_lag: list[float] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def looks(self) -> None:
        """Measure until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._samples())
            group.create_task(self._lags())
            for bot in self.bots:
                group.create_task(self._asks(bot))

    async def _samples(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            for number, bot in enumerate(self.bots):
                if bot.is_running:
                    weight = bot.weight()
                    at = time.monotonic() - self.began
                    worked, waited = bot.loop_seconds
                    sample = Sample(
                        at, weight.own, weight.children, bot.descriptors, worked, waited
                    )
                    self.samples[number].append(sample)

    async def _lags(self) -> None:
        """How late this very process is: what people here wait for is not the bot's alone."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.05)
            self.own_lag.append(time.monotonic() - before - 0.05)

    async def _asks(self, bot: Shipped) -> None:
        """The health page, each time over a new connection."""
        while True:
            before = time.monotonic()
            connector = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0), force_close=True)
            timeout = aiohttp.ClientTimeout(HEALTH_PATIENCE)
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with (
                    aiohttp.ClientSession(connector=connector, timeout=timeout) as http,
                    http.get(f"{bot.url}/healthz") as answer,
                ):
                    await answer.read()
                    if answer.status == 200:
                        self.health.append(time.monotonic() - before)
                        before = 0
            if before:
                self.health.append(max(HEALTH_PATIENCE, time.monotonic() - before))
            await asyncio.sleep(HEALTH_PAUSE)

    def slope(self) -> list[tuple[int, int]]:
        """Of each process: bytes of its own in the first and in the last tenth, when it was warm."""
        found = []
        for samples in self.samples.values():
            warm = [sample.own for sample in samples[int(len(samples) * WARM_UP) :]]
            tenth = max(1, len(warm) // 10)
            if warm:
                found.append((sum(warm[:tenth]) // tenth, sum(warm[-tenth:]) // tenth))
        return found

    def loop_shares(self) -> list[tuple[float, float]]:
        """Of each process: the part of the time that its event loop worked, and waited for a core."""
        found = []
        for samples in self.samples.values():
            first, last = samples[0], samples[-1]
            seconds = max(last.at - first.at, EVERY)
            worked, waited = last.worked - first.worked, last.waited - first.waited
            found.append((round(worked / seconds, 2), round(waited / seconds, 2)))
        return found

    @property
    def most_descriptors(self) -> int:
        found = [sample.descriptors for samples in self.samples.values() for sample in samples]
        return max(found, default=0)


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(where) / name).stat().st_size
    return total
