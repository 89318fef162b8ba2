"""What the bot keeps is readable by its own user alone, on a machine that others use, too."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.towns.crossing import Crossing
from tests.support.towns.live import live_town


@pytest.fixture
def _usual_umask() -> Iterator[None]:
    """As on a fresh Debian: whatever a program writes, all may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_usual_umask")
async def test_nobody_else_on_the_machine_reads_what_the_bot_keeps(tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    async with live_town(folder, channels={"web"}, staff="web", twice=False) as town:
        crossing = Crossing(town, "web")
        await crossing.agrees()
        await crossing.files()
        await crossing.is_on_a_card()
        data = folder / "data"
        kept = [data, *data.rglob("*")]

        assert [path.name for path in kept if path.stat().st_mode & 0o077] == []
        assert {"mcu.db", "files"} <= {path.name for path in kept}
        assert len([path for path in (data / "files").rglob("*") if path.is_file()]) >= 3
