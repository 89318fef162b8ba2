"""Read bodies of requests, only if a handler asks for them, up to a size and within a time.

Nothing else in the program reads a body (tests/rules/test_architecture.py). So a handler looks at
the route, the origin and the secret before any of the body is read.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import BodyPartReader, web

SECONDS = 20.0  # for a whole body; uploads have a time of their own
BODY_SECONDS = web.AppKey("body_seconds", float)
FORM = "application/x-www-form-urlencoded"
FIELDS = 20
MOST_COMING = 32 * 1024 * 1024  # bytes of all bodies together that are half here
PIECE = 32 * 1024  # of a file; aiohttp keeps two of them


class Coming:
    """Bodies of which only a part has come. If they are too much together, the oldest gives way.

    So a messenger, whose bodies come at once, gets its room beside any number of slow ones.
    """

    def __init__(self, most: int = MOST_COMING) -> None:
        self._room = most
        self._bytes: dict[asyncio.Timeout, int] = {}  # the oldest first

    @contextmanager
    def one(self, time: asyncio.Timeout) -> Iterator[None]:
        """Count a body while the block runs; its ``time`` ends at once if it has to give way."""
        self._bytes[time] = 0
        try:
            yield
        finally:
            self._room += self._bytes.pop(time, 0)

    def grew(self, time: asyncio.Timeout, size: int) -> None:
        """Count ``size`` more bytes of the body with that ``time``."""
        if time not in self._bytes:
            return  # it gave way, and hears of it as soon as it waits
        self._bytes[time] += size
        self._room -= size
        while self._room < 0:
            oldest = next(iter(self._bytes))
            self._room += self._bytes.pop(oldest)
            ends_now(oldest)


COMING = web.AppKey("coming", Coming)

log = structlog.get_logger()


def ends_now(time: asyncio.Timeout) -> None:
    """Let ``time`` be over, if it is not already: its block may not have heard of that yet."""
    if not time.expired():
        time.reschedule(0)


@contextmanager
def strangers_bytes() -> Iterator[None]:
    """Read with aiohttp in the block, and nothing else: what it raises becomes HTTPBadRequest.

    It meets odd bytes with errors of all kinds (3.14: RuntimeError and AssertionError in multipart,
    ValueError, LookupError, HttpProcessingError). None of them is a fault of ours.
    """
    try:
        yield
    except (web.HTTPException, OSError, MemoryError):  # OSError: gone, or too slow
        raise
    except Exception as error:  # noqa: BLE001 - of any kind, see above
        log.info("body_unreadable", why=type(error).__name__)
        raise web.HTTPBadRequest from None


async def whole(request: web.Request, most: int) -> bytes:
    """Return the whole body.

    Raises HTTPRequestEntityTooLarge beyond ``most`` bytes, HTTPRequestTimeout.
    """
    if (request.content_length or 0) > most:
        raise _too_large(most)
    came = bytearray()
    coming, seconds = request.app.get(COMING) or Coming(), request.app.get(BODY_SECONDS, SECONDS)
    try:
        async with asyncio.timeout(seconds) as time:
            with coming.one(time):
                while True:
                    with strangers_bytes():
                        chunk = await request.content.readany()
                    if not chunk:
                        break
                    came += chunk
                    if len(came) > most:
                        raise _too_large(most)
                    coming.grew(time, len(chunk))
    except TimeoutError:
        log.warning("body_too_slow")
        raise web.HTTPRequestTimeout from None
    return bytes(came)


async def json_in(request: web.Request, most: int) -> Any:
    """Return the value of a JSON body. Raises HTTPBadRequest and what ``whole`` raises."""
    return parsed(await whole(request, most))


def parsed(body: bytes) -> Any:
    """Return the value of JSON text. Raises HTTPBadRequest."""
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):  # also too deep, too long a number, no UTF-8
        raise web.HTTPBadRequest from None


async def form_in(request: web.Request, most: int) -> dict[str, str]:
    """Return the fields of a form. Raises HTTPUnsupportedMediaType for any other body.

    Also raises HTTPBadRequest and what ``whole`` raises.
    """
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType
    body = await whole(request, most)
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:  # too many, or no UTF-8
        raise web.HTTPBadRequest from None
    return dict(fields)


class File:
    """A file of a form, whose bytes are still to come."""

    def __init__(self, part: BodyPartReader, name: str) -> None:
        self._part = part
        self.name = name

    async def piece(self) -> bytes:
        """Return its next bytes; empty at its end. Raises HTTPBadRequest."""
        with strangers_bytes():
            return await self._part.read_chunk(PIECE)


async def files_in(request: web.Request) -> AsyncGenerator[File]:
    """Yield the files of a form, each to be read before the next. Raises HTTPBadRequest.

    A form that has anything else is none of ours.
    """
    if not request.content_type.startswith("multipart/"):
        raise web.HTTPBadRequest
    with strangers_bytes():
        form = await request.multipart()
    while True:
        with strangers_bytes():
            part = await form.next()
            name = part.filename if isinstance(part, BodyPartReader) else None
        if part is None:
            return
        if not isinstance(part, BodyPartReader) or name is None:
            raise web.HTTPBadRequest
        yield File(part, name)


def _too_large(most: int) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(max_size=most, text="")
