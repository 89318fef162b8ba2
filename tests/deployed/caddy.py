"""Caddy before the replicas, as ``deploy/`` sets it up."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.paths import ROOT
from tests.support.servers.ports import free_port
from tests.support.servers.process import BotProcess


@asynccontextmanager
async def proxy(folder: Path, replicas: Sequence[BotProcess]) -> AsyncIterator[str]:
    """Caddy with our own Caddyfile before these: its address."""
    port = free_port()
    caddy = await asyncio.create_subprocess_exec(
        *("caddy", "run", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")),
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "SITE_ADDRESS": f"http://127.0.0.1:{port}",
            "REPLICAS": " ".join(one.url.removeprefix("http://") for one in replicas),
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        caddy.terminate()
        await caddy.wait()
