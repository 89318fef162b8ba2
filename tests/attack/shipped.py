"""The bot as the shipped unit runs it: under its limits, killed above them, started again when it dies."""

import asyncio
import os
import re
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.attack.unit import LIMITS
from tests.support.servers.process import BotProcess

PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK_EVERY = 0.1  # seconds between two looks at the memory
RESTART = 2.0  # seconds, as the unit has it
KEPT = 4000  # lines of output
TROUBLE = re.compile(r"level=(error|critical)|^Traceback |^(ERROR|CRITICAL) ")


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes: of the bot's own process, of its children, and how many those are."""

    own: int
    children: int
    count: int


@dataclass
class Shipped(BotProcess):
    """As systemd has it. ``deaths`` tells of each life that ended before it was asked to."""

    module: str = "tests.attack.unit"
    deaths: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    log_bytes: int = 0
    most: Weight = Weight(0, 0, 0)
    most_in_all: int = 0
    _most_resident: int = 0

    async def guards(self) -> None:
        """Watch over its memory, and start it again where it died; until cancelled."""
        while True:
            if self.is_running and not self._has_ended:
                self._weigh()
            else:
                self.deaths.append(f"жизнь {self.life} кончилась: {await self._ended()}")
                await asyncio.sleep(RESTART)
                with suppress(AssertionError):  # it ended again: that is the next death
                    await self.start()
            await asyncio.sleep(LOOK_EVERY)

    def weight(self) -> Weight:
        """What it has just now: pages that nobody else has, and a share of those in common."""
        pids = tree(self.pid)
        sizes = [shared(pid) for pid in pids]
        return Weight(sizes[0] if sizes else 0, sum(sizes[1:]), len(sizes) - 1)

    @property
    def descriptors(self) -> int:
        """How many of them its own process has open."""
        with suppress(OSError):
            return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())
        return 0

    @property
    def loop_seconds(self) -> tuple[float, float]:
        """How long its event loop has run, and has waited for a processor (proc(5), schedstat)."""
        with suppress(OSError, ValueError):
            ran, waited, _ = Path(f"/proc/{self.pid}/task/{self.pid}/schedstat").read_text().split()
            return int(ran) / 1e9, int(waited) / 1e9
        return 0.0, 0.0

    def _weigh(self) -> None:
        """A figure in which shared pages count twice is cheap: the true one is asked at its peaks.

        Asking takes milliseconds, in which the bot gets no new page of memory.
        """
        pids = tree(self.pid)
        at_most = sum(map(resident, pids))
        if at_most <= self._most_resident and at_most <= LIMITS.memory:
            return
        self._most_resident = max(self._most_resident, at_most)
        weight = self.weight()
        total = weight.own + weight.children
        self.most_in_all = max(self.most_in_all, total)
        self.most = Weight(*map(max, vars_of(self.most), vars_of(weight)))
        if total > LIMITS.memory:
            self.deaths.append(f"убит: {total // 1024**2} МБ памяти")
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    async def _tell(self) -> None:
        if len(self.lines) > KEPT:
            del self.lines[: KEPT // 2]
        await super()._tell()

    async def _read(self, stream: asyncio.StreamReader, name: str, life: int) -> None:
        await super()._read(_Counted(stream, self), name, life)  # type: ignore[arg-type]

    def notes(self, raw: bytes) -> None:
        """Count a line of output."""
        self.log_bytes += len(raw)
        text = raw.decode(errors="replace")
        level = re.search(r" level=(\w+) ", text)
        self.levels[level[1] if level else "прочее"] += 1
        event = re.search(r" event=([\w.]+)", text)
        if event:
            self.events[event[1]] += 1
        if TROUBLE.search(text) and len(self.errors) < 200:
            self.errors.append(text.rstrip())


class _Counted:
    """The lines of a stream, counted as they pass."""

    def __init__(self, stream: asyncio.StreamReader, bot: Shipped) -> None:
        self._stream = stream
        self._bot = bot

    def __aiter__(self) -> "_Counted":
        return self

    async def __anext__(self) -> bytes:
        raw = await self._stream.__anext__()
        self._bot.notes(raw)
        return raw


def vars_of(weight: Weight) -> tuple[int, int, int]:
    return weight.own, weight.children, weight.count


def tree(pid: int) -> list[int]:
    """The process and all that it started, itself first."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def resident(pid: int) -> int:
    """Bytes in memory."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def shared(pid: int) -> int:
    """Bytes in memory, those that several processes have divided among them."""
    with suppress(OSError):
        found = re.search(
            r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE
        )
        if found:
            return int(found[1]) * 1024
    return resident(pid)
