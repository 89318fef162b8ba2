"""Whatever bytes come to the door: no error of ours, and honest people are served."""

import asyncio
import re
from pathlib import Path

from aiohttp import ClientSession

from tests.support.servers.raw_requests import requests
from tests.support.towns.live import TELEGRAM_SECRET, LiveTown, live_town

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
LAST = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PATIENCE = 60.0


async def answered(town: LiveTown, sent: bytes) -> list[int]:
    """The statuses of what came back until the bot hung up, or had nothing to say any more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", town.process.port)
    came = b""
    try:
        writer.write(sent + LAST)  # after which it hangs up, if it has not before
        await writer.drain()
        while chunk := await asyncio.wait_for(reader.read(65536), PATIENCE):
            came += chunk
            if b" 101 " in came[:20]:
                break
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()
    return [int(status) for status in STATUS.findall(came)]


async def test_no_request_however_odd_is_an_error_of_ours(tmp_path: Path) -> None:
    async with live_town(
        tmp_path,
        channels={"telegram", "vk", "web"},
        staff="web",
        webhooks=True,
        environ={"MCU_FLOOD_LIMIT": "30"},
    ) as town:
        table = requests(TELEGRAM_SECRET.encode())
        # One after the other: what goes wrong is known by its name.
        statuses = {name: await answered(town, sent) for name, sent in table.items()}
        async with ClientSession() as http, http.get(f"{town.process.url}/chat") as page:
            honest = page.status
        assert await town.process.stop() == 0

        assert len(table) > 120
        assert {name for name, found in statuses.items() if not found} == set()
        assert {
            name: found for name, found in statuses.items() if any(s >= 500 for s in found)
        } == {}
        assert honest == 200
        assert [line for line in town.process.output.splitlines() if "Traceback" in line] == []
        errors = [line for line in town.process.troubles() if "level=warning" not in line]
        assert errors == []
