"""The door of the bot with little patience, for tests of connections: a listener and raw sockets."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

from bot.http.bodies import COMING, MOST_COMING, Coming, form_in, json_in
from bot.http.connection import LONG_BODY, Patience
from bot.http.listening import Listener
from bot.http.peers import Peer
from bot.http.server import Standing, build_server
from storage.database import Database

PATIENCE = 20.0  # of a test with the door; what it waits for takes a moment
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n"
SHORT = Patience(head=0.3, body=0.3, upload=30.0, slow=0.3, unread=0.3, closing=0.3)


@dataclass
class Peerless:
    """A raw connection to the door."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, sent: bytes) -> None:
        """Send it; the door may be shut meanwhile."""
        try:
            self.writer.write(sent)
            await self.writer.drain()
        except ConnectionError:
            pass

    async def hears(self) -> bytes:
        """One answer's head and the body it says that it has."""
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        size = re.search(rb"Content-Length: (\d+)", head)
        return head + (await self.reader.readexactly(int(size[1])) if size else b"")

    async def is_hung_up_on(self) -> bool:
        """Read until the other side ends it."""
        try:
            while await asyncio.wait_for(self.reader.read(65536), PATIENCE):
                pass
        except ConnectionError:
            pass
        return True


@dataclass
class Doorway:
    """The listener at its port, and what its handlers were asked."""

    port: int
    heard: list[object] = field(default_factory=list)
    waits: asyncio.Event = field(default_factory=asyncio.Event)
    peers: list[Peerless] = field(default_factory=list)

    async def knocks(self) -> Peerless:
        peer = Peerless(*await asyncio.open_connection("127.0.0.1", self.port))
        self.peers.append(peer)
        return peer

    async def asks(self, sent: bytes) -> bytes:
        """The answer to one request of a connection of its own."""
        peer = await self.knocks()
        await peer.says(sent)
        answer = await peer.hears()
        peer.writer.transport.abort()
        return answer

    async def leaves(self) -> None:
        """Everybody hangs up."""
        for peer in self.peers:
            peer.writer.transport.abort()
        for peer in self.peers:
            with suppress(ConnectionError):
                await peer.writer.wait_closed()


def _routes(doorway: Doorway) -> list[web.RouteDef]:
    async def hear(request: web.Request) -> web.Response:
        doorway.heard.append(await json_in(request, 1024))
        return web.Response()

    async def fill(request: web.Request) -> web.Response:
        doorway.heard.append(await form_in(request, 1024))
        return web.Response()

    async def forbid(_request: web.Request) -> web.Response:
        raise web.HTTPForbidden

    async def upload(request: web.Request) -> web.Response:
        request[LONG_BODY] = True
        size = 0
        async for chunk in request.content.iter_any():
            size += len(chunk)
        doorway.heard.append(size)
        return web.Response()

    async def much(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        finally:
            doorway.waits.set()

    return [
        web.post("/json", hear),
        web.post("/form", fill),
        web.post("/forbidden", forbid),
        web.post("/upload", upload),
        web.get("/much", much),
    ]


@asynccontextmanager
async def doorway(
    *,
    most: int = 100,
    patience: Patience | None = None,
    body_seconds: float = 20.0,
    coming: int = MOST_COMING,
    near: Callable[[Peer], bool] | None = None,
) -> AsyncIterator[Doorway]:
    """The door, open; it looks at its connections every 20 ms."""
    database = Database.open("sqlite+aiosqlite://")
    application = build_server([], database, Standing(working=True), body_seconds=body_seconds)
    application[COMING] = Coming(coming)
    here = Doorway(0)
    application.router.add_routes(_routes(here))
    trusts = {"near": near} if near else {}
    listener = Listener(application, most, patience=patience, look_every=0.02, **trusts)
    here.port = await listener.open("127.0.0.1", 0)
    try:
        yield here
    finally:
        await here.leaves()
        await listener.close()
        await database.close()


async def is_served(here: Doorway) -> bool:
    return b" 200 " in await here.asks(HEALTH)
