"""kill -9 at random moments of many conversations at once: nothing lost, no appeal twice."""

import os
import random
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.commit_proxy import commit_proxy
from tests.faults.world.fault_town import TITLES
from tests.faults.world.final_check import mistakes, tally
from tests.faults.world.forking_launcher import Forked
from tests.faults.world.kills import CommitWatch, Reaper
from tests.faults.world.storm import Storm
from tests.faults.world.storm_messengers import StormMax, StormTelegram, StormVk
from tests.support.servers.own_postgres import Server
from tests.support.servers.ports import own_port
from tests.support.towns.live import live_town

FIXED = 20_261_122


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the residents are, how updates come, where they are kept, where the staff is."""

    channel: str
    intake: str  # polling, webhooks
    database: str  # sqlite, postgresql
    staff: str

    def __str__(self) -> str:
        return f"{self.channel}-{self.intake}-{self.database}-{self.staff}"


ALL = (
    Setting("telegram", "polling", "sqlite", "vk"),
    Setting("vk", "webhooks", "postgresql", "web"),
    Setting("max", "polling", "sqlite", "max"),
    Setting("telegram", "webhooks", "sqlite", "web"),
    Setting("vk", "polling", "sqlite", "vk"),
    Setting("telegram", "polling", "postgresql", "web"),
    Setting("telegram", "webhooks", "postgresql", "vk"),
    Setting("vk", "polling", "postgresql", "web"),
    Setting("vk", "webhooks", "sqlite", "vk"),
    Setting("max", "webhooks", "postgresql", "max"),
    Setting("max", "webhooks", "sqlite", "web"),
    Setting("max", "polling", "postgresql", "vk"),
    Setting("max", "polling", "sqlite", "web"),
    Setting("max", "webhooks", "postgresql", "vk"),
    Setting("max", "webhooks", "sqlite", "max"),
    Setting("max", "polling", "postgresql", "max"),
)
WAYS = {"polling": "опрос", "webhooks": "вебхуки"}
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MOMENTS = {
    "any": "когда угодно",
    "brought": "обновление получено",
    "asked": "сообщение отправляется",
    "shown": "показано, ответа нет",
    "commit": "около COMMIT",
    "file": "файл скачивается",
    "start": "при запуске",
}


@pytest.fixture
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Server | None]:
    """An empty PostgreSQL database where the setting is of one."""
    if request.getfixturevalue("setting").database == "sqlite":
        yield None
        return
    folder = Path(request.getfixturevalue("postgres"))
    made = Server(folder, f"storm_{uuid.uuid4().hex[:8]}")
    await made.execute(f"CREATE DATABASE {made.database}", database="postgres")
    yield made
    await made.execute(f"DROP DATABASE {made.database} WITH (FORCE)", database="postgres")


@pytest.mark.parametrize("setting", ALL[: PLAN.storms], ids=str)
async def test_kills_at_random_moments_lose_and_double_nothing(
    setting: Setting, database: Server | None, tmp_path: Path
) -> None:
    seed = int(os.environ.get("MCU_SEED") or (secrets.randbelow(10**8) if PLAN.long else FIXED))
    print(f"MCU_SEED={seed}")  # noqa: T201 - pytest shows it of what fails
    reaper = Reaper(random.Random(seed))  # noqa: S311 - to be repeated, no secret
    async with AsyncExitStack() as stack:
        url = ""
        if database:
            proxy = await stack.enter_async_context(commit_proxy(database, CommitWatch))
            assert isinstance(proxy, CommitWatch)
            proxy.reaper, url = reaper, proxy.url
        town = await stack.enter_async_context(
            live_town(
                tmp_path,
                channels={setting.channel},
                staff=setting.staff,
                database_url=url,
                environ={"MCU_WEB_PORT": str(own_port())},
                webhooks=setting.intake == "webhooks",
                telegram=StormTelegram(reaper),
                vk=StormVk(reaper),
                max_=StormMax(reaper),
                runs=Forked,
            )
        )
        reaper.process = town.process
        storm = Storm.of(town, reaper, setting.channel, PLAN.conversations)
        await storm.rages(PLAN.storm)
        assert await town.process.stop() == 0

        counted = await tally(storm)
        print(counted)  # noqa: T201 - as above
        assert await mistakes(storm) == []
        assert sum(reaper.kills.values()) == PLAN.storm
    staff = TITLES[setting.staff]
    done = f"{WAYS[setting.intake]}, {DATABASES[setting.database]}, сотрудники: {staff}"
    moments = ", ".join(f"{MOMENTS[name]} {count}" for name, count in sorted(reaper.kills.items()))
    done = f"{done}; {moments}; MCU_SEED={seed}"
    print(done)  # noqa: T201 - as above
    found(Fault(TITLES[setting.channel], "kill -9 в случайный миг", done, PLAN.storm), counted)
