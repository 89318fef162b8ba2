"""A running bot that is stopped, or dies, while it looks through somebody's file."""

import asyncio
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.examining import attempts
from tests.fakes.messenger import Upload
from tests.support.towns.crossing import Crossing, photo
from tests.support.towns.live import TEXTS, LiveTown, live_town

UNOPENED = TEXTS("file-why-unopened")
DEADLY = photo(200)
SOON = 10.0  # seconds: a child that hangs would have twenty


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[LiveTown]:
    one = {"MCU_EXAMINERS": "1"}
    async with live_town(tmp_path, channels={"web"}, staff="web", twice=False, environ=one) as town:
        yield town


def database(town: LiveTown) -> sqlite3.Connection:
    return sqlite3.connect(town.process.folder / "data" / "mcu.db")


def looks(town: LiveTown) -> int:
    """How many looks have begun and not come to a verdict."""
    return _asks(town, "SELECT count(*) FROM looks")


def _asks(town: LiveTown, query: str) -> int:
    with closing(database(town)) as opened:
        return int(opened.execute(query).fetchone()[0])


def a_minute_passes(town: LiveTown) -> None:
    """For looks: another replica does not go on with one any more."""
    with closing(database(town)) as opened, opened:
        opened.execute("UPDATE looks SET begun_at = datetime(begun_at, '-1 minute')")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not holds():  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.05)


async def looks_through(town: LiveTown, who: Crossing, file: Upload) -> "asyncio.Task[None]":
    """Until a look at the file has begun, in a child that stands still."""
    started = r"event=examiner_started child=(\d+)"
    await town.process.logs("event=examiner_started")
    child = int(re.findall(started, town.process.output)[-1])
    os.kill(child, signal.SIGSTOP)
    before = looks(town)
    sending = asyncio.create_task(who.anna.person.sends(file))
    await until(lambda: looks(town) > before)
    return sending


async def is_asked_for_files(town: LiveTown) -> Crossing:
    who = Crossing(town, "web")
    await who.agrees()
    await who.is_asked_for_files()
    await sends(who, photo(40))
    return who


async def sends(who: Crossing, file: Upload) -> None:
    """Until it is kept: it is looked at a second time on its way into the store."""
    await who.anna.person.sends(file)
    await until(lambda: not _asks(who.town, "SELECT count(*) FROM files WHERE state = 'waiting'"))


async def test_it_stops_in_the_middle_of_a_look_and_takes_the_file_afterwards(
    site: LiveTown,
) -> None:
    who = await is_asked_for_files(site)
    sending = await looks_through(site, who, DEADLY)

    site.process.terminate()
    assert await site.process.ends(SOON) == 0
    await asyncio.gather(sending, return_exceptions=True)
    assert looks(site) == 0, "it was given up in peace"
    await site.start()
    await sends(who, DEADLY)

    await who.anna.finds(TEXTS("files-count", count=2))


async def test_a_file_under_which_it_was_killed_often_is_refused_and_others_are_not(
    site: LiveTown,
) -> None:
    who = await is_asked_for_files(site)
    for shade in (80, 120, 160):
        sending = await looks_through(site, who, DEADLY)
        await site.process.kill()
        await asyncio.gather(sending, return_exceptions=True)
        a_minute_passes(site)
        await site.start()
        await sends(who, photo(shade))  # another one: it starts a child
    assert looks(site) == attempts.MOST

    await who.anna.person.sends(DEADLY)
    await who.anna.finds(UNOPENED)
    await who.anna.finds(TEXTS("files-count", count=4))
