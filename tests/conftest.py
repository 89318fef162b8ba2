"""What many tests stand on: every conversation runs on SQLite and on PostgreSQL."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.max import GROUP as MAX_GROUP
from tests.fakes.max import FakeMax
from tests.fakes.telegram import GROUP, FakeTelegram
from tests.fakes.vk import FakeVk
from tests.support.quick import is_quick, is_slow
from tests.support.servers.databases import (
    copy_of_template,
    postgresql_database,
    postgresql_template,
)
from tests.support.servers.postgres import POSTGRES, running
from tests.support.towns.conversation import Town, town


def pytest_addoption(parser: pytest.Parser) -> None:
    """``make quick`` asks for the quick tests alone."""
    parser.addoption(
        "--quick", action="store_true", help="leave out PostgreSQL, browser, what is slow"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read the slow files if asked for the quick ones."""
    return True if config.getoption("quick") and is_slow(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests out if asked to."""
    if config.getoption("quick"):
        config.hook.pytest_deselected(items=[item for item in items if not is_quick(item)])
        items[:] = [item for item in items if is_quick(item)]


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: else each collection looks at half a million of them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on a socket in a temporary folder: its folder."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    with running("-c fsync=off -c max_connections=200", stop="immediate") as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database with all tables and nothing in them, once of each kind."""
    if request.param == "sqlite":
        copy_of_template(tmp_path / "mcu.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
        return
    server = request.getfixturevalue("postgres")
    async with postgresql_database(server, postgresql_template(server)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database without tables, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
        return
    async with postgresql_database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
async def bor(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running town."""
    async with town(tmp_path, url=database_url) as running:
        yield running


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Telegram with one group; it fails what its specification does not allow."""
    async with FakeTelegram() as fake:
        fake.room(GROUP)
        yield fake
        assert fake.violations == []


@pytest.fixture
async def vk() -> AsyncIterator[FakeVk]:
    """VK; it fails what its schema does not allow."""
    async with FakeVk() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def fake_max() -> AsyncIterator[FakeMax]:
    """MAX with one group; it fails what its specification does not allow, and the fake itself."""
    async with FakeMax() as fake:
        fake.room(MAX_GROUP)
        yield fake
        assert fake.violations == []
        assert fake.own_mistakes == []


@pytest.fixture
def clock() -> Clock:
    """The clock of ``guarded``, and of whatever else a test gives it to."""
    return Clock()


@pytest.fixture
async def guarded(tmp_path: Path, clock: Clock) -> AsyncIterator[EchoDesk]:
    """A desk with the limits of a town."""
    desk = EchoDesk(tmp_path / "guarded", clock, MCU_FLOOD_LIMIT="30")
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def failing(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose messenger fails when a test tells it to."""
    async with town(tmp_path, url=database_url, messengers=(FailingMessenger(),)) as running:
        yield running
