"""A door for bytes, and the database that its attempts are kept in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrations import migrate
from tests.examining.door import Door
from tests.fakes.clock import Clock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'looks.db'}")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def bytes_door(tmp_path: Path, database: Database) -> AsyncIterator[Door]:
    opened = Door(tmp_path, database, Clock())
    yield opened
    await opened.examiner.close()
