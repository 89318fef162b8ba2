"""Databases to measure on: a SQLite file, and a PostgreSQL server of the run's own that syncs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server as it comes, on a socket in a temporary folder: its folder.

    Durable (fsync, synchronous_commit), unlike the one of the tests.
    """
    binaries = POSTGRES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="mcu-bench-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _as_postgres(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "mcu")
    options = f"-k {folder} -c listen_addresses=''"
    control = str(binaries / "pg_ctl")
    _as_postgres(control, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield str(folder)
    finally:
        _as_postgres(control, "-D", str(data), "-w", "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)


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


def _as_postgres(*command: str) -> None:
    """PostgreSQL refuses to run as root, so there its own user runs it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")  # noqa: S603
