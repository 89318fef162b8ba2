"""Refuse bad requests before anything else, and leave the rest of their bodies unread.

In a middleware this would be too late: aiohttp answers ``Expect`` before. No handler meets a text
that is not sound: one that cannot be written as UTF-8, or has a NUL.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping

import structlog
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpProcessingError, RawRequestMessage
from aiohttp.web import PayloadAccessError, RequestPayloadError

from bot.http.connection import Connection

CONNECTION = web.RequestKey("connection", Connection)
# Other sites of the domain, and browsers, fill these with what they like: no fault of who asks.
FREE = ("Cookie", "Referer", "User-Agent")

Answering = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Making = Callable[
    [
        RawRequestMessage,
        StreamReader,
        web.RequestHandler,
        AbstractStreamWriter,
        "asyncio.Task[None]",
    ],
    web.BaseRequest,
]

log = structlog.get_logger()


def connection_of(request: web.BaseRequest) -> Connection | None:
    """The connection a request came by; None if it did not come through ``listening``."""
    return request.get(CONNECTION)


def cleaned(making: Making) -> Making:
    """Return ``making`` for messages in whose free headers each sign that is not sound is a «?»."""

    def make(
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        return making(_cleaned(message), payload, protocol, writer, task)

    return make


def _cleaned(message: RawRequestMessage) -> RawRequestMessage:
    if not message.headers:  # also aiohttp's own for what it could not parse: a plain dict
        return message
    odd = {
        name: values
        for name in FREE
        if (values := message.headers.getall(name, ())) and not all(map(_is_sound, values))
    }
    if not odd:
        return message
    headers = message.headers.copy()
    for name, values in odd.items():
        headers.popall(name)
        for value in values:
            headers.add(name, value.encode(errors="replace").decode().replace("\0", "?"))
    return message._replace(headers=type(message.headers)(headers))


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
        return all(map(_is_sound, _looked_at(request)))
    except Exception:  # noqa: BLE001 - whatever aiohttp raises here, what was sent is at fault
        return False


def _is_sound(text: str) -> bool:
    """Whether it can be written down: it has no half signs and no NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _looked_at(request: web.BaseRequest) -> Iterator[str]:
    """Path, query, headers, cookies and types; raises where one of them is none."""
    yield request.path
    if request.query_string:
        for name, value in request.query.items():
            yield from (name, value)
    for name, value in request.headers.items():
        yield from (name, value)
    if "Cookie" in request.headers:
        _ = request.cookies
    yield from (request.content_type, request.charset or "", request.host)
