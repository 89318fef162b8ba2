"""A PostgreSQL server of one test's own, to be stopped and started under a running bot."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.support.servers.postgres import POSTGRES, as_postgres


@dataclass
class Server:
    """Reached by a socket in its folder."""

    folder: Path
    database: str = "mcu"

    @property
    def url(self) -> str:
        """For the bot."""
        return f"postgresql+asyncpg://mcu@/{self.database}?host={self.folder}"

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    async def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=100"
        await self._control("start", "-o", options, "-l", str(self.folder / "log"))

    async def stop(self) -> None:
        """At once, as when its machine dies."""
        await self._control("stop", "-m", "immediate")

    async def execute(self, *statements: str, database: str = "") -> None:
        connection = await asyncpg.connect(
            host=str(self.folder), user="mcu", database=database or self.database
        )
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def cut_connections(self) -> None:
        """End every other connection, wherever it is in its work."""
        await self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    async def _control(self, *arguments: str) -> None:
        control = str(POSTGRES[-1].parent / "pg_ctl")
        data = str(self.folder / "data")
        await asyncio.to_thread(as_postgres, control, "-D", data, "-w", *arguments)


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """Running, with an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="mcu-faults-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    initdb = str(POSTGRES[-1])
    data = str(folder / "data")
    await asyncio.to_thread(as_postgres, initdb, "-D", data, "-A", "trust", "-U", "mcu")
    made = Server(folder, f"town_{uuid.uuid4().hex[:8]}")
    await made.start()
    try:
        await made.execute(f"CREATE DATABASE {made.database}", database="postgres")
        yield made
    finally:
        await made.stop()
        shutil.rmtree(folder, ignore_errors=True)
