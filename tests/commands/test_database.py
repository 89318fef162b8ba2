"""Commands and their database: newer, away, broken, or made by them."""

import re
import sqlite3
from pathlib import Path

import pytest

from tests.support.servers.command_line import command, refusal


@pytest.mark.parametrize("arguments", [(), ("migrate",), ("categories", "export")])
def test_a_database_of_a_newer_version_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert command(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "mcu.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("UPDATE installation SET value = '9999' WHERE name = 'oldest-program'")
    database.close()

    line = refusal(command(tmp_path, *arguments))

    assert line.startswith("MCU_DATABASE_URL")
    assert "новой версией" in line


def test_a_program_runs_on_newer_tables_that_allow_it(tmp_path: Path) -> None:
    """Replicas are exchanged one by one, and a rollback finds the tables of the newer program."""
    assert command(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "mcu.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("ALTER TABLE appeals ADD COLUMN of_the_future INTEGER")
    database.close()

    assert command(tmp_path, "categories", "export").returncode == 0


@pytest.mark.parametrize(
    "url",
    ["postgresql+asyncpg://mcu:hidden-word@127.0.0.1:1/mcu", "sqlite+aiosqlite:///broken.db"],
)
def test_a_database_that_does_not_answer_is_told(tmp_path: Path, url: str) -> None:
    (tmp_path / "broken.db").write_text("this is no database, however long one looks at it" * 99)

    line = refusal(command(tmp_path, environ={"MCU_DATABASE_URL": url}))

    assert line.startswith("MCU_DATABASE_URL")
    assert "hidden-word" not in line


AWAY = "postgresql+asyncpg://mcu:hidden-word@127.0.0.1:1/mcu"


@pytest.mark.parametrize(
    "arguments",
    ["code", "sessions", "sessions end all", "parked", "parked run all", "parked drop 1"],
)
def test_the_commands_beside_a_bot_tell_of_a_database_that_is_away(
    tmp_path: Path, arguments: str
) -> None:
    done = command(tmp_path, *arguments.split(), environ={"MCU_DATABASE_URL": AWAY})

    line = refusal(done)
    assert line.startswith("MCU_DATABASE_URL: база не отвечает")
    assert "hidden-word" not in line


@pytest.mark.parametrize("arguments", [(), ("code",)])
def test_an_address_of_the_database_with_a_wrong_option_is_told(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = command(tmp_path, *arguments, environ={"MCU_DATABASE_URL": f"{AWAY}?colour=red"})

    line = refusal(done)
    assert line.startswith("MCU_DATABASE_URL")
    assert "colour" in line


def test_a_database_that_is_not_there_on_postgresql_is_told(tmp_path: Path, postgres: str) -> None:
    url = f"postgresql+asyncpg://mcu@/nowhere?host={postgres}"

    assert "nowhere" in refusal(command(tmp_path, environ={"MCU_DATABASE_URL": url}))
    assert "nowhere" in refusal(command(tmp_path, "migrate", environ={"MCU_DATABASE_URL": url}))
    checked = command(tmp_path, "check", environ={"MCU_DATABASE_URL": url})
    assert checked.returncode == 1
    assert re.search("❌ База: не отвечает.*nowhere", checked.stdout)


def test_migrate_makes_the_database_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        done = command(tmp_path, "migrate")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "База обновлена.\n"
