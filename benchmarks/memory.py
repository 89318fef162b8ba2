"""How soon the process is ready and how much memory it holds, over many updates.

MAX, Telegram, VK and the web chat are on; the updates come from Telegram.
"""

import re
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row
from benchmarks.sides.bots import OURS, Crowd, bot
from benchmarks.sides.databases import POSTGRES, empty, postgres
from benchmarks.sides.telegram import telegram
from tests.fakes.max import FakeMax
from tests.fakes.vk import FakeVk

TITLE = "Start and memory with all four channels on"
MOST_MEGABYTES, READY_SECONDS = 230, 5.0
FLAT = 0.10  # the growth that is none, from a tenth of the updates to all
RESIDENTS, EACH = 50, 10
A_ROUND = RESIDENTS * (EACH * 7 + 2)


async def measure(*, quick: bool) -> list[Row]:
    """On each kind of database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = await _held("sqlite", "", folder, quick=quick)
        if POSTGRES:
            with postgres() as server:
                rows += await _held("postgresql", server, folder, quick=quick)
    return rows


async def _held(kind: str, server: str, folder: Path, *, quick: bool) -> list[Row]:
    """The first start, then a hundred thousand updates."""
    updates = 3_000 if quick else 100_000
    held: list[tuple[int, float]] = []
    async with (
        empty(kind, folder, server) as url,
        FakeVk() as vk,
        FakeMax() as max_,
        telegram() as fake,
    ):
        environ = {
            "MCU_DATABASE_URL": url,
            "MCU_WEB_CHAT": "on",
            "MCU_MAX_TOKEN": max_.token,
            "MCU_MAX_API_URL": max_.url,
            "MCU_MAX_SECRET": "a-word-between-max-and-us",
            "MCU_VK_TOKEN": vk.token,
            "MCU_VK_GROUP_ID": str(vk.group_id),
            "MCU_VK_API_URL": vk.url,
            "MCU_VK_SECRET": vk.secret,
            "MCU_VK_CONFIRMATION": vk.confirmation,
        }
        began = time.perf_counter()
        async with bot(OURS, fake, folder / kind, environ) as crowd:
            ready = time.perf_counter() - began
            held.append((0, megabytes(crowd)))
            done = 0
            while done < updates:
                await crowd.files(RESIDENTS, 1 if quick else EACH)
                done += A_ROUND
                held.append((done, megabytes(crowd)))
    last, most = held[-1], max(size for _, size in held)
    tenth = next(size for count, size in held if count * 10 >= last[0])
    growth = (last[1] - tenth) / tenth
    return [
        Row(f"{kind}: ready after", f"{ready:.1f} s", target="<= 5 s", met=ready <= READY_SECONDS),
        Row(f"{kind}: held when ready", f"{held[0][1]:.0f} MB"),
        Row(f"{kind}: most over {last[0]} updates", f"{most:.0f} MB", target="< 230 MB",
            met=most < MOST_MEGABYTES),
        Row(f"{kind}: growth since the first tenth", f"{growth:+.1%}", f"{tenth:.0f} MB",
            target="flat", met=growth < FLAT),
    ]  # fmt: skip


def megabytes(crowd: Crowd) -> float:
    """What the bot's process holds in memory just now."""
    status = Path(f"/proc/{crowd.process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found  # noqa: S101 - Linux says so of every process
    return int(found[1]) / 1024
