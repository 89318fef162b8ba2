"""The conversation with one page of the web chat, over its socket."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.web.acts import Acts
from bot.channels.web.doors.limits import WebLimits, address_of
from bot.channels.web.doors.proof_of_work import BITS, ProofOfWork
from bot.channels.web.doors.sessions import Sessions
from bot.channels.web.events import (
    FRAME,
    Act,
    Hello,
    Older,
    Ping,
    Visitor,
    Worked,
    not_understood,
    to_event,
)
from bot.channels.web.history import missed, older
from bot.channels.web.rights import LoggedOut, NotTaken, Rights, WorkFirst
from bot.channels.web.sockets import STRANGER, Line, Lines, Strange, ended_code
from bot.failures import Unavailable
from bot.http.connection import few
from bot.http.doorstep import connection_of
from bot.protocol import EventSink
from config.texts import Texts
from storage.database import Database
from storage.database.fullness import is_full
from storage.tables import WebMessage

FAREWELL = 3.0  # seconds for a page to say good-bye
FEW_LEFT = 64 * 1024  # bytes that a page has under way when we hang up
MOST_BAD = 20  # frames of one socket that no page of ours sends
BREATH = 0.2  # seconds before the next frame of whoever only asks, while very many do
MAX_FRAME = 256 * 1024

log = structlog.get_logger()


class Talk:
    """Serves the sockets of pages, from the first frame to the last."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        sessions: Sessions,
        lines: Lines,
        limits: WebLimits,
        rights: Rights,
        work: ProofOfWork,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._texts = texts
        self._sessions = sessions
        self._lines = lines
        self._limits = limits
        self._rights = rights
        self._work = work
        self._clock = clock
        self._acts = Acts(texts, clock)
        self.inbox: EventSink | None = None

    async def listen(self, request: web.Request, room: str = "") -> web.WebSocketResponse:
        """Serve the socket of a page until it is closed.

        The page is a resident's, or of the ``room`` of employees or of admins.
        """
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        if "Sec-WebSocket-Protocol" in request.headers:  # no page of ours; aiohttp would log it
            raise web.HTTPBadRequest
        if self.inbox is None or self._lines.closed:
            raise web.HTTPServiceUnavailable
        try:
            visitor = await self._sessions.of_chat(request, room)
        except (SQLAlchemyError, OSError):
            raise web.HTTPServiceUnavailable from None
        # Pings are answered by us, once they are counted; nothing that comes is unpacked. Ours are
        # sent by the line: aiohttp's heartbeat keeps what is closed for half a minute.
        socket = web.WebSocketResponse(
            max_msg_size=MAX_FRAME, autoping=False, compress=False, timeout=FAREWELL
        )
        await socket.prepare(request)
        if visitor is None:
            await socket.close(code=STRANGER)
            return socket
        address = address_of(request)
        line = Line(visitor, socket, request.transport, address)
        if connection := connection_of(request):
            connection.meters(partial(self._limits.takes_line_bytes, visitor, address))
        with self._limits.page(visitor, address) as has_room:
            if not has_room:
                await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
                return socket
            async with self._lines.join(line):
                code = await self._listen_to(line, self.inbox)
                if connection:
                    connection.meters(few(FEW_LEFT))
                await socket.close(code=code)
        return socket

    async def _listen_to(self, line: Line, inbox: EventSink) -> int:
        """Answer frames until the page leaves or is found strange; return the close code."""
        try:
            async for frame in line.socket:
                line.is_heard = True
                if frame.type is WSMsgType.ERROR:  # too large, no UTF-8: aiohttp has hung up
                    break
                if not await self._meet(line, frame, inbox) and self._limits.much_talk:
                    await asyncio.sleep(BREATH)
        except LoggedOut:
            return ended_code(line.visitor)
        except Strange as strange:
            log.warning("web_page_strange", why=str(strange))
            return WSCloseCode.POLICY_VIOLATION
        except ConnectionError:
            pass
        return WSCloseCode.OK

    async def _meet(self, line: Line, frame: WSMessage, inbox: EventSink) -> bool:
        """Count and answer any frame; return whether it was an act. Raises LoggedOut, Strange."""
        if not self._limits.takes_frame(line.visitor, line.address):
            raise Strange("too fast")
        if frame.type is WSMsgType.BINARY:
            raise Strange("binary")
        if frame.type is WSMsgType.PING:
            await line.socket.pong(frame.data)
        return frame.type is WSMsgType.TEXT and await self._hear(line, frame.data, inbox)

    async def _hear(self, line: Line, data: str, inbox: EventSink) -> bool:
        """Answer a frame of text; return whether it was an act. Raises LoggedOut, Strange."""
        try:
            frame = FRAME.validate_json(data)
        except ValidationError:
            self._limits.bad_frame(line.address)
            line.bad += 1
            if line.bad > MOST_BAD:
                raise Strange("not understood") from None
            line.tell(not_understood(data, self._texts("web-not-understood")))
            return False
        try:
            match frame:
                case Hello() | Older():
                    if not self._limits.takes_read(line.visitor, line.address):
                        raise Strange("reads too much")
                    with line.holding() as tell:
                        async with self._limits.reading.one(line.address):
                            tell(await self._history(line.visitor, frame))
                case Ping():
                    line.tell({"type": "pong"})
                case Worked():
                    account = line.visitor.account
                    line.worked = await self._work.is_done(account, frame.task, frame.answer)
                case _:
                    await self._take(line, frame, inbox)
        except WorkFirst:
            task = await self._work.task(line.visitor.account)
            line.tell({"type": "work", "id": getattr(frame, "id", ""), "task": task, "bits": BITS})
        except NotTaken as refused:
            line.tell({"type": "refused", "id": getattr(frame, "id", ""), "text": str(refused)})
        except (Unavailable, SQLAlchemyError, OSError) as error:
            log.warning("web_unavailable", frame=frame.type, error=type(error).__name__)
            told = self._texts("web-full") if is_full(error) else ""
            line.tell({"type": "retry", "id": getattr(frame, "id", ""), "text": told})
        return isinstance(frame, Act)

    async def _take(self, line: Line, act: Act, inbox: EventSink) -> None:
        """Keep what a person did, bring it to the inbox and only then acknowledge it.

        A crash between the two is no harm: the page sends it again, and both know it.
        """
        visitor = line.visitor
        if not self._limits.takes_act(visitor, line.address):
            raise NotTaken(self._texts("web-too-fast"))
        sources = await self._rights.sources(line)
        if not visitor.staff:  # most of what strangers do is refused: it takes no writer's time
            async with self._database.reading() as session:
                await session.run_sync(self._rights.let_in, line, act, sources)
                await session.run_sync(self._acts.refuse, visitor, act)
        if line.consented:
            self._sessions.knows(visitor.account)
        async with self._database.begin(direct=True) as session:
            kept, answered = await session.run_sync(self._keep, visitor, act)
        if kept:  # also if it was kept before: the answer to that commit may have been lost
            self._lines.push(kept)
        if not answered:
            event = to_event(visitor, act, kept, self._clock())
            await inbox.accept(replace(event, sources=sources))
        line.tell({"type": "ack", "id": act.id, "message": str(kept.id) if kept else ""})

    def _keep(self, session: Session, visitor: Visitor, act: Act) -> tuple[WebMessage | None, bool]:
        """Return the message that an act becomes, and whether an older program has answered it."""
        self._rights.still_in(session, visitor)
        if visitor.staff:
            self._acts.refuse(session, visitor, act)
        return self._acts.keep(session, visitor, act)

    async def _history(self, visitor: Visitor, frame: Hello | Older) -> dict[str, Any]:
        def read(session: Session) -> dict[str, Any]:
            self._rights.still_in(session, visitor, reads=True)
            if isinstance(frame, Older):
                return older(session, visitor, frame.before)
            return missed(session, visitor, frame, self._clock())

        # That an employee's session is in use is noted.
        begin = self._database.begin(direct=True) if visitor.staff else self._database.reading()
        async with begin as session:
            return await session.run_sync(read)
