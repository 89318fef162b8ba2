"""A region: several replicas of the bot on one PostgreSQL, each with a folder of its own."""

import asyncio
import os
import random
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.state import Queued
from tests.fakes.web import STAFF, WebPeople
from tests.support.servers.process import BotProcess
from tests.support.towns.live import MUNICIPALITY, PUBLIC_URL, TELEGRAM_SECRET, TEXTS, Reader

DUTY = re.compile(r"event=duty_(taken|left) .*duty=([^\s]+)")
AT_ONCE = 0.2  # of the updates have their copies come at the same moment
# For the database of a region.
NUMBERS = "SELECT serial, text FROM appeals ORDER BY serial"


class HastyTelegram(FakeTelegram):
    """Telegram that pushes each update 1 to ``most`` times, each time to a replica at random.

    It waits for nobody: updates of different people, and a fifth of the copies, come at once.
    """

    def __init__(self, most: int = 1) -> None:
        super().__init__()
        self.bases: Sequence[str] = ()  # where the replicas are
        self.most = most
        self.dice = random.Random(7)  # noqa: S311 - the same course each time
        self.pushed: Counter[int] = Counter()  # by the status of the answer, 0: nobody there

    async def _bring(self) -> None:
        under_way: set[int] = set()
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as client,
            asyncio.TaskGroup() as group,
        ):
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._fresh(under_way))
                for queued in self._fresh(under_way):
                    under_way.add(queued.raw["update_id"])
                    group.create_task(self._bring_one(client, queued))

    def _fresh(self, under_way: set[int]) -> list[Queued]:
        if not (self.webhook and self.bases):
            return []
        return [one for one in self._updates if one.raw["update_id"] not in under_way]

    async def _bring_one(self, client: aiohttp.ClientSession, queued: Queued) -> None:
        copies = [self._push(client, queued) for _ in range(self.dice.randint(1, self.most))]
        if self.dice.random() < AT_ONCE:
            await asyncio.gather(*copies)
        else:
            for copy in copies:
                await copy
        self.confirm(queued)
        await self.changed()

    async def _push(self, client: aiohttp.ClientSession, queued: Queued) -> None:
        """Push it until a replica takes it; where one is dead, as a proxy that finds nobody."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]}
        while True:
            url = f"{self.dice.choice(self.bases)}/webhook/telegram"
            try:
                async with client.post(url, json=queued.raw, headers=headers) as response:
                    status = response.status
            except (aiohttp.ClientError, TimeoutError):
                status = 0
            self.pushed[status] += 1
            if status == 200:
                return
            await asyncio.sleep(self.webhook_pause)


@dataclass
class Region:
    """The replicas, Telegram, and the database's address for a look at the tables."""

    replicas: list[BotProcess]
    telegram: HastyTelegram
    postgres: dict[str, str]

    async def start(self) -> None:
        """Start all at the same moment, on an empty database."""
        await asyncio.gather(*(replica.start() for replica in self.replicas))
        self.find()

    def find(self) -> None:
        """Pushes go to those that run."""
        self.telegram.bases = [one.url for one in self.replicas if one.is_running]

    def owner(self, duty: str) -> BotProcess | None:
        """The running replica that says that it has the duty."""
        owners = [one for one in self.replicas if one.is_running and duty in duties(one)]
        assert len(owners) < 2, f"{duty} has {len(owners)} owners"
        return owners[0] if owners else None

    async def has_owner(self, duty: str, *, but: BotProcess | None = None) -> BotProcess:
        """The owner, as soon as there is one (other than ``but``)."""

        def found() -> BotProcess | None:
            owners = [one for one in self.replicas if one is not but and duty in duties(one)]
            return owners[0] if owners else None

        await self._until(found)
        owner = found()
        assert owner
        return owner

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(**self.postgres)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def until_row(self, query: str, wanted: Any) -> None:
        """Wait until a query gives that one value."""
        async with asyncio.timeout(SECONDS):
            while await self.rows(query) != [(wanted,)]:  # noqa: ASYNC110 - a table tells nobody
                await asyncio.sleep(0.1)

    def resident(self, number: int) -> Reader:
        return Reader(self.telegram.person(str(1000 + number), f"Житель {number}"))

    @property
    def output(self) -> str:
        return "\n\n".join(one.output for one in self.replicas)

    async def _until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                while not holds():  # noqa: ASYNC110 - many processes print
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"it did not come to that:\n{self.output}") from None


SECONDS = 40  # on a busy machine


def duties(replica: BotProcess) -> set[str]:
    """What a replica says that it has, in this life."""
    mine: set[str] = set()
    for line in replica.lines:
        if line.life == replica.life and (match := DUTY.search(line.text)):
            (mine.add if match[1] == "taken" else mine.discard)(match[2])
    return mine


def freeze(replica: BotProcess) -> None:
    """It hangs: its sockets are open and nobody is there."""
    os.kill(replica.pid, signal.SIGSTOP)


def thaw(replica: BotProcess) -> None:
    os.kill(replica.pid, signal.SIGCONT)


@asynccontextmanager
async def region(
    folder: Path, database_url: str, *, count: int = 3, most: int = 1, webhooks: bool = True
) -> AsyncIterator[Region]:
    """A region with residents in Telegram and on the site, and its staff on the site."""
    name, _, host = database_url.rpartition("/mcu@/")[2].rpartition("@/")[2].partition("?host=")
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(HastyTelegram(most))
        variables = {
            "MCU_MUNICIPALITY": MUNICIPALITY,
            "MCU_UNDO_SECONDS": "0",  # no test waits for the clock
            "MCU_DATABASE_URL": database_url,
            "MCU_STAFF_CHAT": f"web:{STAFF}",
            "MCU_WEB_CHAT": "on",
            "MCU_TELEGRAM_TOKEN": telegram.token,
            "MCU_TELEGRAM_API_URL": telegram.url,
        }
        if webhooks:
            variables |= {"MCU_PUBLIC_URL": PUBLIC_URL, "MCU_TELEGRAM_SECRET": TELEGRAM_SECRET}
        replicas = [
            BotProcess(folder / f"replica-{n}", variables, terminal=True) for n in range(count)
        ]
        for replica in replicas:
            stack.push_async_exit(replica.__aexit__)
        postgres = {"host": host, "user": "mcu", "database": name}
        running = Region(replicas, telegram, postgres)
        stack.callback(lambda: print(running.output))  # noqa: T201 - pytest shows it of what fails
        await running.start()
        yield running


@asynccontextmanager
async def pages(replica: BotProcess, code: str = "") -> AsyncIterator[WebPeople]:
    """People whose pages hang on that replica; ``code`` is for the one employee among them."""

    async def give_code() -> str:
        return code

    async with WebPeople(replica.url, give_code) as people:
        yield people


def start_code(replica: BotProcess, told: str = "run-staff") -> str:
    """The code of the link that the replica tells at its start: an employee's, or the admin's."""
    start = TEXTS(told, url="").strip()
    [line] = [line for line in replica.printed if line.startswith(start)]
    return line.rpartition("code=")[2]
