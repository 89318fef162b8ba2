"""Listen for connections: up to a number of all, and up to a share of one address.

asyncio's own server has no such bounds. If descriptors run out, it writes thousands of log lines a
second (CPython 3.11: ``_accept_connection`` goes on through the whole backlog).
"""

import asyncio
import errno
import socket
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress

import structlog
from aiohttp import web

from bot.http.connection import READ_BYTES, Connection, Patience
from bot.http.doorstep import cleaned, guarded
from bot.http.peers import Peer, is_near, parsed, place_of

AT_ONCE = 64  # accepted before others have their turn
BACKLOG = 1024
PAUSE = 1.0  # seconds without accepting if there are no descriptors
FEWER = 16  # connections that are given up if there are no descriptors
RESTORED_AFTER = 300.0  # seconds
FIRST_WORDS = 1.0  # seconds that a silent connection keeps its place when others want it
LOOK_EVERY = 1.0
IDLE_SECONDS = 150.0  # between requests; a proxy's pool hangs up first
LINGERING = 2.0  # seconds in which the sender of a refused body reads our answer
STOP_SECONDS = 5.0
PLACES_SHARE = 4  # one place that is no proxy of ours gets this part of all

log = structlog.get_logger()


class Silent:
    """A connection on which nothing has come yet: only its socket is kept."""

    def __init__(self, came: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self.socket = came
        self.since = loop.time()
        self._loop = loop

    def hears(self, speaks: Callable[["Silent"], None]) -> None:
        """Call ``speaks`` once something comes, or the peer goes."""
        # By its number: the loop describes a socket that it does not know yet, at two calls of the
        # system each, for an error that nobody reads.
        self._loop.add_reader(self.socket.fileno(), speaks, self)

    def lets_go(self) -> socket.socket:
        """Stop hearing, and return the socket for another to hear."""
        self._loop.remove_reader(self.socket.fileno())
        return self.socket

    def abort(self) -> None:
        """Close the connection at once."""
        self.lets_go().close()


class Listener:
    """The application on a port; at most ``most`` connections are open at once.

    If there is no room, the connection that has been silent longest gives way. If there is none,
    the new one is closed at once. ``near`` says whether many people may stand behind an address.
    """

    def __init__(
        self,
        application: web.Application,
        most: int,
        *,
        patience: Patience | None = None,
        near: Callable[[Peer], bool] = is_near,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._runner = web.AppRunner(
            application,
            access_log=None,  # addresses may hold a code
            shutdown_timeout=STOP_SECONDS,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGERING,
            auto_decompress=False,
            read_bufsize=READ_BYTES // 2,  # it takes twice as much before it pauses
        )
        self._open: dict[web.RequestHandler, Connection] = {}
        self._most = self._allowed = most
        self._share = max(most // PLACES_SHARE, 1)
        self._patience = patience or Patience()
        self._near = near
        self._look_every = look_every
        self._sockets: list[socket.socket] = []
        self._taken = 0
        self._places: Counter[str] = Counter()
        self._silent: OrderedDict[Silent | Connection, None] = OrderedDict()  # no request yet
        self._place_of: dict[Silent | Connection, str] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    async def open(self, host: str, port: int) -> int:
        """Listen, and return the port; 0 gets a free one. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        await self._runner.setup()
        server = self._runner.server
        assert server is not None  # noqa: S101 - it was set up
        server.request_factory = cleaned(server.request_factory)
        server.request_handler = guarded(server.request_handler, self._open)
        found = await self._loop.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, _, _, _, address in dict.fromkeys(found):
            listening = socket.socket(family, socket.SOCK_STREAM)
            self._sockets.append(listening)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.setblocking(False)
            listening.bind(address)
            listening.listen(BACKLOG)
            self._resume(listening)
        self._look()
        return int(self._sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take no more connections, and let requests that are being answered come to an end."""
        for timer in self._timers.values():
            timer.cancel()
        for listening in self._sockets:
            self._loop.remove_reader(listening)
            listening.close()
        self._sockets.clear()
        for silent in [one for one in self._silent if isinstance(one, Silent)]:
            self._give_way(silent)
        await self._runner.cleanup()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for timer in self._timers.values():
            timer.cancel()

    def _resume(self, listening: socket.socket) -> None:
        self._loop.add_reader(listening, self._accept, listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                came, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # no descriptor, no memory
                log.warning("accept_pauses", why=errno.errorcode.get(error.errno or 0, ""))
                self._pause(listening)
                return
            peer = parsed(str(address[0]).partition("%")[0])
            place = "" if peer is None or self._near(peer) else place_of(peer)
            if not self._has_room(place):
                came.close()
                continue
            self._taken += 1
            self._places[place] += 1
            came.setblocking(False)
            silent = Silent(came, self._loop)
            self._place_of[silent] = place
            self._silent[silent] = None
            silent.hears(self._speaks)

    def _speaks(self, silent: Silent) -> None:
        """Its first byte is here: what aiohttp needs for a connection is made now."""
        if not _is_there(silent.socket):
            self._give_way(silent)
            return
        came, place = silent.lets_go(), self._place_of.pop(silent)
        del self._silent[silent]
        opening = self._loop.create_task(self._take(came, place))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def _pause(self, listening: socket.socket) -> None:
        """Others hold more descriptors than was thought: be content with fewer for a while."""
        self._most = max(self._taken - FEWER, FEWER)
        for silent in list(self._silent)[:FEWER]:
            self._give_way(silent)
        self._loop.remove_reader(listening)
        later = self._loop.call_later(PAUSE, self._resume, listening)
        self._timers[f"accept {listening.fileno()}"] = later
        if "restore" in self._timers:
            self._timers["restore"].cancel()
        self._timers["restore"] = self._loop.call_later(RESTORED_AFTER, self._restore)

    def _restore(self) -> None:
        self._most = self._allowed

    def _give_way(self, silent: Silent | Connection) -> None:
        self._forget(silent)
        silent.abort()

    def _has_room(self, place: str) -> bool:
        if place and self._places[place] >= self._share:
            log.warning("connections_of_one_address")
            return False
        if self._taken < self._most:
            return True
        log.warning("connections_full", most=self._most)
        longest = next(iter(self._silent), None)
        if longest is None or self._loop.time() - longest.since < FIRST_WORDS:
            return False
        self._give_way(longest)
        return True

    async def _take(self, came: socket.socket, place: str) -> None:
        server = self._runner.server
        if server is None:
            self._release(place)
            came.close()
            return
        connection = Connection(
            server(), self._patience, self._loop.time, self._has_begun, self._forget
        )
        self._place_of[connection] = place
        self._silent[connection] = None
        self._open[connection.inner] = connection
        try:
            await self._loop.connect_accepted_socket(lambda: connection, came)
        except OSError:  # it went again meanwhile
            self._forget(connection)
            came.close()

    def _has_begun(self, connection: Connection) -> None:
        self._silent.pop(connection, None)

    def _forget(self, connection: Silent | Connection) -> None:
        place = self._place_of.pop(connection, None)
        if place is None:
            return
        self._release(place)
        self._silent.pop(connection, None)
        if isinstance(connection, Connection):
            self._open.pop(connection.inner, None)

    def _release(self, place: str) -> None:
        self._taken -= 1
        self._places[place] -= 1
        if not self._places[place]:
            del self._places[place]

    def _look(self) -> None:
        late = self._loop.time() - self._patience.head
        for silent in [one for one in self._silent if isinstance(one, Silent)]:
            if silent.since < late:
                self._give_way(silent)
        for connection in list(self._open.values()):
            with suppress(OSError):
                connection.look()
        self._timers["look"] = self._loop.call_later(self._look_every, self._look)


def _is_there(came: socket.socket) -> bool:
    """Whether the peer said something, and did not just go."""
    try:
        return bool(came.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True  # nobody knows why we were called: to be heard as any other
    except OSError:
        return False
