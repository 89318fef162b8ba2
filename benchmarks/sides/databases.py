"""Databases to measure on: a SQLite file, and a PostgreSQL server of the run's own that syncs."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from tests.support.servers.postgres import POSTGRES, running

__all__ = ["POSTGRES", "empty", "postgres"]


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server as it comes, unlike the one of the tests: durable. Its folder."""
    with running() as folder:
        yield folder


@asynccontextmanager
async def empty(kind: str, folder: Path, server: str) -> AsyncIterator[str]:
    """The address of an empty database of that kind: ``sqlite`` or ``postgresql``."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'mcu.db'}"
        return
    connection = await asyncpg.connect(host=server, user="mcu", database="postgres")
    name = f"bench_{folder.name.lower().replace('-', '_')}"
    await connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+asyncpg://mcu@/{name}?host={server}"
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()
