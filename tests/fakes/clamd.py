"""A clamd that speaks its protocol over a socket: finds the signature that all scanners know."""

import asyncio
import struct
from contextlib import suppress

# https://www.eicar.org/download-anti-malware-testfile/, in two halves so that no scanner finds us.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 25 * 1024 * 1024


class Clamd:
    """Listens until it is stopped; ``mood`` and ``limit`` say what becomes of the next streams.

    Moods: well, error, silent (never answers), cut (hangs up without a word), half (within it).
    """

    def __init__(self) -> None:
        self.mood = "well"
        self.limit = LIMIT
        self.version = "ClamAV 1.4.3/27800/Sat Nov 28 10:24:37 2026"
        self.streams: list[bytes] = []  # that came whole
        self.scanned = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.lines: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self, path: str = "") -> None:
        """At the same port as before, or at this path."""
        if path:
            self._server = await asyncio.start_unix_server(self._serve, path)
            return
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            for line in list(self.lines):
                line.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            command = (await reader.readuntil(b"\0")).rstrip(b"\0")
            answer = await self._answer(command, reader)
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        self.lines.discard(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes | None:
        if self.mood == "silent":
            await reader.read()  # until the other side has enough
            return None
        if command == b"zPING":
            return b"PONG\0"
        if command == b"zVERSION":
            return self.version.encode() + b"\0"
        if command != b"zINSTREAM":
            return b"UNKNOWN COMMAND\0"
        if self.mood == "cut":
            return None
        content = bytearray()
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            if len(content) + size > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
            content += await reader.readexactly(size)
        self.streams.append(bytes(content))
        self.scanned.set()
        if self.mood == "half":
            return b"stream: O"
        if self.mood == "error":
            return b"stream: Can't allocate memory ERROR\0"
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
