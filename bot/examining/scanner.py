"""Send files to ClamAV's clamd over a socket (INSTREAM); one with a finding is not kept.

The protocol: https://docs.clamav.net/manual/Usage/Scanning.html#clamd.
"""

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from bot.examining.turns import Busy
from bot.file_kinds import Refused
from config.settings import Settings

PIECE = 256 * 1024
TO_CONNECT = 5.0  # seconds
TO_ANSWER = 60.0  # seconds, for one file; clamd itself takes at most two minutes
AT_ONCE = 2  # files: clamd has ten threads, and others may use it too
CODES = {"limit": "size limit", "virus": " FOUND"}
VERSION = re.compile(r"ClamAV ([\w.+-]{1,40})(?:/(\d{1,9})/(.{1,60}))?", re.ASCII)

log = structlog.get_logger()


class ScannerAway(Busy):
    """clamd gives no verdict: the file waits, for it is not kept without one.

    ``why``: ``away``, ``slow``, ``limit`` (its StreamMaxLength is less than the file), ``odd``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"clamd: {why}")
        self.why = why


@dataclass(frozen=True)
class Version:
    """The version of clamd: its program, and number and day of its signatures, or empty."""

    program: str
    signatures: str
    day: str


class Scanner:
    """Asks the clamd at ``place``: ``host:port`` or ``unix:/path``."""

    def __init__(self, place: str, seconds: float = TO_ANSWER) -> None:
        self._place = place
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    @classmethod
    def of(cls, settings: Settings) -> "Scanner | None":
        """Return the scanner of an installation, None if it has none."""
        return cls(settings.clamav) if settings.clamav else None

    async def scan(self, path: Path) -> None:
        """Raise Refused if clamd finds something, ScannerAway if it gives no verdict."""
        async with self._turns:
            with await asyncio.to_thread(path.open, "rb") as file:
                try:
                    answer = await self._asked(b"zINSTREAM\0", file)
                except ScannerAway as away:
                    log.warning("scanner_away", why=away.why)
                    raise
        if answer.endswith(CODES["virus"]):
            log.info("file_infected")
            raise Refused("virus")
        if answer != "stream: OK":
            why = "limit" if CODES["limit"] in answer else "odd"
            log.warning("scanner_gave_no_verdict", why=why)
            raise ScannerAway(why)

    async def version(self) -> Version:
        """Return the version of the clamd that answers. Raises ScannerAway."""
        found = VERSION.match(await self._asked(b"zVERSION\0"))
        if not found:
            raise ScannerAway("odd")
        return Version(found[1], found[2] or "", (found[3] or "").strip())

    async def takes(self, size: int) -> bool:
        """Whether clamd takes files of ``size`` bytes, tried with zeros. Raises ScannerAway."""
        answer = await self._asked(b"zINSTREAM\0", size=size)
        return answer == "stream: OK"

    async def _asked(self, command: bytes, file: BinaryIO | None = None, size: int = 0) -> str:
        try:
            async with asyncio.timeout(self._seconds), self._line() as (reader, writer):
                # It may say no and hang up while we still write, so that it is heard meanwhile: once
                # writing has failed, asyncio gives out no more of what was read.
                hearing = asyncio.create_task(reader.readuntil(b"\0"))
                try:
                    with suppress(ConnectionError):
                        await _say(writer, command, file, size, hearing)
                    answer = await hearing
                finally:
                    hearing.cancel()
        except TimeoutError:
            raise ScannerAway("slow") from None
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ScannerAway("away") from error
        return answer.rstrip(b"\0").decode("utf-8", errors="replace").strip()

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(TO_CONNECT):
            if self._place.startswith("unix:"):
                path = self._place.removeprefix("unix:")
                reader, writer = await asyncio.open_unix_connection(path)
            else:
                host, _, port = self._place.rpartition(":")
                reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _say(
    writer: asyncio.StreamWriter,
    command: bytes,
    file: BinaryIO | None,
    size: int,
    hearing: "asyncio.Task[bytes]",
) -> None:
    writer.write(command)
    if file is None and not size:
        return
    async for piece in _pieces(file, size):
        if hearing.done():
            return
        writer.write(struct.pack(">I", len(piece)) + piece)
        await writer.drain()
    writer.write(struct.pack(">I", 0))
    await writer.drain()


async def _pieces(file: BinaryIO | None, size: int) -> AsyncIterator[bytes]:
    if file is None:
        for start in range(0, size, PIECE):
            yield bytes(min(PIECE, size - start))
        return
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece
