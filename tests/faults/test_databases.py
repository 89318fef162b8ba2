"""A database that is locked, gone or full: nothing acknowledged that was not kept, and no help needed."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.faults.plan import PLAN, long_only
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import FaultTown, fault_town
from tests.faults.world.ledger import query, sqlite_file
from tests.faults.world.people import STEPS, all_file, filers, news
from tests.support.servers.own_postgres import Server
from tests.support.servers.process import BotProcess
from tests.support.towns.crossing import FIRST
from tests.support.towns.live import TEXTS

Breaking = Callable[[FaultTown], AbstractAsyncContextManager[None]]
MIDDLE = 4  # the step of a conversation at which it breaks
FILE_SIZE = resource.RLIMIT_FSIZE


@asynccontextmanager
async def locked(run: FaultTown) -> AsyncIterator[None]:
    """Another program writes into the file, and takes its time."""
    with closing(sqlite3.connect(sqlite_file(run.town), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def full(run: FaultTown) -> AsyncIterator[None]:
    """No file grows any more."""
    pid = run.town.process.pid
    before = resource.prlimit(pid, FILE_SIZE)
    resource.prlimit(pid, FILE_SIZE, (1, before[1]))
    yield
    resource.prlimit(pid, FILE_SIZE, before)


async def says_it_is_ill(run: FaultTown) -> None:
    """A clear line, and a health page that tells whoever watches."""
    await run.town.process.logs("event=database_unavailable", 40)


async def assert_nothing_acknowledged(run: FaultTown, kept: int) -> None:
    """What the messenger holds is still there, and the tables are as they were."""
    if "MCU_PUBLIC_URL" in run.town.process.environ:
        statuses = [status for status, _ in run.town.vk.pushes[kept:]]
        assert statuses
        assert 200 not in statuses
    elif run.channel == "telegram":
        assert len(run.town.telegram.waiting) >= PLAN.residents
    else:
        assert run.town.vk.long_poll.asked[-1] < run.town.vk.long_poll.ts


async def lives_through(run: FaultTown, breaking: Breaking, *, away: float = 0) -> None:
    """Residents are half way when it breaks, and go on; then it is mended, and all ends well."""
    ledger, people = filers(run.town, run.channel, PLAN.residents)
    await all_file(people, 0, MIDDLE)
    pushes = len(run.town.vk.pushes) if run.channel == "vk" else 0
    async with breaking(run):
        for filer in people:
            await filer.acts(MIDDLE)
        await says_it_is_ill(run)
        await asyncio.sleep(away)
        await assert_nothing_acknowledged(run, pushes)
    await asyncio.gather(*(filer.reads(MIDDLE) for filer in people))
    await all_file(people, MIDDLE + 1)
    await news(run.town, people, PLAN.news)
    await ledger.settles()
    run.tally = await ledger.count()


@pytest.mark.parametrize("channel", ["telegram", pytest.param("vk", marks=long_only)])
async def test_a_locked_database_is_waited_for(channel: str, tmp_path: Path) -> None:
    async with fault_town(tmp_path, channel) as run:
        await lives_through(run, locked)

        found(Fault("SQLite", "занята другой программой", run.title, 1), run.tally)


async def test_a_full_disk_stops_nothing_for_longer_than_it_is_full(tmp_path: Path) -> None:
    async with fault_town(tmp_path) as run:
        await lives_through(run, full)

        found(Fault("SQLite", "диск полон", run.title, 1), run.tally)


async def test_a_photo_that_comes_while_the_disk_is_full_is_kept_afterwards(tmp_path: Path) -> None:
    async with fault_town(tmp_path) as run:
        ledger, [anna] = filers(run.town, run.channel, 1)
        anna.photo = FIRST
        run.town.telegram.hold("getFile")
        await anna.files(0, 6)
        await run.town.telegram.until(lambda: run.town.telegram.called("getFile"))
        async with full(run):
            await run.release()
            await run.town.telegram.until(lambda: run.town.telegram.called("file"))
        await anna.files(6)
        await anna.card()
        await run.town.employee().person.sees_file(FIRST.content)

        assert await query(run.town, "SELECT state FROM files") == [("stored",)]
        found(Fault("Папка файлов", "диск полон", "фото жителя", 1), await ledger.count())


async def test_a_server_that_is_gone_is_waited_for(own_postgres: Server, tmp_path: Path) -> None:
    @asynccontextmanager
    async def gone(run: FaultTown) -> AsyncIterator[None]:
        await own_postgres.stop()
        async with aiohttp.ClientSession() as http:
            response = await http.get(f"{run.town.process.url}/readyz")
            assert response.status == 503
        yield
        await own_postgres.start()

    async with fault_town(tmp_path, database_url=own_postgres.url) as run:
        await lives_through(run, gone, away=PLAN.away)

        found(Fault("PostgreSQL", f"нет {PLAN.away:.0f} с", "опрос", 1), run.tally)


async def test_a_server_without_room_is_waited_for(own_postgres: Server, tmp_path: Path) -> None:
    @asynccontextmanager
    async def without_room(run: FaultTown) -> AsyncIterator[None]:
        await own_postgres.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
            "'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER no_room BEFORE INSERT ON outbox EXECUTE FUNCTION no_room()",
        )
        yield
        async with asyncio.timeout(20), aiohttp.ClientSession() as http:
            database = ""
            while database != "full":  # it is known by what was tried
                async with http.get(f"{run.town.process.url}/readyz") as response:
                    database = (await response.json())["database"]
                await asyncio.sleep(0.1)
        await own_postgres.execute("DROP TRIGGER no_room ON outbox")

    async with fault_town(tmp_path, "vk", database_url=own_postgres.url, webhooks=True) as run:
        await lives_through(run, without_room, away=0.5)

        found(Fault("PostgreSQL", "диск полон (53100)", "вебхуки", 1), run.tally)


@long_only
async def test_connections_that_are_cut_again_and_again_lose_nothing(
    own_postgres: Server, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, "vk", database_url=own_postgres.url) as run:
        ledger, people = filers(run.town, "vk", PLAN.residents)
        cuts = 0
        for step in STEPS:
            for filer in people:
                await filer.acts(step)
            for _ in range(2):
                await own_postgres.cut_connections()
                cuts += 1
            await asyncio.gather(*(filer.reads(step) for filer in people))
        await ledger.settles()

        fault = Fault("PostgreSQL", "сервер рвёт все соединения", "на каждом шаге диалога", cuts)
        found(fault, await ledger.count())


async def test_what_was_sent_is_tied_to_its_appeal_however_often_transactions_meet(
    own_postgres: Server, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, database_url=own_postgres.url) as run:
        ledger, people = filers(run.town, run.channel, PLAN.residents)
        await own_postgres.execute(
            "CREATE SEQUENCE met",
            "CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('met') % 4 > 0 THEN RAISE EXCEPTION 'met' USING ERRCODE = '40001'; END IF; "
            "RETURN NEW; END $$",
            "CREATE TRIGGER meet BEFORE INSERT ON chat_messages FOR EACH ROW "
            "WHEN (NEW.role = 'card') EXECUTE FUNCTION meet()",
        )
        await all_file(people)
        await asyncio.gather(*(filer.card() for filer in people))
        untied = (
            "SELECT count(*) FROM appeals WHERE id NOT IN "
            "(SELECT appeal_id FROM chat_messages WHERE role = 'card')"
        )
        async with asyncio.timeout(60):
            while await query(run.town, untied) != [(0,)]:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        await own_postgres.execute("DROP TRIGGER meet ON chat_messages")
        await news(run.town, people, PLAN.news)  # answers to the cards find their appeals
        await ledger.settles()

        assert run.town.process.troubles() == []
        times = await query(run.town, "SELECT last_value FROM met")
        fault = Fault(
            "PostgreSQL",
            "встречные транзакции (40001)",
            "запись об отправке",
            int(str(times[0][0])),
        )
        found(fault, await ledger.count())


@long_only  # the short form of it stands in tests/storage/test_database.py
async def test_a_second_process_on_the_same_file_says_why_it_does_not_start(tmp_path: Path) -> None:
    async with fault_town(tmp_path) as run:
        second = BotProcess(tmp_path, run.town.process.environ)
        await second.launch()
        code = await second.ends()
        ledger, people = filers(run.town, run.channel, 1)
        await all_file(people)

        assert code == 1
        assert [line.text for line in second.lines] == [TEXTS("stop-database-busy")]
        found(Fault("SQLite", "второй процесс", "отказ с объяснением", 1), await ledger.count())


async def test_an_update_of_the_tables_that_fails_changes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    kind = database_url.partition("+")[0]
    async with fault_town(tmp_path, database_url=database_url) as run:
        ledger, people = filers(run.town, run.channel, PLAN.residents)
        await all_file(people, 0, MIDDLE)
        assert await run.town.process.stop() == 0
        before = await tables(run, kind)
        newer = BotProcess(tmp_path, run.town.process.environ, "tests.faults.world.broken_update")
        await newer.launch()
        code = await newer.ends()

        assert code == 1
        [line] = [line.text for line in newer.lines]
        assert line.startswith("MCU_DATABASE_URL: не получилось обновить таблицы")
        assert await tables(run, kind) == before
        await run.town.start()
        await all_file(people, MIDDLE)
        await ledger.settles()
        name = "PostgreSQL" if kind == "postgresql" else "SQLite"
        fault = Fault(name, "обновление таблиц не удалось", "отказ в запуске, прежняя версия", 1)
        found(fault, await ledger.count())


async def tables(run: FaultTown, kind: str) -> list[tuple[object, ...]]:
    """The schema and its version."""
    if kind == "sqlite":
        schema = await query(run.town, "SELECT name, sql FROM sqlite_master ORDER BY name")
    else:
        schema = await query(
            run.town,
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' ORDER BY 1, 2",
        )
    return schema + await query(run.town, "SELECT version_num FROM alembic_version")
