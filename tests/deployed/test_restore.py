"""The commands of ``docs/operations.md`` bring a town back: its appeals, its photos, its people."""

import re
import shutil
import subprocess
from pathlib import Path

import asyncpg
import pytest

from tests.paths import ROOT
from tests.support.towns.crossing import Crossing
from tests.support.towns.live import LiveTown, live_town

GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def commands(title: str) -> str:
    """The block that is marked as tried under that title."""
    (found,) = re.findall(rf"<!-- tried: {title} -->\n```sh\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


def run(title: str, folder: Path, database_url: str = "", files: str = "") -> None:
    """Type the commands into a shell in the bot's folder; ``files`` where they lie apart."""
    typed = commands(title)
    if files:
        typed, changed = re.subn(r"(?m)^files=\S+", f"files={files}", typed)
        assert changed == 1
    binaries = ":".join(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    environ = {
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{binaries}",
        "DATABASE": database_url.replace("+asyncpg", ""),
    }
    subprocess.run(["bash", "-euc", typed], cwd=folder, env=environ, check=True)  # noqa: S603, S607


async def files_an_appeal(town: LiveTown) -> Crossing:
    crossing = Crossing(town, "web")
    await crossing.agrees()
    await crossing.files()
    await crossing.is_on_a_card()
    return crossing


async def finds_it_again(town: LiveTown, crossing: Crossing) -> None:
    await crossing.maria.says(f"/open {crossing.number}")
    await crossing.maria.finds(f"{crossing.number} · ")
    await crossing.anna.says("/my")
    await crossing.anna.finds(crossing.number)


def kept_files(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.*")}


async def lose_everything(folder: Path, database_url: str, files: Path) -> None:
    shutil.rmtree(folder / "data")
    shutil.rmtree(files, ignore_errors=True)
    (folder / "data").mkdir()
    if database_url:
        connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()


@pytest.mark.parametrize("apart", [False, True], ids=["files-in-data", "files-apart"])
async def test_a_town_comes_back(tmp_path: Path, database_url: str, *, apart: bool) -> None:
    kind = database_url.partition("+")[0]
    if kind == "sqlite" and not shutil.which("sqlite3"):
        pytest.skip("the sqlite3 command is not installed (Debian: apt install sqlite3)")
    url = "" if kind == "sqlite" else database_url
    folder = tmp_path / "bot"
    root = tmp_path / "disk" / "files" if apart else folder / "data" / "files"
    elsewhere = str(root) if apart else ""
    environ = {"MCU_FILES_DIR": elsewhere} if apart else {}
    async with live_town(
        folder, channels={"web"}, staff="web", twice=False, database_url=url, environ=environ
    ) as town:
        crossing = await files_an_appeal(town)
        run(f"backup {kind}", folder, url, elsewhere)
        files = kept_files(root)
        assert len(files) >= 3
        copies = [file for file in folder.iterdir() if file.is_file()]
        assert {oct(file.stat().st_mode & 0o777) for file in copies} == {"0o600"}
        await town.process.kill()
        await lose_everything(folder, url, root)

        run(f"restore {kind}", folder, url, elsewhere)
        await town.start()

        await finds_it_again(town, crossing)
        assert kept_files(root) == files


async def test_files_move_to_a_disk_of_their_own(tmp_path: Path) -> None:
    folder, disk = tmp_path / "bot", tmp_path / "disk" / "mcu"
    async with live_town(folder, channels={"web"}, staff="web", twice=False) as town:
        crossing = await files_an_appeal(town)
        assert await town.process.stop() == 0
        before = kept_files(folder / "data" / "files")

        run("move files", folder, files=str(disk))
        town.process.environ = {**town.process.environ, "MCU_FILES_DIR": str(disk)}
        await town.start()

        await finds_it_again(town, crossing)
        assert kept_files(disk) == before
        assert not (folder / "data" / "files").exists()
