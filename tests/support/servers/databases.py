"""Databases of tests: copies of one that is migrated once in a session."""

import asyncio
import atexit
import functools
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from storage.database import Database
from storage.migrations import migrate
from storage.our_accounts import OurAccounts, use

EMPTY = "template1"  # PostgreSQL's own


def copy_of_template(file: Path) -> None:
    """Put an SQLite database with all tables there, and nothing in them; unless there is one."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_sqlite_template(), file)


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mcu-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "mcu.db"
    _in_a_loop_of_its_own(migrated(f"sqlite+aiosqlite:///{file}"))
    return file


@functools.cache
def postgresql_template(server: str) -> str:
    """The name of a database with all tables on the server in that folder."""
    name = "template_with_tables"

    async def make() -> None:
        connection = await asyncpg.connect(host=server, user="mcu", database="postgres")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    _in_a_loop_of_its_own(make())
    _in_a_loop_of_its_own(migrated(postgresql_url(server, name)))
    return name


@asynccontextmanager
async def postgresql_database(server: str, template: str = EMPTY) -> AsyncIterator[str]:
    """The address of a new database."""
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(host=server, user="mcu", database="postgres")
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield postgresql_url(server, name)
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


def postgresql_url(server: str, name: str) -> str:
    """The address of a database on the server in that folder."""
    return f"postgresql+asyncpg://mcu@/{name}?host={server}"


async def migrated(url: str, *, beside: bool = False) -> None:
    """Bring its tables up to date."""
    database = Database.open(url, beside=beside)
    try:
        await migrate(database)
    finally:
        await database.close()


def first_accounts(database: Database) -> Database:
    """The same, asked as the first account of each channel: tests of storage alone name none."""
    use(database.engine.dialect, OurAccounts())
    return database


def _in_a_loop_of_its_own(work: Coroutine[Any, Any, None]) -> None:
    """A test's own loop may run already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
