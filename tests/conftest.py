"""Databases for tests: every conversation runs on SQLite and on PostgreSQL."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.conversation import Town, town
from tests.fakes.echo import Clock, EchoDesk
from tests.fakes.moody import MoodyMessenger
from tests.postgres import POSTGRES, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on a socket in a temporary folder: its folder."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    with running("-c fsync=off -c max_connections=200", stop="immediate") as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
        return
    folder = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex}"
    server = await asyncpg.connect(host=folder, user="mcu", database="postgres")
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+asyncpg://mcu@/{name}?host={folder}"
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()


@pytest.fixture
async def bor(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running town."""
    async with town(tmp_path, url=database_url) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """The clock of ``guarded``: it stands still until it is moved."""
    return Clock()


@pytest.fixture
async def guarded(tmp_path: Path, clock: Clock) -> AsyncIterator[EchoDesk]:
    """A desk with the limits of a town."""
    desk = EchoDesk(tmp_path / "guarded", clock, MCU_FLOOD_LIMIT="30")
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def moody(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose messenger has moods."""
    async with town(tmp_path, url=database_url, messengers=(MoodyMessenger(),)) as running:
        yield running
