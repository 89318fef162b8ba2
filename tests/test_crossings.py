"""Residents of every channel and the staff chat in every channel: the same conversation in all nine."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.crossing import PRIVATE, cross
from tests.live import LiveTown, live_town

CHANNELS = ("telegram", "vk", "web")


def assert_clean(town: LiveTown) -> None:
    """The bot asked nothing that a specification forbids, and has nothing to complain about."""
    assert town.violations() == []
    assert town.process.troubles() == []
    assert [said for said in PRIVATE if said in town.process.output] == []


@pytest.mark.parametrize("staff", CHANNELS)
@pytest.mark.parametrize("channel", CHANNELS)
async def test_an_appeal_goes_all_the_way(channel: str, staff: str, tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={channel}, staff=staff) as town:
        await cross(town, channel)

        assert await town.process.stop() == 0
        assert_clean(town)


@pytest.fixture
async def empty_database(postgres: str) -> AsyncIterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    server = await asyncpg.connect(host=postgres, user="mcu", database="postgres")
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+asyncpg://mcu@/{name}?host={postgres}"
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()


async def test_it_goes_the_same_way_on_postgresql(empty_database: str, tmp_path: Path) -> None:
    async with live_town(
        tmp_path, channels={"telegram"}, staff="vk", database_url=empty_database
    ) as town:
        await cross(town, "telegram")

        assert await town.process.stop() == 0
        assert_clean(town)
