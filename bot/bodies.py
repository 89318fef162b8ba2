"""Bodies of requests: read whole only by who asks for them, up to a size and within a time.

Nothing else in the program reads a body (tests/test_architecture.py), so a handler looks at the
route, the origin and the secret before any of it comes.
"""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

SECONDS = 20.0  # for a whole body; uploads have a time of their own
BODY_SECONDS = web.AppKey("body_seconds", float)
FORM = "application/x-www-form-urlencoded"
FIELDS = 20

log = structlog.get_logger()


async def whole(request: web.Request, most: int) -> bytes:
    """All of it. Raises HTTPRequestEntityTooLarge beyond ``most`` bytes, HTTPRequestTimeout."""
    if (request.content_length or 0) > most:
        raise _too_large(most)
    came = bytearray()
    try:
        async with asyncio.timeout(request.app.get(BODY_SECONDS, SECONDS)):
            async for chunk in request.content.iter_any():
                came += chunk
                if len(came) > most:
                    raise _too_large(most)
    except TimeoutError:
        log.warning("body_too_slow")
        raise web.HTTPRequestTimeout from None
    return bytes(came)


async def json_in(request: web.Request, most: int) -> Any:
    """What stands in a JSON body. Raises HTTPBadRequest and what ``whole`` does."""
    body = await whole(request, most)
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):  # also too deep, too long a number, no UTF-8
        raise web.HTTPBadRequest from None


async def form_in(request: web.Request, most: int) -> dict[str, str]:
    """The fields of a form. Raises HTTPUnsupportedMediaType for any other body, HTTPBadRequest."""
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
