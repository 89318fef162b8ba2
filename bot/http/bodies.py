"""Read bodies of requests, only if a handler asks for them, up to a size and within a time.

Nothing else in the program reads a body (tests/rules/test_architecture.py). So a handler looks at
the route, the origin and the secret before any of the body is read.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

SECONDS = 20.0  # for a whole body; uploads have a time of their own
BODY_SECONDS = web.AppKey("body_seconds", float)
FORM = "application/x-www-form-urlencoded"
FIELDS = 20
MOST_COMING = 32 * 1024 * 1024  # bytes of all bodies together that are half here


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
            oldest.reschedule(0)


COMING = web.AppKey("coming", Coming)

log = structlog.get_logger()


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
                async for chunk in request.content.iter_any():
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


def _too_large(most: int) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(max_size=most, text="")
