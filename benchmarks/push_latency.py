"""How long a resident waits: for the answer to a message, and for the push after an employee's press.

Runs the real process against the protocol fakes on this machine, the staff in the web staff chat.
"""

import asyncio
import re
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row, spread
from tests.support.towns.crossing import DESCRIPTION, TOPIC
from tests.support.towns.live import LiveTown, Reader, beginning, live_town

TITLE = "One resident: median / 95th / 99th / worst"
CHANNELS = ("max", "telegram", "vk", "web")
# Seconds: one resident alone must not reach what a messenger takes, 30 a second, and of pushes one.
PAUSE, BETWEEN_PUSHES = 0.05, 1.0


class Samples:
    """Seconds by what was waited for."""

    def __init__(self) -> None:
        self.reply: list[float] = []
        self.push: list[float] = []


async def file_appeal(anna: Reader, samples: Samples) -> str:
    """One appeal; each question asked is a sample. Its number."""

    async def answered(key: str) -> None:
        began = time.perf_counter()
        await anna.person.sees(beginning(key))
        samples.reply.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)

    await anna.says("/new")
    await answered("ask-what")
    await anna.says(DESCRIPTION)
    await answered("ask-topic-suggested")
    await anna.presses(TOPIC)
    await answered("ask-place-proposed")
    await anna.says("ул. Мира, 5")
    await answered("summary")
    await anna.presses("form-send")
    shown = await anna.reads("filed")
    return str(re.findall(r"МЦУ-\d\d-\d{6}", shown.text)[0])


async def measure_channel(town: LiveTown, channel: str, appeals: int) -> Samples:
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
        await asyncio.sleep(BETWEEN_PUSHES)
    return samples


async def measure(*, quick: bool) -> list[Row]:
    """A town with all channels, one resident in each, one after the other."""
    appeals = 3 if quick else 20
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        channels = set(CHANNELS)
        async with live_town(Path(folder), channels=channels, staff="web", twice=False) as town:
            for channel in CHANNELS:
                samples = await measure_channel(town, channel, appeals)
                rows.append(Row(f"{channel}: reply in dialogue", spread(samples.reply)))
                rows.append(Row(f"{channel}: push of a state", spread(samples.push)))
    return rows
