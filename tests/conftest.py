"""Databases for tests: every conversation runs on SQLite and on PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.conversation import Town, town
from tests.fakes.moody import MoodyMessenger

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _as_postgres(*command: str) -> None:
    """PostgreSQL refuses to run as root, so there its own user runs it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")  # noqa: S603


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on a socket in a temporary folder: its folder."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    binaries = POSTGRES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="mcu-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _as_postgres(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "mcu")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    control = str(binaries / "pg_ctl")
    _as_postgres(control, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield str(folder)
    finally:
        _as_postgres(control, "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
        return
    folder = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex}"
    server = await asyncpg.connect(host=folder, user="mcu", database="postgres")
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+asyncpg://mcu@/{name}?host={folder}"
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()


@pytest.fixture
async def bor(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running town."""
    async with town(tmp_path, url=database_url) as running:
        yield running


@pytest.fixture
async def moody(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose messenger has moods."""
    async with town(tmp_path, url=database_url, messengers=(MoodyMessenger(),)) as running:
        yield running
