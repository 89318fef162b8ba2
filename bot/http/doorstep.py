"""Refuse bad requests before anything else, and leave the rest of their bodies unread.

In a middleware this would be too late: aiohttp answers ``Expect`` before.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.web import PayloadAccessError, RequestPayloadError

from bot.http.connection import Connection

CONNECTION = web.RequestKey("connection", Connection)
FREE = {"cookie", "referer", "user-agent"}  # others fill these with what they like

Answering = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

log = structlog.get_logger()


def connection_of(request: web.BaseRequest) -> Connection | None:
    """The connection a request came by; None if it did not come through ``listening``."""
    return request.get(CONNECTION)


def guarded(
    answering: Answering, connections: Mapping[web.RequestHandler, Connection]
) -> Answering:
    """Return ``answering`` for requests that are in order.

    The others are answered here, with 400, 415 or 417, and are no error in the log.
    """

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        connection = connections.get(request.protocol)
        if connection:
            request[CONNECTION] = connection
            connection.begins(request)
        try:
            response = await _answer(request, answering)
        except web.HTTPException as refusal:
            _leave(request, refusal)
            raise
        finally:
            if connection:
                connection.ends()
        _leave(request, response)
        return response

    return answer


async def _answer(request: web.BaseRequest, answering: Answering) -> web.StreamResponse:
    status = _refusal(request)
    if status:
        log.info("request_refused", why=status)
        return web.Response(status=status)
    try:
        return await answering(request)
    except (HttpProcessingError, RequestPayloadError, PayloadAccessError) as error:
        log.info("request_refused", why=type(error).__name__)
    except ConnectionError:
        if request.transport and not request.transport.is_closing():
            raise
    return web.Response(status=400)  # read by nobody, if the peer is gone


def _leave(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Close after an answer where the body was not read: what remains of it is not."""
    if not request.content.is_eof():
        response.force_close()


def _refusal(request: web.BaseRequest) -> int:
    """The status for what no handler should meet; 0: it is in order."""
    if not _is_readable(request):
        return 400
    headers = request.headers
    if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return 415  # nobody packs what is sent here, and unpacking costs everybody seconds
    if headers.get("Expect", "100-continue").lower() != "100-continue":
        return 417
    return 0


def _is_readable(request: web.BaseRequest) -> bool:
    """Whether what handlers look at can be looked at."""
    try:
        for text in _looked_at(request):
            if "\0" in text:
                return False
            text.encode()  # no half signs
    except (ValueError, LookupError):
        return False
    return True


def _looked_at(request: web.BaseRequest) -> Iterator[str]:
    """Path, query and headers; raises ValueError where they, cookies or types are none."""
    yield request.path
    if request.query_string:
        for name, value in request.query.items():
            yield from (name, value)
    for name, value in request.headers.items():
        if name.lower() not in FREE:
            yield value
    if "Cookie" in request.headers:
        _ = request.cookies
    _ = request.content_type, request.charset, request.host
