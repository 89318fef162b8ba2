"""The town of tests about files that go from one messenger to another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.failing_messenger import FailingMessenger
from tests.support.towns.conversation import Town, town


@pytest.fixture
async def crossed(
    database_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Town, FailingMessenger]]:
    """The staff chat in one messenger, residents in another."""
    vk = FailingMessenger("vk")
    async with town(tmp_path, url=database_url, messengers=(FailingMessenger(), vk)) as place:
        yield place, vk
