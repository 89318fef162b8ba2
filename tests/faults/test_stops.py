"""SIGTERM in the middle of work: what is under way is finished, nothing is half done, in ten seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.faults.plan import PLAN, long_only
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import SEND, FaultTown, fault_town
from tests.faults.world.people import all_file, filers, news
from tests.support.servers.staff_codes import staff_code

GRACE = 10  # seconds that a process manager gives after SIGTERM


async def nothing(run: FaultTown) -> None:
    """In the middle of dialogues and news."""


async def hangs(run: FaultTown) -> None:
    """The messenger takes messages and answers none."""
    run.town.messengers[run.channel].hold(SEND[run.channel])


async def page_is_open(run: FaultTown) -> None:
    await run.town.web.employee("Мария").opens()


async def uploads(run: FaultTown) -> None:
    """Somebody with a slow line sends a file, and is nowhere near its end."""

    async def slow() -> None:
        async def body() -> object:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0.1)

        url = f"{run.town.process.url}"
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            code = await staff_code(run.town.process.database_url)
            form = {"code": code, "name": "Мария"}
            origin = {"Origin": url}
            async with http.post(f"{url}/staff", data=form, headers=origin) as response:
                assert response.status == 200
            kind = {"Content-Type": "multipart/form-data; boundary=b"} | origin
            async with http.post(f"{url}/files?room=staff", data=body(), headers=kind):
                pass

    run.upload = asyncio.create_task(slow())
    await asyncio.sleep(0.5)
    assert not run.upload.done()


Trouble = Callable[[FaultTown], Awaitable[None]]


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        pytest.param(hangs, "мессенджер не отвечает", marks=long_only),
        (uploads, "медленная загрузка файла"),
        pytest.param(nothing, "диалоги и известия", marks=long_only),
        pytest.param(page_is_open, "открытая страница", marks=long_only),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.parametrize("channel", PLAN.hours)
async def test_it_stops_in_time_and_goes_on_where_it_was(
    channel: str, trouble: Trouble, told: str, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, channel) as run:
        ledger, people = filers(run.town, channel, PLAN.residents)
        await all_file(people)
        times = 0
        for _ in range(PLAN.stops):
            await trouble(run)
            await news(run.town, people, PLAN.news)
            began = time.monotonic()
            assert await run.town.process.stop() == 0
            took = time.monotonic() - began
            assert took < GRACE
            await run.release()
            if run.upload:
                await asyncio.gather(run.upload, return_exceptions=True)
            await run.town.start()
            times += 1
        await ledger.settles()
        tally = await ledger.count()

        # Telegram has no key to know a message by: what it took unanswered before the stop.
        assert tally.repeated <= (times * len(people) if trouble is hangs else 0)
        found(Fault(run.title, "SIGTERM", told, times), tally)
