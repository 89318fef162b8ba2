"""The web chat behind its socket, with a bot that echoes, and people on its pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[EchoDesk]:
    desk = EchoDesk(tmp_path, clock)
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def web(desk: EchoDesk) -> AsyncIterator[WebPeople]:
    async with WebPeople(desk.url, desk.code) as people:
        yield people


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's cookies and requests, without its pages."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session
