"""What fault tests stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.plan import PLAN
from tests.support.servers.own_postgres import Server, server
from tests.support.servers.postgres import POSTGRES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long is left to ``make faults``."""
    left = [item for item in items if item.get_closest_marker("long_only") and not PLAN.long]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture
async def own_postgres() -> AsyncIterator[Server]:
    """A PostgreSQL server that may be stopped."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    async with server() as running:
        yield running
