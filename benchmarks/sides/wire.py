"""HTTP/1.1 at its barest, so that a bot is what is measured and not who measures it."""

import asyncio
from collections.abc import Callable
from typing import Self

HEAD_END = b"\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"

Answer = Callable[[str, bytes], bytes]  # the path and the body of a request to the body of a 200


class _Messages(asyncio.Protocol):
    """Takes a stream apart into heads and bodies; bodies have a Content-Length."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - tells mypy what TCP is
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(HEAD_END)) >= 0:
            head = self._data[:end]
            start = end + len(HEAD_END)
            size = _length(head)
            if len(self._data) < start + size:
                return
            body = self._data[start : start + size]
            self._data = self._data[start + size :]
            self.came(head, body)

    def came(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError  # a server answers it, a client hands it on


class _Serving(_Messages):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    def came(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        answer = self._answer(path, body)
        if self.transport:
            self.transport.write(OK % len(answer) + answer)


class Connection(_Messages):
    """A kept connection of a client; one request at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._status: asyncio.Future[int] | None = None

    @classmethod
    async def to(cls, port: int) -> Self:
        """Connect to a server on this machine."""
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, "127.0.0.1", port)
        return connection

    async def post(self, path: str, body: bytes, headers: str = "") -> int:
        """Send JSON; the status of the answer."""
        self._status = asyncio.get_running_loop().create_future()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        assert self.transport  # noqa: S101 - ``to`` has connected it
        self.transport.write(f"{head}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return await self._status

    def came(self, head: bytes, body: bytes) -> None:
        """The answer."""
        if self._status and not self._status.done():
            self._status.set_result(int(head.split(b" ", 2)[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for an answer gets none."""
        if self._status and not self._status.done():
            self._status.set_exception(exc or ConnectionError("the bot hung up"))

    def close(self) -> None:
        """Hang up."""
        if self.transport:
            self.transport.close()


async def serve(answer: Answer) -> asyncio.Server:
    """Serve on a free port of this machine."""
    return await asyncio.get_running_loop().create_server(lambda: _Serving(answer), "127.0.0.1", 0)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n")[1:]:
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
        if line.startswith(b"transfer-encoding:"):
            raise ValueError("chunked: this reads bodies of a known length alone")
    return 0
