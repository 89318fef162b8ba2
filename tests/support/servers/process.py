"""The bot as it runs in a town: ``python -m bot`` in a process of its own, started, killed, stopped."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import aiohttp

from tests.paths import ROOT

READY_SECONDS = 90  # on a busy machine; alone it takes two
STOP_SECONDS = 30
ORDINARY = re.compile(r" level=info | event=(handler|job)_slow ")
READY = re.compile(r"event=ready .*port=(\d+)")
# What of the environment the bot needs besides its own variables.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of output. ``life`` counts the starts from 1."""

    text: str
    stream: str  # stdout, stderr
    life: int


@dataclass
class BotProcess:
    """One installation: its folder and variables; and the process, as often as it is started.

    ``lines`` keeps the whole output over all lives, for checks afterwards.
    """

    folder: Path
    environ: Mapping[str, str]
    module: str = "bot"  # what ``python -m`` runs
    terminal: bool = False  # somebody sits there: stdout is a terminal
    lines: list[Line] = field(default_factory=list)
    life: int = 0
    port: int = 0
    _process: asyncio.subprocess.Process | None = None
    _readers: list[asyncio.Task[None]] = field(default_factory=list)
    _open_streams: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        """Where its HTTP server listens in this life."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """Where its tables are."""
        folder = self.environ.get("MCU_DATA_DIR", self.folder / "data")
        return self.environ.get("MCU_DATABASE_URL") or f"sqlite+aiosqlite:///{folder}/mcu.db"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Of the process as it runs."""
        return self._running.pid

    @property
    def output(self) -> str:
        """Everything it printed so far, in all lives."""
        return "\n".join(line.text for line in self.lines)

    @property
    def printed(self) -> list[str]:
        """What a person at the terminal reads in this life (stdout)."""
        return [
            line.text for line in self.lines if line.stream == "stdout" and line.life == self.life
        ]

    def troubles(self) -> list[str]:
        """Every line on stderr that is not an ordinary log line: warnings, errors, tracebacks.

        How long something held the loop up is measured, and tells of the machine as well.
        """
        return [
            line.text
            for line in self.lines
            if line.stream == "stderr" and not ORDINARY.search(line.text)
        ]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.is_running:
            await self.kill()

    async def start(self) -> None:
        """Start it and wait until it says that it is ready and its health page agrees."""
        await self.launch()
        await self.until_ready()

    async def launch(self) -> None:
        """Start it and wait for nothing."""
        assert not self.is_running, "it runs already"
        self.life += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        ours, theirs = os.openpty() if self.terminal else (-1, asyncio.subprocess.PIPE)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self.module),
            cwd=self.folder,
            env=inherited
            | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
            | {"MCU_DATA_DIR": str(self.folder / "data"), "MCU_WEB_PORT": "0"}
            | {"MCU_FLOOD_LIMIT": "0"}  # one fake resident does in a second what people do in a day
            | dict(self.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=theirs,
            stderr=asyncio.subprocess.PIPE,
        )
        self._open_streams = 2
        streams = {"stdout": self._process.stdout, "stderr": self._process.stderr}
        if self.terminal:
            os.close(theirs)
            streams["stdout"] = await _stream_of(ours)
        self._readers = [
            asyncio.create_task(self._read(stream, name, self.life))
            for name, stream in streams.items()
            if stream
        ]

    async def until_ready(self) -> None:
        """Wait for readiness. Raises AssertionError where it ends instead."""

        def port() -> int:
            mine = [line.text for line in self.lines if line.life == self.life]
            found = [match for text in mine if (match := READY.search(text))]
            return int(found[-1][1]) if found else 0

        await self.until(lambda: port() or self._has_ended, READY_SECONDS)
        self.port = port()
        assert self.port, f"it did not start:\n{self.output}"
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/healthz") as health:
            assert health.status == 200, await health.text()

    async def until(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Wait until something holds of its output."""
        try:
            async with self._changed, asyncio.timeout(seconds):
                await self._changed.wait_for(holds)
        except TimeoutError:
            raise AssertionError(f"it did not come to that:\n{self.output}") from None

    async def logs(self, fragment: str, seconds: float = 20) -> None:
        """Wait for a line with that fragment, in this life."""
        await self.until(
            lambda: any(fragment in line.text for line in self.lines if line.life == self.life),
            seconds,
        )

    async def kill(self) -> None:
        """SIGKILL: the power goes."""
        if self.is_running:
            self._running.send_signal(signal.SIGKILL)
        await self._ended()

    async def stop(self) -> int:
        """Stop it as systemd and Docker do; the exit code."""
        self.terminate()
        return await self.ends()

    def terminate(self) -> None:
        """SIGTERM, and wait for nothing."""
        self._running.send_signal(signal.SIGTERM)

    async def ends(self, seconds: float = STOP_SECONDS) -> int:
        """Wait until it ends; the exit code."""
        try:
            async with asyncio.timeout(seconds):
                return await self._ended()
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"it did not stop:\n{self.output}") from None

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "it was never started"
        return self._process

    @property
    def _has_ended(self) -> bool:
        return self._open_streams == 0

    async def _ended(self) -> int:
        await asyncio.shield(asyncio.gather(*self._readers))
        return await self._running.wait()

    async def _read(self, stream: asyncio.StreamReader, name: str, life: int) -> None:
        with suppress(OSError):  # so a terminal ends
            async for raw in stream:
                self.lines.append(Line(raw.decode(errors="replace").rstrip("\r\n"), name, life))
                await self._tell()
        self._open_streams -= 1
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def _stream_of(descriptor: int) -> asyncio.StreamReader:
    """What is written to a terminal whose our end that is."""
    stream = asyncio.StreamReader()
    file = os.fdopen(descriptor, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), file
    )
    return stream
