"""Updates a second of the whole process in webhook mode, beside two peers.

All get the same updates over the same sockets from the same fake, and the next of a resident only
once the reply to the one before is in the chat. One peer is a bare aiogram echo, which keeps
nothing; the other keeps the same appeals through SQLAlchemy's ORM. Ours and the ORM peer answer an
update after a synced commit.

The bots run one after the other, each from an empty database, and that in several rounds: a machine
that is slower for a minute is so for neighbours alike. A ratio is the median of those of the rounds.
"""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Row
from benchmarks.sides.bots import ECHO, ORM, OURS, bot
from benchmarks.sides.databases import POSTGRES, empty, postgres
from benchmarks.sides.telegram import telegram

TITLE = "Updates a second in webhook mode, 50 residents at once: median of the rounds (each round)"
RESIDENTS = 50
ROUNDS = 5
EACH = 8  # appeals of a resident, after one to warm up
PEERS = {ECHO: "bare aiogram echo", ORM: "aiogram bot with an ORM"}
ASKED = {
    "sqlite": {ECHO: 0.8, ORM: 3.0},
    "postgresql": {ECHO: 0.65, ORM: 3.0},
}


async def measure(*, quick: bool) -> list[Row]:
    """On each kind of database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = await _compared("sqlite", "", folder, quick=quick)
        if POSTGRES:
            with postgres() as server:
                rows += await _compared("postgresql", server, folder, quick=quick)
    return rows


async def _compared(kind: str, server: str, folder: Path, *, quick: bool) -> list[Row]:
    """Ours beside each peer."""
    rates: dict[str, list[float]] = {ECHO: [], OURS: [], ORM: []}
    for number in range(1 if quick else ROUNDS):
        for module, found in rates.items():
            place = folder / f"{kind}_{number}_{module.rpartition('.')[2]}"
            found.append(await _rate(module, kind, server, place, 1 if quick else EACH))
    return [_row(kind, peer, rates[OURS], rates[peer]) for peer in PEERS]


async def _rate(module: str, kind: str, server: str, folder: Path, each: int) -> float:
    """Updates a second of one bot, which begins with an empty database."""
    async with (
        empty(kind, folder, server) as url,
        telegram() as fake,
        bot(module, fake, folder, {"MCU_DATABASE_URL": url}) as crowd,
    ):
        await crowd.files(RESIDENTS, 1)
        return await crowd.files(RESIDENTS, each)


def _row(kind: str, peer: str, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    ratio, asked = statistics.median(ratios), ASKED[kind][peer]
    return Row(
        f"{kind}, ours / {PEERS[peer]}; rounds {' '.join(f'{one:.2f}' for one in ratios)}",
        _told(ours),
        _told(theirs),
        ratio,
        f">= {asked}",
        ratio >= asked,
    )


def _told(rates: Sequence[float]) -> str:
    """The median, and the rounds in their order."""
    return f"{statistics.median(rates):.0f} ({' '.join(f'{rate:.0f}' for rate in rates)})"
