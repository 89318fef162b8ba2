"""The VK adapter, by long poll and by webhook."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.vk.adapter import VkAdapter
from tests.channels.vk.making import make_adapter
from tests.fakes.vk import FakeVk


@pytest.fixture
async def adapter(vk: FakeVk) -> AsyncIterator[VkAdapter]:
    adapter = make_adapter(vk)
    yield adapter
    await adapter.close()


@pytest.fixture
async def webhook(vk: FakeVk) -> AsyncIterator[VkAdapter]:
    """An adapter to which VK pushes."""
    adapter = make_adapter(vk, webhook=True, secret=vk.secret, confirmation=vk.confirmation)
    yield adapter
    await adapter.close()
