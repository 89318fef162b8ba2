"""The floor of free space: below it files wait, words go on, and whoever watches is told."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.commands import check
from bot.http.server import Standing, build_server
from bot.watch.space import Disk, Space
from config.settings import load_settings
from config.texts import Texts
from storage.database import Database
from storage.database.errors import is_outage
from storage.database.fullness import TELLS_FOR, is_full
from storage.migrations import migrate
from storage.tables import KeptFile
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import PHOTO, photos
from tests.support.towns.staff_room import look, until

GB = 10**9


class Computer:
    """Disks whose free bytes a test sets; it has always been a while since the last look."""

    def __init__(self, size: int = 1000 * GB) -> None:
        self.free, self.size, self.now = size, size, 0.0

    def look(self, _folder: Path) -> tuple[int, int]:
        return self.free, self.size

    def timer(self) -> float:
        self.now += 10
        return self.now

    def space(self, *places: str) -> Space:
        folders = {place: Path() for place in places or ("files", "database")}
        return Space(folders, look=self.look, timer=self.timer)


@pytest.fixture
def computer() -> Computer:
    return Computer()


@pytest.fixture
async def small(bor: Town, computer: Computer) -> Town:
    """A town on that computer."""
    space = computer.space()
    bor.transactions.services = replace(
        bor.transactions.services, is_space_low=lambda: space.is_low
    )
    return bor


@pytest.mark.parametrize(
    ("free", "size", "low"),
    [
        (2 * 1024**3 - 1, 1000 * GB, True),
        (2 * 1024**3, 1000 * GB, False),
        (GB - 1, 10 * GB, True),  # of a small disk a tenth
        (GB, 10 * GB, False),
    ],
)
def test_the_floor_is_two_gigabytes_or_a_tenth(free: int, size: int, low: bool) -> None:
    assert Disk("files", free, size).is_low is low


def test_of_a_store_of_its_own_only_what_is_on_its_way_is_looked_at(tmp_path: Path) -> None:
    environ = {"MCU_DATA_DIR": str(tmp_path)}
    here = Space.of(load_settings(environ))
    s3 = {
        "MCU_FILES_URL": "s3://mcu-files",
        "MCU_S3_ENDPOINT": "https://storage.example.ru",
        "MCU_S3_KEY": "key",
        "MCU_S3_SECRET": "secret",
        "MCU_DATABASE_URL": "postgresql+asyncpg://mcu@localhost/mcu",
    }

    assert [disk.place for disk in here.disks] == ["files", "database"]
    assert all(0 < disk.free < disk.size for disk in here.disks)
    assert [disk.place for disk in Space.of(load_settings(environ | s3)).disks] == ["temporary"]


async def test_below_the_floor_files_of_a_messenger_wait_and_words_go_on(
    small: Town, computer: Computer
) -> None:
    anna = await small.consenting()
    computer.free = GB
    await anna.sends(PHOTO, caption=DESCRIPTION)
    await anna.sees(small.texts("files-wait"))
    await anna.sends(*photos(2))
    await small.fetcher.fetch_due()

    waiting = select(KeptFile.state)
    assert await look(small, lambda session: set(session.scalars(waiting))) == {"waiting"}
    told = [shown for shown in anna.room.shown if small.texts("files-wait") in shown.text]
    assert len(told) == 1
    computer.free = 100 * GB
    small.fetcher.wake()
    stored = select(KeptFile.id).where(KeptFile.state == "stored")
    assert await until(lambda: look(small, lambda s: len(list(s.scalars(stored))) == 3))


async def told_by(town: Town, space: Space) -> tuple[int, dict[str, Any], str]:
    server = build_server([], town.database, Standing(working=True), space=space)
    async with TestClient(TestServer(server)) as client:
        ready = await client.get("/readyz")
        counted = await client.get("/metrics")
        return ready.status, await ready.json(), await counted.text()


async def test_who_watches_is_told_of_the_floor(bor: Town, computer: Computer) -> None:
    space = computer.space()
    status, enough, _ = await told_by(bor, space)
    computer.free = GB
    low, little, counted = await told_by(bor, space)
    computer.free = 1024**2
    full, none, _ = await told_by(bor, space)

    assert (status, enough["files"], enough["database"]) == (200, "ok", "ok")
    assert (low, little["files"], little["database"]) == (200, "no space", "ok")
    assert little["space"]["database"] == {"free_mb": 953, "floor_mb": 2048}
    assert (full, none["status"], none["database"]) == (503, "not ready", "full")
    assert 'mcu_free_bytes{place="files"} 1e+09' in counted
    assert 'mcu_free_floor_bytes{place="database"} 2.147483648e+09' in counted
    assert "mcu_uploads_unsaid_bytes 0.0" in counted


async def test_the_log_tells_of_it_once_an_hour(bor: Town, computer: Computer) -> None:
    space = computer.space("files")
    with capture_logs() as logs:
        await space.mind(bor.clock())
        computer.free = GB
        for _ in range(90):
            await space.mind(bor.clock())
            bor.clock.passes(minutes=1)
        computer.free = 100 * GB
        await space.mind(bor.clock())
        computer.free = GB
        await space.mind(bor.clock())

    assert [line["event"] for line in logs] == ["no_space_for_files"] * 3
    assert {line["log_level"] for line in logs} == {"warning"}


def test_check_tells_how_much_is_free_and_what_had_better_lie_apart(
    tmp_path: Path, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    looking = check._Check(
        load_settings({"MCU_DATA_DIR": str(tmp_path)}), Texts.load(), computer.space()
    )
    looking.space()
    enough = capsys.readouterr().out
    computer.free = 3 * GB
    looking.space()
    less = capsys.readouterr().out
    computer.free = GB
    looking.space()
    low = capsys.readouterr().out

    assert enough.count("✅ Место: ") == 2
    assert "⚠️" not in enough
    assert "MCU_FILES_DIR" in less
    assert low.count("это меньше запаса в 2,0 ГБ") == 2
    assert looking.result() == 0


async def test_a_full_database_is_known_as_such(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path}/mcu.db")
    await migrate(database)
    async with database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("CREATE TABLE words (said TEXT)")
        await connection.exec_driver_sql("PRAGMA max_page_count = 10")

    server = TestServer(build_server([], database, Standing(working=True)))
    async with TestClient(server) as browser:
        before = await (await browser.get("/readyz")).json()
        with pytest.raises(OperationalError) as full:
            await say_much(database)
        said = await browser.get("/readyz")
        after = await said.json()
        database.fullness._timer = lambda: time.monotonic() + TELLS_FOR
        later = await (await browser.get("/readyz")).json()

    assert is_full(full.value)
    assert is_outage(full.value)
    assert [one["database"] for one in (before, after, later)] == ["ok", "full", "ok"]
    assert said.status == 503
    await database.close()


async def say_much(database: Database) -> None:
    async with database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("INSERT INTO words VALUES (?)", ("x" * 10_000_000,))
