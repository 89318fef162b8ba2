"""How updates a second and waiting grow from one resident at once to a thousand."""

import tempfile
from pathlib import Path

from benchmarks.report import Row, spread
from benchmarks.sides.bots import OURS, bot
from benchmarks.sides.databases import POSTGRES, empty, postgres
from benchmarks.sides.telegram import telegram

TITLE = "Residents at once: updates a second / from update to reply (median / 95th / 99th / worst)"
STEPS = 3500  # of each size, about


async def _grown(kind: str, server: str, folder: Path, *, quick: bool) -> list[Row]:
    rows = []
    async with (
        empty(kind, folder, server) as url,
        telegram() as fake,
        bot(OURS, fake, folder / kind, {"MCU_DATABASE_URL": url}) as crowd,
    ):
        await crowd.files(10, 1)
        for residents in (1, 10, 100) if quick else (1, 10, 100, 1000):
            each = max(1, min(18, STEPS // 5 // residents))
            rate = await crowd.files(residents, 1 if quick else each)
            rows.append(Row(f"{kind}, {residents}", f"{rate:.0f}", spread(crowd.seconds)))
    return rows


async def measure(*, quick: bool) -> list[Row]:
    """On each kind of database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = await _grown("sqlite", "", folder, quick=quick)
        if POSTGRES:
            with postgres() as server:
                rows += await _grown("postgresql", server, folder, quick=quick)
    return rows
