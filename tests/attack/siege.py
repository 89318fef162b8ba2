"""A town under attack: one process on SQLite, or two replicas on PostgreSQL, with all its channels."""

import asyncio
import json
import random
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import aiohttp

from tests.attack.attackers.attacker import Target
from tests.attack.attackers.crowd import WEB
from tests.attack.attackers.strangers import strangers
from tests.attack.measures import Watch
from tests.attack.plan import Plan
from tests.attack.residents import Place, Visitors
from tests.attack.shipped import Shipped
from tests.fakes.vk import FakeVk
from tests.hostile import corpus as hostile_files
from tests.paths import ROOT
from tests.support.servers.ports import own_port
from tests.support.servers.staff_codes import staff_code
from tests.support.towns.live import TELEGRAM_SECRET, LiveTown, live_town
from tests.support.towns.region import HastyTelegram

Setting = Literal["one", "two"]
TITLES = {"one": "один процесс, SQLite", "two": "две копии, PostgreSQL"}
CHANNELS = ("telegram", "vk", "web")
JSON = {"Content-Type": "application/json"}
MOST_PAUSE = 10.0  # seconds before VK pushes again
FLOOD_LIMIT = "30"  # as towns have it


class LongTelegram(HastyTelegram):
    """Telegram for a long time: what was asked is not kept."""

    def _asked(self, method: str, params: dict[str, Any]) -> None:
        pass


class LongVk(FakeVk):
    """VK for a long time; its pushes come to any replica, several at once."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = deque(maxlen=1000)  # type: ignore[assignment]
        self.pushes = deque(maxlen=1000)  # type: ignore[assignment]
        self.callback_urls: Sequence[str] = ()
        self.dice = random.Random(8)  # noqa: S311 - the same course each time

    async def _push_all(self) -> None:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as client,
            asyncio.TaskGroup() as group,
        ):
            while True:
                update = await self._pushing.get()
                group.create_task(self._push_until_taken(client, update))

    async def _push_until_taken(self, client: aiohttp.ClientSession, update: Any) -> None:
        pause = 0.1
        while not await self._push(client, update):
            await asyncio.sleep(pause)
            pause = min(2 * pause, MOST_PAUSE)

    async def _push(self, session: aiohttp.ClientSession, update: Any) -> bool:
        url = self.dice.choice(self.callback_urls or (self.callback_url,))
        body = json.dumps(update | {"secret": self.secret}, ensure_ascii=False)
        try:
            async with session.post(url, data=body.encode(), headers=JSON) as response:
                answer = (response.status, await response.text())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            answer = (0, type(error).__name__)
        self.pushes.append(answer)
        return answer == (200, "ok")


@dataclass
class Siege:
    """Everything of one run."""

    setting: Setting
    plan: Plan
    bots: list[Shipped]
    place: Place
    telegram: LongTelegram
    vk: LongVk
    watch: Watch
    target: Target
    folder: Path
    deeds: list[dict[str, Any]] = field(default_factory=list)

    async def lasts(self) -> None:
        """Attack a town that lives, as long as planned; then let all who are half way come to their end."""
        end, over = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            watching = [group.create_task(self.watch.looks())]
            watching += [group.create_task(bot.guards()) for bot in self.bots]
            living = [
                group.create_task(self.place.lives(channel, end))
                for channel in CHANNELS
                for _ in range(self.plan.filers)
            ]
            await asyncio.sleep(self.plan.quiet)
            self.watch.waits.of.clear()
            attacking = group.create_task(self._attack(over))
            await asyncio.sleep(self.plan.seconds)
            end.set()
            await asyncio.gather(*living)  # under attack to their last word
            over.set()
            await attacking
            for task in watching:
                task.cancel()

    async def _attack(self, over: asyncio.Event) -> None:
        """All attackers: those of the web in a process of their own, the others beside the fakes."""
        own = strangers(self.target, len(WEB) + 1, self.telegram, self.vk)
        own = [stranger for stranger in own if self.plan.takes(type(stranger))]
        striking = asyncio.gather(*(stranger.runs(over) for stranger in own))
        async with crowd(self.target, self.plan) as deeds:
            await over.wait()
        await striking
        self.deeds = deeds + [stranger.deeds.as_row() for stranger in own]


async def write_corpus(folder: Path, plan: Plan) -> None:
    """Put the hostile files into the folder, as many kinds as the plan wants."""
    await asyncio.to_thread(hostile_files.write, folder, hostile_files.KINDS[:: plan.every])


@asynccontextmanager
async def crowd(target: Target, plan: Plan) -> AsyncIterator[list[dict[str, Any]]]:
    """The attackers of the web until the block ends; then what they did is in the list."""
    deeds: list[dict[str, Any]] = []
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", "5", sys.executable, "-m", "tests.attack.attackers.crowd"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    given = {"target": asdict(target), "plan": asdict(plan)}
    process.stdin.write(json.dumps(given).encode() + b"\n")
    try:
        yield deeds
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(60):
                told, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            told = b""
        assert process.returncode == 0, "the attackers did not come to their end"
        deeds += [json.loads(line) for line in told.splitlines()]


@asynccontextmanager
async def siege(
    setting: Setting, folder: Path, plan: Plan, corpus: Path, database_url: str = ""
) -> AsyncIterator[Siege]:
    """The town as it stands before the first attacker comes. ``corpus``: a folder of hostile files."""
    telegram, vk = LongTelegram(), LongVk()
    count = 2 if setting == "two" else 1
    ports = tuple(own_port() for _ in range(count))
    data = folder / "data"
    environ = {"MCU_FLOOD_LIMIT": FLOOD_LIMIT, "MCU_DATA_DIR": str(data)}
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(
            live_town(
                folder / "first",
                channels=set(CHANNELS),
                staff="web",
                database_url=database_url,
                environ=environ | {"MCU_WEB_PORT": str(ports[0])},
                webhooks=setting == "two",
                twice=False,
                module="tests.attack.unit",
                telegram=telegram,
                vk=vk,
                runs=Shipped,
            )
        )
        processes = [town.process]
        for port in ports[1:]:
            more = dict(town.process.environ) | {"MCU_WEB_PORT": str(port)}
            processes.append(Shipped(folder / "second", more))
            await stack.enter_async_context(processes[-1])
        bots = [bot for bot in processes if isinstance(bot, Shipped)]
        telegram.bases = [bot.url for bot in bots] if setting == "two" else ()
        vk.callback_urls = [f"{bot.url}/webhook/vk" for bot in bots]
        towns = []
        for bot in bots:
            people = await stack.enter_async_context(
                Visitors(bot.url, partial(staff_code, bot.database_url))
            )
            people.patience = plan.patience
            towns.append(LiveTown(bot, "web", dict(town.messengers) | {"web": people}))
        watch = Watch(bots)
        desk = towns[0].web
        assert isinstance(desk, Visitors)
        target = Target(ports, setting == "two", vk.secret, TELEGRAM_SECRET, str(corpus), plan.calm)
        place = Place(towns, desk, plan.patience, watch.waits)
        yield Siege(setting, plan, bots, place, telegram, vk, watch, target, folder)
