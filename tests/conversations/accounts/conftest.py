"""The town of people with several accounts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conversations.accounts.people import several_messengers
from tests.support.towns.conversation import Town


@pytest.fixture
async def bor(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with the staff in one messenger, and residents in three and on the site."""
    async with several_messengers(tmp_path, database_url) as running:
        yield running
