"""Bots as processes of their own between the fake messengers, and residents who keep them busy."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.sides.telegram import (
    CONSENT,
    SECRET,
    STAFF_CHAT,
    TOKEN,
    Resident,
    Step,
    Telegram,
    appeals,
)
from benchmarks.sides.wire import Connection
from tests.support.servers.process import BotProcess

OURS = "benchmarks.sides.unlimited_bot"
ECHO = "benchmarks.sides.echo_bot"
ORM = "benchmarks.sides.orm_bot"
FIRST_ACCOUNT = 100_000


@dataclass
class Crowd:
    """Residents of a running bot."""

    telegram: Telegram
    process: BotProcess
    by_buttons: bool
    _next: int = FIRST_ACCOUNT
    seconds: list[float] = field(default_factory=list)  # from each update to its reply

    async def files(self, residents: int, each: int) -> float:
        """New residents, so many at once, file so many appeals each; updates a second."""
        people = await self.gather(residents)
        began = time.perf_counter()
        await asyncio.gather(*(self._steps(one, link, appeals(each)) for one, link in people))
        spent = time.perf_counter() - began
        for _, link in people:
            link.close()
        return residents * each * len(list(appeals(1))) / spent

    async def gather(self, count: int) -> list[tuple[Resident, Connection]]:
        """New residents past the consent, each with a connection."""
        made = []
        for _ in range(count):
            self._next += 1
            resident = Resident(self.telegram, self._next, by_buttons=self.by_buttons)
            made.append((resident, await Connection.to(self.process.port)))
        await asyncio.gather(*(self._steps(one, link, CONSENT) for one, link in made))
        self.seconds.clear()
        return made

    async def _steps(self, one: Resident, link: Connection, steps: Iterable[Step]) -> None:
        for step in steps:
            self.seconds.append(await one.does(step, link))


@asynccontextmanager
async def bot(
    module: str, telegram: Telegram, folder: Path, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Crowd]:
    """Ours or a peer, ready."""
    variables = {
        "MCU_MUNICIPALITY": "Городской округ Бор",
        "MCU_STAFF_CHAT": f"telegram:{STAFF_CHAT}",
        "MCU_TELEGRAM_TOKEN": TOKEN,
        "MCU_TELEGRAM_API_URL": telegram.url,
        "MCU_TELEGRAM_SECRET": SECRET,
        "MCU_PUBLIC_URL": "https://bor.example.ru",
        "MCU_FLOOD_LIMIT": "0",
        **(environ or {}),
    }
    process = BotProcess(folder, variables, module=module)
    async with process:
        yield Crowd(telegram, process, by_buttons=module != ECHO)
