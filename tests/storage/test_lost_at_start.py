"""A start beside a database that is gone or damaged begins no empty town."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assembly import open_database
from config.settings import load_settings
from storage.database.file import DatabaseLost
from tests.storage.losses import delete, empty, start_of
from tests.support.servers.command_line import command, refusal


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a town leaves it."""
    folder = tmp_path_factory.mktemp("migrated")
    done = command(folder, "migrate")
    assert done.returncode == 0, done
    return folder / "data" / "mcu.db"


@pytest.fixture
def installed(migrated: Path, tmp_path: Path) -> Path:
    """The folder of a town that has been here: a database and a file."""
    folder = tmp_path
    (folder / "data").mkdir()
    shutil.copy(migrated, folder / "data")
    kept = folder / "data" / "files" / "2026" / "photo.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a photo")
    return folder


@pytest.mark.parametrize(
    ("happens", "arguments"),
    [(delete, ""), (empty, ""), (delete, "migrate"), (delete, "categories export")],
)
def test_no_empty_town_is_begun_beside_the_files_of_one(
    installed: Path, happens: Callable[[Path], None], arguments: str
) -> None:
    happens(installed / "data" / "mcu.db")
    before = [file.stat().st_size for file in (installed / "data").glob("mcu.db")]

    line = refusal(command(installed, *arguments.split()))

    assert line.startswith(start_of("new"))
    assert "data/files" in line
    assert [file.stat().st_size for file in (installed / "data").glob("mcu.db")] == before
    assert "❌ База: её нет, или она пуста" in command(installed, "check").stdout


def test_a_town_is_begun_anew_once_its_files_are_put_away(installed: Path) -> None:
    delete(installed / "data" / "mcu.db")
    (installed / "data" / "files").rename(installed / "old")

    assert command(installed, "migrate").returncode == 0


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_no_empty_town_is_begun_on_a_server_either(
    tmp_path: Path, empty_database_url: str
) -> None:
    kept = tmp_path / "files" / "photo.jpg"
    kept.parent.mkdir()
    kept.write_bytes(b"a photo")
    settings = load_settings(
        {"MCU_DATA_DIR": str(tmp_path), "MCU_DATABASE_URL": empty_database_url}
    )

    with pytest.raises(DatabaseLost, match="new"):
        await open_database(settings)

    kept.unlink()
    await (await open_database(settings)).close()
    kept.write_bytes(b"a photo")
    await (await open_database(settings)).close()


def no_database(file: Path) -> None:
    file.write_bytes(b"this is no database, however long one looks at it" * 99)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def broken_inside(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[100:2000] = b"\xa5" * 1900
    file.write_bytes(content)


COMMANDS = ("migrate", "categories export", "code", "sessions", "parked run all")


@pytest.mark.parametrize(
    ("happens", "arguments"),
    [(cut_off, ""), (broken_inside, ""), *((no_database, one) for one in ("", *COMMANDS))],
)
def test_every_command_says_that_the_database_is_damaged(
    installed: Path, happens: Callable[[Path], None], arguments: str
) -> None:
    happens(installed / "data" / "mcu.db")

    line = refusal(command(installed, *arguments.split()))

    assert line.startswith(start_of("damaged"))
    assert "адрес, имя и пароль" not in line


@pytest.mark.parametrize("happens", [no_database, cut_off, broken_inside])
def test_the_check_says_that_the_database_is_damaged(
    installed: Path, happens: Callable[[Path], None]
) -> None:
    happens(installed / "data" / "mcu.db")

    assert "❌ База: файл повреждён" in command(installed, "check").stdout
