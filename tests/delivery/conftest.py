"""A town whose staff chat takes few messages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.burst import GROUP
from tests.fakes.failing_messenger import FailingMessenger
from tests.support.towns.conversation import Town, town


@pytest.fixture
async def group(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose staff chat is a group that takes 20 messages a minute."""
    channel = FailingMessenger(of_groups=GROUP)
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        yield place
