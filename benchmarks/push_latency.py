"""How long a resident waits: for the answer to a message, and for the push after an employee's press.

Runs the real process against the protocol fakes on this machine, the staff in the web staff chat::

    python -m benchmarks.push_latency [appeals in each channel]
"""

import asyncio
import logging
import platform
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.crossing import DESCRIPTION, TOPIC
from tests.live import LiveTown, Reader, live_town

CHANNELS = ("telegram", "vk", "web")
PAUSE = 0.05  # seconds between turns: one resident alone must not reach the messenger's 28/s


class Samples:
    """Seconds by what was waited for."""

    def __init__(self) -> None:
        self.reply: list[float] = []
        self.push: list[float] = []


async def file_appeal(anna: Reader, samples: Samples) -> str:
    """One appeal; each question asked is a sample. Its number."""

    async def answered(key: str) -> None:
        began = time.perf_counter()
        await anna.reads(key)
        samples.reply.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)

    await anna.says("/new")
    await answered("ask-kind")
    await anna.presses("kind-problem")
    await answered("ask-what")
    await anna.says(DESCRIPTION)
    await answered("ask-topic-suggested")
    await anna.presses(TOPIC)
    await answered("ask-place")
    await anna.says("ул. Мира, 5")
    await answered("ask-files")
    await anna.presses("files-none")
    await answered("summary")
    await anna.presses("form-send")
    shown = await anna.reads("filed")
    return str(re.findall(r"МЦУ-\d\d-\d{6}", shown.text)[0])


async def measure(town: LiveTown, channel: str, appeals: int) -> Samples:
    """File and take that many appeals in a channel."""
    samples = Samples()
    anna, maria = town.resident(channel), town.employee()
    await anna.says("/start")
    await anna.presses("consent-yes")
    await anna.reads("consent-given", "menu")
    for _ in range(appeals):
        number = await file_appeal(anna, samples)
        card = await maria.finds(f"{number} · ")
        began = time.perf_counter()
        await maria.presses("staff-take", on=card)
        await anna.reads("push-take", number=number)
        samples.push.append(time.perf_counter() - began)
    return samples


def row(name: str, values: list[float]) -> str:
    """Median, 95th percentile and the worst, in milliseconds."""
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)]
    median = statistics.median(ordered)
    return (
        f"{name:<28}{len(ordered):>8}{median * 1000:>10.1f}"
        f"{p95 * 1000:>10.1f}{ordered[-1] * 1000:>10.1f}"
    )


async def main(appeals: int) -> None:
    """Print the table."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        channels = set(CHANNELS)
        async with live_town(Path(folder), channels=channels, staff="web", twice=False) as town:
            print(f"{platform.machine()}, Python {platform.python_version()}, SQLite")
            print(f"{'':<28}{'samples':>8}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
            for channel in CHANNELS:
                samples = await measure(town, channel, appeals)
                print(row(f"{channel}: reply in dialogue", samples.reply))
                print(row(f"{channel}: push of a state", samples.push))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
