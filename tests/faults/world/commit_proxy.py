"""A proxy before PostgreSQL that cuts connections during COMMIT: the outcome stays unknown."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.support.servers.own_postgres import Server

Moment = Literal["before", "after"]
SSL_REQUEST, CANCEL_REQUEST = 80877103, 80877102
READY_FOR_QUERY = b"Z"


@dataclass
class CommitProxy:
    """Cuts one of ``every`` commits: before the server has it, or after it did it, in turns.

    The protocol: postgresql.org/docs/15/protocol-message-formats.html.
    """

    server: Server
    every: int = 0  # 0: none
    chance: Random = field(default_factory=lambda: Random(5))  # noqa: S311 - no secret
    cuts: dict[Moment, int] = field(default_factory=lambda: {"before": 0, "after": 0})
    commits: int = 0
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """For the bot."""
        return f"postgresql+asyncpg://mcu@127.0.0.1:{self.port}/{self.server.database}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the bot."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            up_reader, up_writer = await asyncio.open_unix_connection(str(self.server.socket))
        except OSError:
            writer.close()
            return
        line = Line(self, reader, writer, up_reader, up_writer)
        halves = [asyncio.create_task(line.up()), asyncio.create_task(line.down())]
        try:
            await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for half in halves:
                half.cancel()
            await asyncio.gather(*halves, return_exceptions=True)
            for end in (writer, up_writer):
                end.transport.abort()
            self._tasks.discard(task)

    def moment(self) -> Moment | None:
        """Whether and how this commit is cut."""
        self.commits += 1
        if not self.every or self.chance.randrange(self.every):
            return None
        chosen: Moment = "before" if self.cuts["before"] <= self.cuts["after"] else "after"
        self.cuts[chosen] += 1
        return chosen

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass
class Line:
    """The two directions of a connection."""

    proxy: CommitProxy
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    up_reader: asyncio.StreamReader
    up_writer: asyncio.StreamWriter
    _started: bool = False
    _swallow: bool = False  # the answer to a COMMIT that the server carries out

    async def up(self) -> None:
        """From the bot to the server, message by message; returns where the line is cut."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._start_up()
            while True:
                kind = await self.reader.readexactly(1)
                body = await self._body(self.reader)
                moment = self.proxy.moment() if _is_commit(kind, body) else None
                if moment == "before":
                    return
                self._swallow = self._swallow or moment == "after"
                self.up_writer.write(kind + _length(body) + body)
                await self.up_writer.drain()

    async def down(self) -> None:
        """From the server to the bot; returns once the answer to a cut COMMIT is here."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind = await self.up_reader.readexactly(1)
                if kind == b"N" and not self._started:  # no TLS here, says the server in one letter
                    self.writer.write(kind)
                    continue
                body = await self._body(self.up_reader)
                if not self._swallow:
                    self.writer.write(kind + _length(body) + body)
                    await self.writer.drain()
                elif kind == READY_FOR_QUERY:
                    return

    async def _start_up(self) -> None:
        """Messages without a kind, until the one that names the database."""
        while True:
            body = await self._body(self.reader)
            self.up_writer.write(_length(body) + body)
            (code,) = struct.unpack("!i", body[:4])
            if code not in {SSL_REQUEST, CANCEL_REQUEST}:
                self._started = True
                return

    @staticmethod
    async def _body(reader: asyncio.StreamReader) -> bytes:
        (length,) = struct.unpack("!i", await reader.readexactly(4))
        return await reader.readexactly(length - 4)


def _length(body: bytes) -> bytes:
    return struct.pack("!i", len(body) + 4)


def _is_commit(kind: bytes, body: bytes) -> bool:
    """A simple query, or the parsing of a prepared one."""
    text = body if kind == b"Q" else body.partition(b"\0")[2] if kind == b"P" else b""
    return text.lstrip().upper().startswith(b"COMMIT")


@asynccontextmanager
async def commit_proxy(
    server: Server, kind: type[CommitProxy] = CommitProxy
) -> AsyncIterator[CommitProxy]:
    """Listening, and cutting nothing yet."""
    proxy = kind(server)
    listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
