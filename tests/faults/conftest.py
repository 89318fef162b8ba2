"""What fault tests stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import POSTGRES
from tests.faults.postgres import Server, server


@pytest.fixture
async def own_postgres() -> AsyncIterator[Server]:
    """A PostgreSQL server that may be stopped."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    async with server() as running:
        yield running
