"""The MAX adapter, for sending; what receives is made by ``making``."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.max.adapter import MaxAdapter
from tests.channels.max.making import anna_at, make_adapter
from tests.fakes.max import FakeMax
from tests.fakes.messenger import Person


@pytest.fixture
async def adapter(fake_max: FakeMax) -> AsyncIterator[MaxAdapter]:
    adapter = make_adapter(fake_max)
    yield adapter
    await adapter.close()


@pytest.fixture
def anna(fake_max: FakeMax) -> Person:
    return anna_at(fake_max)
