"""A real S3 server for tests: ``rclone serve s3``, over a folder, with keys that it checks."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

RCLONE = Path(sys.executable).parent / "rclone"
KEY, SECRET = "key-of-the-store", "secret/of+the-store"
BUCKET = "mcu-files"


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass
class S3Server:
    """The server; its buckets are folders in ``folder``. It goes and comes back at one address."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The settings of an installation that keeps its files here."""
        return {
            "MCU_FILES_URL": f"s3://{BUCKET}/bor",
            "MCU_S3_ENDPOINT": self.url,
            "MCU_S3_KEY": KEY,
            "MCU_S3_SECRET": SECRET,
        }

    def objects(self) -> dict[str, bytes]:
        """All that is kept, by key."""
        bucket = self.folder / BUCKET
        return {
            str(path.relative_to(bucket)): path.read_bytes()
            for path in bucket.rglob("*")
            if path.is_file()
        }

    async def start(self) -> None:
        """Start it and wait until it listens."""
        (self.folder / BUCKET).mkdir(parents=True, exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *(str(RCLONE), "serve", "s3", "--addr", f"127.0.0.1:{self.port}"),
            *("--auth-key", f"{KEY},{SECRET}", "--config", os.devnull),
            str(self.folder),
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(30):
            while not await self._listens():
                assert self._process.returncode is None, "the S3 server did not start"
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """The store is away."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


@asynccontextmanager
async def s3_server(folder: Path) -> AsyncIterator[S3Server]:
    """A server that runs until the block ends."""
    server = S3Server(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
