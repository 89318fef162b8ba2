"""Uploads to the web chat over HTTP: asked about, received, refused."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

import structlog
from aiohttp import web
from sqlalchemy.orm import Session

from bot.channels.web.doors import receiving
from bot.channels.web.doors.limits import WebLimits, address_of, key_of, wider
from bot.channels.web.doors.receiving import Place, Receiving
from bot.channels.web.doors.sessions import ADMIN, Sessions
from bot.channels.web.doors.upload_room import NoRoom, PermitsUpload, Room, UploadRoom
from bot.channels.web.events import STAFF, WEB_LIMITS, Visitor
from bot.channels.web.files.uploads import Uploads
from bot.examining.scanner import ScannerAway
from bot.examining.temporary import LowSpace
from bot.examining.turns import Busy
from bot.failures import FileTooLarge, RetryLater
from bot.file_kinds import Refused
from bot.http.bodies import File, files_in
from bot.http.connection import LONG_BODY
from bot.watch.space import Space
from config.settings import Settings
from config.texts import Texts
from handlers.attachments import why_refused
from storage.database import Database

UPLOAD_SECONDS = 20 * 60.0  # for ten files on a slow line
PIECE_SECONDS = 60.0  # for the next piece; no line that people use is slower
BUSY = "web-file-busy"  # too much comes at once: the page tries again by itself
RETRY_AFTER = "2"  # seconds
LOOK_EVERY = 0.5  # seconds, whether who uploads is still there

T = TypeVar("T")

log = structlog.get_logger()


class TooMuch(Exception):
    """More came from one account or address than is taken."""


class _NotTaken(Exception):
    """A file is not taken; ``text`` is the key of what the person reads."""

    def __init__(self, text: str, status: int, **about: str) -> None:
        super().__init__(text)
        self.about = about
        self.text = text
        self.status = status


class FilePages:
    """Answers the requests about uploads."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        texts: Texts,
        uploads: Uploads,
        sessions: Sessions,
        limits: WebLimits,
        room: UploadRoom,
        space: Space,
        permits: PermitsUpload,
    ) -> None:
        self._database = database
        self._settings = settings
        self._texts = texts
        self._uploads = uploads
        self._sessions = sessions
        self._limits = limits
        self._room = room
        self._space = space
        self._permits = permits
        self._receiving = (
            Receiving(receiving.MOST),
            Receiving(receiving.MOST_OF_STAFF),
        )

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of uploads."""
        return [web.get("/files", self.ask), web.post("/files", self.upload)]

    async def ask(self, request: web.Request) -> web.Response:
        """Answer whether a file would be taken, so that a page need not send it in vain."""
        try:
            await self._look(request)
        except _NotTaken as refused:
            return self._answer_of(refused, status=200)  # it was a question
        return web.json_response({})

    async def upload(self, request: web.Request) -> web.Response:
        """Take up to ten files of a form; answer with their refs, or a text that says why not."""
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        try:
            visitor, room = await self._look(request)
            taken = await self._receive(request, visitor, room)
        except _NotTaken as refused:
            return self._answer_of(refused)
        except FileTooLarge:
            return self._answer_of(_NotTaken("web-file-too-large", 413))
        except Refused as refused:
            log.info("web_file_refused", reason=refused.reason)
            why = why_refused(self._texts, refused.reason)
            return self._answer_of(_NotTaken("web-file-forbidden", 415, why=why))
        except TimeoutError:
            return self._answer_of(_NotTaken("web-file-later", 408))
        except LowSpace:
            return self._answer_of(_NotTaken("web-no-room", 507))
        except ScannerAway as away:  # for longer than a page should ask by itself
            log.warning("web_upload_failed", reason=type(away).__name__)
            return self._answer_of(_NotTaken("web-file-later", 503))
        except Busy:
            return self._answer_of(_NotTaken(BUSY, 503))
        except (RetryLater, OSError) as error:
            log.warning("web_upload_failed", reason=type(error).__name__)
            return self._answer_of(_NotTaken("web-file-later", 503))
        return web.json_response({"files": taken})

    async def _look(self, request: web.Request) -> tuple[Visitor, Room]:
        """Return the visitor, and the room for their files.

        Raises HTTPForbidden for a stranger, _NotTaken if there is no room or they may not upload.
        """
        staff = request.query.get("room") in (STAFF, ADMIN)
        if not (staff or self._settings.web_chat_on):
            raise web.HTTPForbidden
        find = await self._found(request, staff=staff)
        address = address_of(request)
        async with self._database.reading() as session:
            visitor = await session.run_sync(find)
            if visitor is None:
                raise web.HTTPForbidden
            text = await session.run_sync(self._permits, visitor)
            if text:
                raise _NotTaken(text, 403)
            room = await session.run_sync(self._room.look, visitor, address, wider(address))
        if self._space.is_low:
            raise _NotTaken("web-no-room", 507)
        if not room.has(1, 1):
            raise _NotTaken(room.refused, 429)
        if not self._receiving[visitor.staff].has_room(wider(address)):
            log.warning("uploads_full")
            raise _NotTaken(BUSY, 503)
        return visitor, room

    async def _found(
        self, request: web.Request, *, staff: bool
    ) -> Callable[[Session], Visitor | None]:
        """Return a function that finds the visitor in a transaction.

        An employee is found before that, in a transaction that notes them as seen.
        """
        if not staff:
            return await self._sessions.resident(request)
        employee = await self._sessions.visitor(request, staff=True)
        return lambda _: employee

    def _answer_of(self, refused: "_NotTaken", status: int = 0) -> web.Response:
        """Return the answer to a refused request.

        If ``waits``, the page keeps the file and asks again when the bot has said something; if
        ``busy``, it tries again soon by itself; if ``again``, it keeps the file beside a button to
        try again.
        """
        answer = {
            "error": self._texts(refused.text, **refused.about),
            "waits": refused.text == "web-file-before-consent",
            "busy": refused.text == BUSY,
            "again": refused.text in (BUSY, "web-file-later"),
        }
        headers = {"Retry-After": RETRY_AFTER} if answer["busy"] else None
        return web.json_response(answer, status=status or refused.status, headers=headers)

    async def _receive(
        self, request: web.Request, visitor: Visitor, room: Room
    ) -> list[dict[str, str]]:
        """Take the files of the form, at a place for it; the refs and names of what was taken.

        Raises _NotTaken, TimeoutError and what ``Uploads.keep`` does.
        """
        address = address_of(request)
        place = None
        try:
            async with asyncio.timeout(UPLOAD_SECONDS) as time:
                with (
                    self._limits.upload(visitor, address) as has_hands,
                    self._receiving[visitor.staff].one(wider(address), time) as place,
                ):
                    if not has_hands:
                        raise _NotTaken(BUSY, 429)
                    if place is None:
                        raise _NotTaken(BUSY, 503)
                    request[LONG_BODY] = True
                    work = self._take_files(request, visitor, room, place)
                    return await _while_there(request, work)
        except TimeoutError:
            if place and place.gave_way:
                raise _NotTaken(BUSY, 503) from None
            raise

    async def _take_files(
        self, request: web.Request, visitor: Visitor, room: Room, place: Place
    ) -> list[dict[str, str]]:
        address = address_of(request)
        taken: list[dict[str, str]] = []

        def may_come(size: int) -> bool:
            return self._limits.takes_bytes(visitor, address, size) and room.takes(0, size)

        with self._room.coming(room):
            try:
                async with aclosing(files_in(request)) as files:
                    while len(taken) < WEB_LIMITS.album:
                        with place.waits():
                            file = await anext(files, None)
                        if file is None:
                            break
                        room.begin_file()
                        upload = await self._uploads.keep(
                            visitor.account,
                            key_of(visitor) if visitor.staff else f"web:{address}",
                            file.name,
                            _pieces(file, place, may_come),
                            network=room.network,
                        )
                        taken.append({"ref": upload.ref, "name": upload.name, "kind": upload.kind})
            except (TooMuch, NoRoom):
                raise _NotTaken(room.refused or "web-too-many-files-today", 429) from None
        return taken


async def _pieces(
    file: File, place: Place, may_come: Callable[[int], bool]
) -> AsyncIterator[bytes]:
    """Yield the bytes of a file as they come. Raises TooMuch, TimeoutError and HTTPBadRequest."""
    while True:
        with place.waits():
            async with asyncio.timeout(PIECE_SECONDS):  # wait_for may swallow a cancel (3.11)
                piece = await file.piece()
        if not piece:
            return
        place.came(len(piece))
        if not may_come(len(piece)):
            raise TooMuch
        yield piece


async def _while_there(request: web.Request, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of ``work``; cancel it and free what it holds if the client hangs up."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=LOOK_EVERY)
            if request.transport is None or request.transport.is_closing():
                break
    finally:
        task.cancel()  # what is done stays done
    return await task
