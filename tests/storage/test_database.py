"""One way to the tables: one process on a SQLite file, plain errors, nothing left behind."""

import asyncio
import gc
import sqlite3
import subprocess
import sys
import threading
import weakref
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from storage.database import Database
from storage.database.errors import DatabaseUnreachable, is_conflict, is_outage
from storage.database.file import DatabaseBusy, DatabaseLost
from storage.database.sqlite import Connections
from storage.inbox import events
from storage.migrations import migrate
from tests.paths import ROOT
from tests.support.servers.databases import first_accounts, migrated
from tests.support.towns.conversation import Town

LONG = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
    SELECT max(i) FROM n
"""


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
    first = Database.open(url)
    code = (
        "import sys; from storage.database import Database\n"
        "from storage.database.file import DatabaseBusy\n"
        "try: Database.open(sys.argv[1])\n"
        "except DatabaseBusy as busy: print(busy)\n"
    )
    command = [sys.executable, "-c", code, url]
    second = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, cwd=ROOT, check=True
    )
    with pytest.raises(DatabaseBusy):
        Database.open(url)
    await first.close()

    assert "in use by another process" in second.stdout
    await Database.open(url).close()


async def written_while_reading(database: Database) -> None:
    async with database.reading() as session:
        await session.run_sync(events.mark_seen, "vk", "2", datetime.now(UTC))
        await session.flush()


async def test_who_only_reads_waits_for_no_writer_and_changes_nothing(tmp_path: Path) -> None:
    """Else every page that somebody opens would wait in one queue with what people write."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
    await migrated(url, beside=False)
    database = first_accounts(Database.open(url))

    def noted(session: Session) -> int:
        return len(events.seen(session, "vk", ["1"]))

    async with asyncio.timeout(10), database.begin() as writing:
        await writing.run_sync(events.mark_seen, "vk", "1", datetime.now(UTC))
        await writing.flush()
        async with database.reading() as one, database.reading() as other:
            assert [await one.run_sync(noted), await other.run_sync(noted)] == [0, 0]
    async with database.reading() as session:
        assert await session.run_sync(noted) == 1
    with pytest.raises(DBAPIError, match="readonly"):
        await written_while_reading(database)
    async with database.begin(direct=True) as session:  # on the same connections
        await session.run_sync(events.mark_seen, "vk", "2", datetime.now(UTC))
    await database.close()


async def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    database = Database.open(f"postgresql+asyncpg://mcu@/none?host={tmp_path}")
    with pytest.raises(DatabaseUnreachable) as told:
        await migrate(database)
    await database.close()

    assert "\n" not in str(told.value)


async def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "mcu.db").write_text("no database " * 100)
    for beside in (False, True):
        with pytest.raises(DatabaseLost, match="damaged") as told:
            await migrated(f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}", beside=beside)
        assert told.value.detail == "file is not a database"


async def test_an_outage_is_told_from_a_mistake_and_from_a_conflict(bor: Town) -> None:
    async def error_of(statement: str, **values: object) -> DBAPIError:
        with pytest.raises(DBAPIError) as caught:
            async with bor.database.begin() as session:
                await session.execute(text(statement), values)
        return caught.value

    where = "INSERT INTO seen_events (channel, event_id, at) VALUES (:a, :b, CURRENT_TIMESTAMP)"
    twice = f"{where}, (:a, :b, CURRENT_TIMESTAMP)"
    conflict = await error_of(twice, a="vk", b="1")
    assert isinstance(conflict, IntegrityError)
    assert (is_conflict(conflict), is_outage(conflict)) == (True, False)
    if bor.database.engine.dialect.name == "postgresql":
        for mistake in (
            await error_of(where, a="vk", b="x\0"),
            await error_of(where, a="too long for this column", b="x"),
            await error_of("SELECT CAST(:a AS integer)", a=2**40),
            await error_of("SELECT nothing FROM nowhere"),
        ):
            assert (is_conflict(mistake), is_outage(mistake)) == (False, False)
        cut = await error_of("SELECT pg_terminate_backend(pg_backend_pid())")
        assert is_outage(cut)
    else:
        deep = " AND ".join(["1"] * 2000)
        for mistake in (
            await error_of(f"SELECT 1 WHERE {deep}"),
            await error_of("SELECT nothing FROM nowhere"),
        ):
            assert (is_conflict(mistake), is_outage(mistake)) == (False, False)
    assert is_outage(ConnectionRefusedError())
    assert not is_outage(ValueError())


async def test_what_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    """It would have a word for a loop that is gone by then: a traceback under the one clear line."""
    before = set(threading.enumerate())
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/mcu.db", beside=True)

    with pytest.raises(DatabaseUnreachable):
        await database.reach()
    await database.close()

    left = {one for one in threading.enumerate() if "connection" in one.name} - before
    assert left == set()


async def test_who_is_cancelled_while_connecting_leaves_no_thread_behind(tmp_path: Path) -> None:
    """The file is still being opened: the database is not closed before that is over."""
    opening, may_open = threading.Event(), threading.Event()

    class Slow(sqlite3.Connection):
        def __init__(self, *args: Any, **options: Any) -> None:
            opening.set()
            may_open.wait(10)
            super().__init__(*args, **options)

    before = set(threading.enumerate())
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}",
        connect_args={"check_same_thread": False, "factory": Slow},
    )
    connections = Connections()
    event.listen(engine.sync_engine, "do_connect", connections.connect)
    database = Database(engine, None, connections)
    reaching = asyncio.create_task(database.reach())
    await asyncio.to_thread(opening.wait, 10)
    reaching.cancel()
    await asyncio.wait([reaching])
    closing = asyncio.create_task(database.close())
    closed_early, _ = await asyncio.wait([closing], timeout=0.2)
    may_open.set()
    await closing

    assert reaching.cancelled()
    assert not closed_early
    left = {one for one in threading.enumerate() if "connection" in one.name} - before
    assert left == set()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_the_server_has_ended_is_not_used_again(bor: Town) -> None:
    """Without a question before each transaction: the driver sees by itself that it is closed."""
    async with bor.database.begin() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid != pg_backend_pid()"
                " AND state = 'idle' AND application_name = ''"
            )
        )
    await asyncio.sleep(0.1)  # until the word of it is here

    async with (
        bor.database.begin() as one,
        bor.database.begin() as two,
        bor.database.begin() as three,
    ):
        sessions = (one, two, three)
        answers = [(await session.execute(text("SELECT 1"))).scalar() for session in sessions]
    assert answers == [1, 1, 1]


async def test_nothing_is_kept_of_a_database_that_was_closed(bor: Town) -> None:
    """SQLAlchemy keeps its dialect, for the sake of the statements that it has made."""
    database = first_accounts(Database.open(bor.settings.database_url, beside=True))
    async with database.begin() as session:
        await session.run_sync(events.mark_seen, "telegram", "1", datetime.now(UTC))
    await database.close()
    await database.close()  # nor does a second word harm
    kept = weakref.ref(database)
    del database, session
    gc.collect()

    assert kept() is None


@pytest.mark.parametrize("times", [1, 2, 30])
@pytest.mark.parametrize("turns", range(0, 60, 6))
async def test_who_is_cancelled_leaves_nothing_that_waits_and_no_lock(
    tmp_path: Path, turns: int, times: int
) -> None:
    """Else the program, told to stop while a job works, does not end, or others find it locked."""
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}")
    await database.reach()

    async def work() -> None:
        async with database.begin() as session:
            await session.execute(text(LONG))

    for _ in range(2):  # the first opens the connection that the second finds
        working = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        for _ in range(times):
            working.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([working])
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _, waiting = await asyncio.wait(others, timeout=10)
        assert not waiting
    async with database.begin() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()
