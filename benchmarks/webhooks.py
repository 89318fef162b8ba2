"""Updates a second of the whole process in webhook mode, beside a bare aiogram echo bot.

Both get the same updates over the same sockets from the same fake, and the next of a resident only
once the reply to the one before is in the chat. The echo keeps nothing; ours answers an update
after a synced commit.
"""

import tempfile
from pathlib import Path

from benchmarks.report import Row
from benchmarks.sides.bots import OURS, PEER, Crowd, bot
from benchmarks.sides.databases import POSTGRES, empty, postgres
from benchmarks.sides.telegram import telegram

TITLE = "Updates a second in webhook mode, 50 residents at once: ours / bare aiogram echo"
RESIDENTS = 50
ASKED = 0.5


async def rate(crowd: Crowd, *, quick: bool) -> float:
    """The best of some rounds, after one to warm up."""
    await crowd.files(RESIDENTS, 1)
    rounds = 1 if quick else 3
    return max([await crowd.files(RESIDENTS, 1 if quick else 8) for _ in range(rounds)])


async def measure(*, quick: bool) -> list[Row]:
    """The echo, then ours on each kind of database."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with telegram() as fake, bot(PEER, fake, folder / "echo") as crowd:
            echo = await rate(crowd, quick=quick)
        rows.append(await _ours("sqlite", "", folder, echo, quick=quick))
        if POSTGRES:
            with postgres() as server:
                rows.append(await _ours("postgresql", server, folder, echo, quick=quick))
    return rows


async def _ours(kind: str, server: str, folder: Path, echo: float, *, quick: bool) -> Row:
    async with empty(kind, folder, server) as url, telegram() as fake:
        environ = {"MCU_DATABASE_URL": url}
        async with bot(OURS, fake, folder / kind, environ) as crowd:
            ours = await rate(crowd, quick=quick)
    ratio = ours / echo
    return Row(kind, f"{ours:.0f}", f"{echo:.0f}", ratio, f">= {ASKED}", ratio >= ASKED)
