"""From update to reply at a steady 50 updates a second, and how that grows with residents at once."""

import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row, percentile, spread
from benchmarks.sides.bots import OURS, Crowd, bot
from benchmarks.sides.telegram import appeals, telegram

TITLE = "From update to reply at 50 updates a second: median / 95th / 99th / worst"
A_SECOND = 50
RESIDENTS = 100  # who take turns: each has two seconds to read
MEDIAN, SLOWEST = 0.015, 0.100  # seconds asked of the half and of 99 of 100


async def steadily(crowd: Crowd, seconds: float) -> list[float]:
    """Send updates at a fixed rate, whatever the bot does; the seconds until each reply."""
    people = await crowd.gather(RESIDENTS)
    steps = [list(appeals(15)) for _ in people]
    waits: list[asyncio.Task[float]] = []
    began = time.perf_counter()
    for number in range(int(A_SECOND * seconds)):
        await asyncio.sleep(max(0, began + number / A_SECOND - time.perf_counter()))
        who, turn = number % RESIDENTS, number // RESIDENTS
        resident, link = people[who]
        waits.append(asyncio.create_task(resident.does(steps[who][turn], link)))
    return list(await asyncio.gather(*waits))


async def measure(*, quick: bool) -> list[Row]:
    """On SQLite."""
    with tempfile.TemporaryDirectory() as name:
        async with telegram() as fake, bot(OURS, fake, Path(name)) as crowd:
            await crowd.files(RESIDENTS, 1)
            waits = await steadily(crowd, 4 if quick else 30)
    met = percentile(waits, 0.5) < MEDIAN and percentile(waits, 0.99) < SLOWEST
    return [Row("sqlite", spread(waits), target="< 15 ms, 99th < 100 ms", met=met)]
