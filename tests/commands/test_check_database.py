"""The check of the database, from one that is not there to one that is too new."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest

from storage.database import Database, present_accounts
from storage.inspection import inspect
from storage.migrations import migrate
from tests.commands.installation import Installation
from tests.support.servers.databases import migrated


@pytest.mark.parametrize("option", ["colour=red", "timeout=soon"])
async def test_a_wrong_option_of_the_database_is_told(
    installation: Installation, option: str
) -> None:
    url = f"postgresql+asyncpg://mcu@127.0.0.1:1/mcu?{option}"

    assert "❌ База: не отвечает" in await installation.checked(MCU_DATABASE_URL=url)


async def test_the_encryption_of_the_database_goes_by_either_name(
    installation: Installation, postgres: str
) -> None:
    """Over a socket there is none: what matters is that the driver knows the option."""
    url = f"postgresql+asyncpg://mcu@/postgres?host={postgres}"

    for name in ("ssl", "sslmode"):
        output = await installation.checked(MCU_DATABASE_URL=f"{url}&{name}=prefer")
        assert "✅ База: открывается" in output


async def state(url: str) -> str:
    return (await inspect(url)).state


async def test_a_database_is_seen_from_empty_to_newer(empty_database_url: str) -> None:
    assert await state(empty_database_url) in ("absent", "empty")
    await migrated(empty_database_url)
    assert await state(empty_database_url) == "current"

    database = Database.open(empty_database_url)
    async with database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert await state(empty_database_url) == "current"  # it says that this program runs on it
    async with database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE installation SET value = '9999'")
    await database.close()

    assert await state(empty_database_url) == "newer"


async def test_a_database_in_use_is_no_mistake(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'mcu.db'}")
    await migrate(database)
    try:
        output = await installation.checked()
    finally:
        await database.close()

    assert "✅ База: открывается, таблицы актуальны" in output
    assert "✅ База: бот уже запущен" in output


async def test_a_damaged_database_is_told(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mcu.db").write_text("this is no database, however long one looks" * 99)

    assert "❌ База: файл повреждён" in await installation.checked()


async def test_a_database_left_by_a_crash_is_read_with_its_journal(tmp_path: Path) -> None:
    file = tmp_path / "mcu.db"
    url = f"sqlite+aiosqlite:///{file}"
    await migrated(url)
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("UPDATE alembic_version SET version_num = '9999'")
    writer.execute("UPDATE installation SET value = '9999'")
    writer.commit()

    assert await state(url) == "newer"
    writer.close()


async def test_tables_that_may_not_be_made_are_told(postgres: str) -> None:
    server = await asyncpg.connect(host=postgres, user="mcu", database="postgres")
    try:
        await server.execute("CREATE ROLE guest LOGIN")
        assert await state(f"postgresql+asyncpg://guest@/postgres?host={postgres}") == "closed"
    finally:
        await server.execute("DROP ROLE guest")
        await server.close()


async def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    seen = await inspect("postgresql+asyncpg://mcu:hidden-word@127.0.0.1:1/mcu")

    assert seen.state == "away"
    assert "hidden-word" not in seen.reason


async def test_another_account_of_ours_is_told(
    installation: Installation, database_url: str
) -> None:
    database = Database.open(database_url, beside=True)
    async with database.begin() as session:
        await session.run_sync(present_accounts.take, {"telegram": "111", "vk": "77001"})
    await database.close()
    nowhere = "http://127.0.0.1:9"
    vk = {"MCU_VK_TOKEN": "vk1.a.none", "MCU_VK_GROUP_ID": "88002", "MCU_VK_API_URL": nowhere}

    output = await installation.checked(MCU_DATABASE_URL=database_url, **vk)

    assert "⚠️ ВКонтакте: был 77001, теперь 88002: это другая учётная запись." in output
    assert "Telegram: был" not in output
