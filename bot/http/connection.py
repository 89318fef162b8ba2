"""One connection from outside: passed on to aiohttp, and ended if its peer is too slow.

aiohttp bounds only the time between requests. All else that a peer may draw out is checked here,
about once a second: the head of a request, its body, the reading of an answer, the closing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

LEAST_RATE = 2048  # bytes a second of an upload; a line of 1995 has more
READ_BYTES = 32 * 1024  # at once, and kept of a body: asyncio and aiohttp would take 256 and 512 KB
FEW_LEFT = 1024 * 1024  # of a refused body: its sender should read our answer

LONG_BODY = web.RequestKey("long_body", bool)  # set for who may upload: a body may take longer


@dataclass(frozen=True)
class Patience:
    """The seconds that a peer has for each part of an exchange."""

    head: float = 20.0  # for the first request, and for each from its first byte
    body: float = 25.0  # ``bodies`` gives up politely before
    upload: float = 20 * 60.0  # for ten files on a slow line
    slow: float = 30.0  # before an upload has to have a rate
    unread: float = 60.0  # for 48 KB of an answer
    closing: float = 10.0


class Connection(asyncio.Protocol):
    """A protocol between the socket and ``inner``, aiohttp's own.

    ``begun`` is called once a request's head is there, ``lost`` once the connection is gone.
    """

    def __init__(
        self,
        inner: web.RequestHandler,
        patience: Patience,
        clock: Callable[[], float],
        begun: Callable[["Connection"], None],
        lost: Callable[["Connection"], None],
    ) -> None:
        self.inner = inner
        self.since = clock()
        self._patience = patience
        self._clock = clock
        self._begun = begun
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._request: web.BaseRequest | None = None
        self._meter: Callable[[int], bool] | None = None
        self._is_answered = False  # before its body was here
        self._head_since: float | None = self.since  # None: nothing of a next request came yet
        self._body_since = self._waited = self._came = 0.0
        self._unread_since: float | None = None
        self._closing_since: float | None = None
        self._looked = self.since

    # Of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket's transport, and pass it on."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream's is one
        self._transport = transport
        if hasattr(transport, "max_size"):
            transport.max_size = READ_BYTES  # CPython's (to 3.14 at least) has no other way
        self.inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass on ``data``, unless the meter says that it is too much."""
        if self._request is None:
            if self._head_since is None:
                self._head_since = self._clock()
        else:
            self._came += len(data)
        if self._meter and not self._meter(len(data)):
            if self._is_answered:
                self._hear_no_more()
            else:
                self.abort()
            return
        try:
            self.inner.data_received(data)
        except Exception:  # noqa: BLE001 - whatever a parser meets in unknown bytes, they are at fault
            self.abort()

    def eof_received(self) -> None:
        """Pass on that the peer sends no more."""
        self.inner.eof_received()

    def pause_writing(self) -> None:
        """Pass on that the peer reads too slowly."""
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the peer has read most of it."""
        self._unread_since = None
        self.inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody that the socket is gone."""
        self._lost(self)
        self._meter = self._request = None
        if self._transport:
            _uncircle(self._transport)
        self.inner.connection_lost(exc)

    # Of the requests

    def begins(self, request: web.BaseRequest) -> None:
        """Note that the whole head of a request is there."""
        self._request, self._head_since = request, None
        self._body_since, self._waited, self._came = self._clock(), 0.0, 0.0
        self._begun(self)

    def ends(self) -> None:
        """Note that the request was answered.

        If its body is not all here, a little more of it is taken: its sender may read the answer.
        """
        if self._request and not self._request.content.is_eof():
            self.meters(few(FEW_LEFT))
            self._is_answered = True
        self._request = None

    def meters(self, takes: Callable[[int], bool]) -> None:
        """Ask ``takes`` from now on whether more bytes may come.

        If it says no the connection ends; if the request is answered, only reading ends.
        """
        self._meter = takes

    def look(self) -> None:
        """End the connection if the peer takes too long with anything."""
        now, transport = self._clock(), self._transport
        passed, self._looked = now - self._looked, now
        if transport is None:
            return
        if transport.is_closing():
            self._closing_since = self._closing_since or now
            is_late = now - self._closing_since > self._patience.closing
        elif transport.get_write_buffer_size():
            self._unread_since = self._unread_since or now
            is_late = now - self._unread_since > self._patience.unread
        else:
            self._unread_since = None
            is_late = self._is_late_to_send(now, passed, reading=transport.is_reading())
        if is_late:
            self.abort()

    def _is_late_to_send(self, now: float, passed: float, *, reading: bool) -> bool:
        if self._request is None:
            return self._head_since is not None and now - self._head_since > self._patience.head
        if self._request.content.is_eof():
            return False
        whole = now - self._body_since
        if not self._request.get(LONG_BODY):
            return whole > self._patience.body
        self._waited += passed if reading else 0  # while we look through a file nothing can come
        had = self._waited - self._patience.slow
        return whole > self._patience.upload or self._came < had * LEAST_RATE

    def _hear_no_more(self) -> None:
        """Take no more of a refused body. To hang up would take our answer from its sender, too."""
        if self._transport:
            self._transport.pause_reading()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport:
            self._transport.abort()


def _uncircle(transport: asyncio.Transport) -> None:
    """CPython's (to 3.11 at least) refers to itself, so that each waits for a whole collection."""
    if hasattr(transport, "_read_ready_cb"):
        transport._read_ready_cb = None  # noqa: SLF001 - nothing is read any more


def few(left: int) -> Callable[[int], bool]:
    """Return a meter that takes ``left`` more bytes."""

    def takes(size: int) -> bool:
        nonlocal left
        left -= size
        return left >= 0

    return takes
