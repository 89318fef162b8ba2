"""The proxy of ``deploy/``: residents come through Caddy to whichever replica is ready."""

import asyncio
import shutil
from pathlib import Path

import aiohttp
import pytest

from tests.deployed.caddy import proxy
from tests.fakes.web import WebPeople
from tests.support.towns.live import UNSENT, Reader
from tests.support.towns.live_filing import begins, files, problem
from tests.support.towns.region import NUMBERS, region

pytestmark = [
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
    pytest.mark.skipif(
        not shutil.which("caddy"), reason="Caddy is not installed (Debian: apt install caddy)"
    ),
]


async def status(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status


async def opens(url: str) -> None:
    """Until the proxy is there and has found a replica that is ready."""
    async with asyncio.timeout(30):
        while True:
            try:
                if await status(f"{url}/healthz") == 200:
                    return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def test_residents_come_in_whichever_replica_is_there(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        region(tmp_path, database_url, count=2) as here,
        proxy(tmp_path, here.replicas) as url,
        WebPeople(url) as residents,
    ):
        await opens(url)
        anna, boris = (Reader(residents.person(name)) for name in ("anna", "boris"))
        await asyncio.gather(begins(anna, problem(1)), begins(boris, problem(2)))
        await here.replicas[0].kill()
        await asyncio.gather(files(anna), files(boris))
        await here.until_row(UNSENT, 0)

        assert sorted(text for _, text in await here.rows(NUMBERS)) == [problem(1), problem(2)]
        assert await status(f"{url}/chat") == 200
        assert {await status(f"{url}{path}") for path in ("/metrics", "/readyz")} == {404}
