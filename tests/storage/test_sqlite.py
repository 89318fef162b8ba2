"""SQLite's statements on the loop and beside it: quick ones here, what waits for the disk elsewhere."""

import asyncio
import sqlite3
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.database.sqlite import Disk
from storage.inbox import events
from tests.support.servers.databases import first_accounts, migrated


async def test_sqlite_keeps_what_it_committed_and_checks_references(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}")
    async with database.begin() as session:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [(await session.execute(text(f"PRAGMA {name}"))).scalar() for name in pragmas]
    await database.close()

    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("direct", [True, False])
async def test_quick_statements_stay_on_the_loop_and_what_waits_for_the_disk_does_not(
    tmp_path: Path, direct: bool
) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}")
    raw: sqlite3.Connection | None = None
    threads: list[tuple[str, str]] = []
    async with database.begin(direct=direct) as session:
        connection: Any = await (await session.connection()).get_raw_connection()
        raw = connection.driver_connection._conn
        raw.set_trace_callback(lambda sql: threads.append((sql, threading.current_thread().name)))
        await session.execute(text("CREATE TABLE notes (words TEXT)"))
        await session.execute(text("INSERT INTO notes VALUES ('kept')"))
    async with database.begin() as session:
        kept = (await session.execute(text("SELECT words FROM notes"))).scalar()
        raw.set_trace_callback(None)
    await database.close()

    here = threading.main_thread().name
    places = {sql.split()[0]: name == here for sql, name in threads}
    assert kept == "kept"
    assert places.pop("PRAGMA", True)  # how long BEGIN waits
    assert places == {
        "CREATE": direct,
        "INSERT": direct,
        "COMMIT": False,
        "BEGIN": True,  # nobody else writes
        "SELECT": False,
    }


@pytest.mark.parametrize("seconds", [0.0, 0.02])
async def test_commit_is_made_on_the_loop_where_the_disk_is_quick_and_only_there(
    seconds: float,
) -> None:
    disk = Disk()
    assert not disk.is_quick, "nothing is known of it"

    for _ in range(50):
        disk.keeps(lambda: time.sleep(seconds))
    usual = disk.is_quick
    disk.keeps(lambda: time.sleep(1.0))  # somebody copies a large file
    after = disk.is_quick
    for _ in range(50):
        disk.keeps(lambda: time.sleep(seconds))

    assert (usual, after, disk.is_quick) == (not seconds, False, not seconds)


async def test_a_commit_that_fails_on_the_loop_is_an_error_of_the_database(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}")
    for statement in (
        "CREATE TABLE one (id INTEGER PRIMARY KEY)",
        "CREATE TABLE two (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED)",
    ):
        async with database.begin(direct=True) as session:
            await session.execute(text(statement))
    for _ in range(50):  # until it is known that the disk is quick
        async with database.begin(direct=True) as session:
            await session.execute(text("INSERT INTO one DEFAULT VALUES"))

    with pytest.raises(IntegrityError):
        async with database.begin(direct=True) as session:
            await session.execute(text("INSERT INTO two VALUES (-1)"))
    async with database.begin(direct=True) as session:
        assert await session.scalar(text("SELECT count(*) FROM two")) == 0
    await database.close()


async def test_while_another_program_writes_the_loop_goes_on_and_we_wait(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
    await migrated(url, beside=False)
    database = first_accounts(Database.open(url))
    other = sqlite3.connect(tmp_path / "mcu.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def writes() -> None:
        async with database.begin(direct=True) as session:
            await session.run_sync(events.mark_seen, "vk", "1", datetime.now(UTC))

    writing = asyncio.create_task(writes())
    for _ in range(20):
        await asyncio.sleep(0.01)  # would not return where the loop waited for the lock
    assert not writing.done()
    other.execute("COMMIT")
    await asyncio.wait_for(writing, 10)

    assert other.execute("SELECT count(*) FROM seen_events").fetchone() == (1,)
    other.close()
    await database.close()
