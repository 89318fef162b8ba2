"""Residents of every channel, the staff chat in every channel: the same conversation in all sixteen.

Each update comes twice, and once more when the next one has come already.
"""

from pathlib import Path

import pytest

from tests.support.towns.crossing import PRIVATE, cross, found_in
from tests.support.towns.live import LiveTown, live_town

CHANNELS = ("telegram", "vk", "max", "web")


def assert_clean(town: LiveTown) -> None:
    """The bot asked nothing that a specification forbids, and has nothing to complain about."""
    assert town.violations() == []
    assert town.process.troubles() == []
    assert found_in(town.process.output, *PRIVATE) == []


@pytest.mark.parametrize("staff", CHANNELS)
@pytest.mark.parametrize("channel", CHANNELS)
async def test_an_appeal_goes_all_the_way(channel: str, staff: str, tmp_path: Path) -> None:
    # MAX is polled twice a second at most: where it meets another channel, updates are pushed.
    webhooks = "max" in {channel, staff} and channel != staff
    async with live_town(tmp_path, channels={channel}, staff=staff, webhooks=webhooks) as town:
        await cross(town, channel)
        await town.stop()

        assert_clean(town)


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_it_goes_the_same_way_on_postgresql(empty_database_url: str, tmp_path: Path) -> None:
    async with live_town(
        tmp_path, channels={"telegram"}, staff="vk", database_url=empty_database_url
    ) as town:
        await cross(town, "telegram")
        await town.stop()

        assert_clean(town)
