"""The database vanishes, shrinks, breaks or is exchanged: nothing more is filed, and a word says why."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.failures import Unavailable
from bot.watch.database_file import DatabaseWatch
from storage.database import Database
from storage.database.file import DatabaseLost, Why
from storage.tables import ParkedEvent
from storage.town import municipalities
from tests.fakes.clock import Clock
from tests.storage.losses import delete, empty, start_of
from tests.support.servers.process import BotProcess
from tests.support.towns.conversation import Town
from tests.support.towns.events import event
from tests.support.towns.staff_room import look

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def exchange(file: Path) -> None:
    shutil.copy(file, file.with_name("other"))
    file.with_name("other").replace(file)


def delete_journal(file: Path) -> None:
    file.with_name("mcu.db-wal").unlink()


@pytest.mark.parametrize(
    ("happens", "why"),
    [(delete, "gone"), (exchange, "replaced"), (empty, "shrunk"), (delete_journal, "journal")],
)
async def test_a_bot_whose_file_is_lost_ends_by_itself_with_a_word(
    tmp_path: Path, happens: Callable[[Path], None], why: Why
) -> None:
    async with BotProcess(tmp_path, {}) as bot:
        happens(tmp_path / "data" / "mcu.db")

        assert await bot.ends(60) == 1

    assert start_of(why) in bot.output
    assert "Traceback" not in bot.output


@on_sqlite
@pytest.mark.parametrize("happens", [delete, exchange, empty])
async def test_nothing_is_taken_once_the_file_is_lost(
    bor: Town, tmp_path: Path, happens: Callable[[Path], None]
) -> None:
    happens(tmp_path / "mcu.db")

    with pytest.raises(Unavailable):
        await bor.inbox.accept(event(1, "/start"))

    with pytest.raises(DatabaseLost):
        await look(bor, municipalities.how_far)


async def test_what_a_deleted_file_still_held_is_saved_beside_its_place(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, {}) as bot:
        delete(tmp_path / "data" / "mcu.db")
        await bot.ends(60)

    [saved] = (tmp_path / "data").glob("mcu.db.saved-*")
    assert str(saved) in bot.output
    with sqlite3.connect(saved) as copy:
        assert copy.execute("SELECT count(*) FROM municipalities").fetchone() == (1,)
    copy.close()


async def test_what_stood_in_a_deleted_journal_is_in_the_database_after_the_stop(
    tmp_path: Path,
) -> None:
    file = tmp_path / "data" / "mcu.db"
    async with BotProcess(tmp_path, {}) as bot:
        delete_journal(file)
        await bot.ends(60)

    with sqlite3.connect(file) as found:
        assert found.execute("SELECT count(*) FROM municipalities").fetchone() == (1,)
    found.close()


@on_sqlite
async def test_a_file_that_breaks_under_the_bot_takes_nothing_more(
    bor: Town, tmp_path: Path
) -> None:
    file = tmp_path / "mcu.db"
    await bor.database.checkpoint()
    with file.open("r+b") as broken:
        broken.seek(4096)
        broken.write(b"\xa5" * (file.stat().st_size - 4096))
    async with bor.database.engine.connect() as connection:
        await connection.execute(text("PRAGMA shrink_memory"))  # what it has read already is whole
        with pytest.raises(DatabaseError, match="malformed"):
            await connection.execute(text("SELECT sum(length(title)) FROM topics"))

    with pytest.raises(Unavailable):
        await bor.inbox.accept(event(1, "/start"))

    with pytest.raises(DatabaseLost, match="damaged"):
        bor.database.look()


@on_sqlite
async def test_an_administrator_may_vacuum_the_file_of_a_bot_that_runs(
    bor: Town, tmp_path: Path
) -> None:
    def fill(session: object) -> None:
        for n in range(300):
            session.add(  # type: ignore[attr-defined]
                ParkedEvent(
                    channel="telegram",
                    event_id=f"{n}",
                    kind="update",
                    content={"raw": "x" * 5000},
                    error="",
                    at=bor.clock.now,
                )
            )

    await look(bor, fill)
    await bor.database.checkpoint()
    bor.database.look()
    large = (tmp_path / "mcu.db").stat().st_size
    await look(bor, lambda session: session.execute(text("DELETE FROM parked_events")))
    with sqlite3.connect(tmp_path / "mcu.db") as outside:
        outside.execute("VACUUM")
        outside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    outside.close()

    assert (tmp_path / "mcu.db").stat().st_size < large
    await look(bor, municipalities.how_far)


async def salt_of(bor: Town) -> int:
    found = await look(bor, municipalities.how_far)
    assert found
    return found[0]


# Of another database in its place


@on_postgresql
async def test_another_database_in_the_place_of_ours_is_noticed(bor: Town) -> None:
    watch = DatabaseWatch(bor.database, await salt_of(bor), bor.clock)
    await watch.ask()
    await look(bor, lambda s: s.execute(text("UPDATE municipalities SET delivery_salt = 0")))

    with pytest.raises(DatabaseLost, match="another"):
        await watch.ask()

    with pytest.raises(Unavailable):
        await bor.inbox.accept(event(1, "/start"))


@on_postgresql
async def test_tables_that_are_gone_are_noticed(bor: Town, database_url: str) -> None:
    watch = DatabaseWatch(bor.database, await salt_of(bor), bor.clock)
    server = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    await server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await server.close()

    with pytest.raises(DatabaseLost, match="another"):
        await watch.ask()


async def test_an_older_state_of_ours_is_noticed(bor: Town) -> None:
    await bor.consenting()
    watch = DatabaseWatch(bor.database, await salt_of(bor), bor.clock)
    await watch.ask()
    await look(bor, lambda session: session.execute(text("DELETE FROM outbox WHERE id > 1")))

    with pytest.raises(DatabaseLost, match="older"):
        await watch.ask()


async def test_a_database_that_is_away_for_a_while_is_waited_for() -> None:
    away = Database.open("postgresql+asyncpg://mcu@127.0.0.1:1/mcu")

    await DatabaseWatch(away, 1, Clock()).ask()

    away.look()
    await away.close()


# Erased bytes


@on_sqlite
async def test_what_was_deleted_is_overwritten_in_the_file(bor: Town) -> None:
    async def pragma(name: str) -> object:
        async with bor.database.begin() as session:
            return (await session.execute(text(f"PRAGMA {name}"))).scalar()

    assert await pragma("secure_delete") == 1  # 2 would be "fast": leaves free pages as they were


async def test_the_journal_is_emptied_beside_the_event_loop(bor: Town, tmp_path: Path) -> None:
    await bor.consenting()

    await asyncio.gather(bor.database.checkpoint(), bor.inbox.accept(event(900, "/help")))
    await bor.database.checkpoint()

    journal = tmp_path / "mcu.db-wal"
    assert not journal.exists() or journal.stat().st_size == 0
