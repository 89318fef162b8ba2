"""One way to the tables: one process on a SQLite file, safe commits, plain errors, moved chats."""

import asyncio
import gc
import sqlite3
import subprocess
import sys
import threading
import time
import weakref
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.first_start import first_start
from storage import outbox
from storage.appeals import filing
from storage.database import Database
from storage.database.errors import DatabaseUnreachable, is_conflict, is_outage
from storage.database.file import DatabaseBusy, DatabaseLost
from storage.database.sqlite import Disk
from storage.inbox import events
from storage.messages import Address, ChatMember
from storage.migrations import migrate
from storage.people import dialogues
from storage.town import municipalities
from tests.paths import ROOT
from tests.support.servers.databases import migrated
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.deliveries import arrived, says, to
from tests.support.towns.staff_room import appeal, change, look, planted

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


async def test_sqlite_keeps_what_it_committed_and_checks_references(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}")
    async with database.begin() as session:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [(await session.execute(text(f"PRAGMA {name}"))).scalar() for name in pragmas]
    await database.close()

    assert found == ["wal", 2, 1]


async def written_while_reading(database: Database) -> None:
    async with database.reading() as session:
        await session.run_sync(events.mark_seen, "vk", "2", datetime.now(UTC))
        await session.flush()


async def test_who_only_reads_waits_for_no_writer_and_changes_nothing(tmp_path: Path) -> None:
    """Else every page that somebody opens would wait in one queue with what people write."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
    await migrated(url, beside=False)
    database = Database.open(url)

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


async def test_a_number_is_given_once_and_starts_anew_each_year(bor: Town) -> None:
    numbers: list[int] = []

    async def take(year: int) -> None:
        await change(
            bor,
            lambda work: numbers.append(filing.next_serial(work.session, work.municipality, year)),
        )

    await asyncio.gather(*(take(2026) for _ in range(10)))
    await take(2027)

    assert sorted(numbers[:10]) == list(range(1, 11))
    assert numbers[10] == 1


async def test_everything_follows_a_group_that_got_a_new_id(bor: Town) -> None:
    await planted(bor, with_cards=True)
    bor.messenger.deaf.add(STAFF_ROOM)
    await says(bor, to(STAFF_ROOM, "still on its way"))
    await change(
        bor,
        lambda work: dialogues.save(
            work.session,
            ChatMember("telegram", STAFF_ROOM, "900"),
            [{"form": "ask", "key": "key"}],
            work.now,
        ),
    )
    maria = bor.employee()
    await bor.messenger.bring(
        bor.messenger.event(maria, maria.room, change="moved", moved_to="-1001")
    )
    bor.clock.passes(minutes=10)
    bor.delivery.wake()

    await maria.sees("still on its way", room=bor.messenger.room("-1001"))
    moved_to = Address("telegram", "-1001")
    moved = await look(bor, lambda s: municipalities.staff_chat_at(s, moved_to))
    assert moved
    assert (moved.main, moved.configured) == (True, f"telegram:{STAFF_ROOM}")
    assert await look(bor, lambda s: dialogues.load(s, ChatMember("telegram", "-1001", "900")))
    await first_start(bor.database, bor.transactions.services)
    assert len(await look(bor, municipalities.staff_addresses)) == 1


async def test_a_new_main_chat_takes_over_the_appeals_of_the_old_one(bor: Town) -> None:
    await planted(bor)
    new = Address("telegram", "-900")
    await change(
        bor,
        lambda work: municipalities.ensure_staff_chat(
            work.session, work.municipality.id, new, main=True
        ),
    )

    found = await look(bor, lambda s: municipalities.staff_chat_at(s, new))
    assert found
    assert (await appeal(bor)).staff_chat_id == found.id
    old = bor.employee()
    await old.says("/open")
    await old.sees("Открытых сообщений нет")


async def test_what_was_sent_and_seen_is_forgotten_in_time(bor: Town) -> None:
    await says(bor, to("42", "hello"), to("42", "the newest, whose row stays"))
    await arrived(bor, 2)
    await change(bor, lambda work: events.mark_seen(work.session, "vk", "1", work.now))
    bor.clock.passes(days=20)

    await change(bor, lambda work: outbox.forget_done(work.session, work.now))
    await change(bor, lambda work: events.forget_seen(work.session, work.now))

    assert await look(bor, lambda s: events.seen(s, "vk", ["1"])) == set()
    assert await look(bor, lambda s: outbox.lock(s, [1])) == {}


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
    database = Database.open(url)
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


async def test_nothing_is_kept_of_a_database_that_was_closed(bor: Town) -> None:
    """SQLAlchemy keeps its dialect, for the sake of the statements that it has made."""
    database = Database.open(bor.settings.database_url, beside=True)
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
