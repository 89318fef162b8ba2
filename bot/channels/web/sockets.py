"""The open sockets of the web chat, by chat."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSCloseCode, web

from bot.channels.web.contents import shown
from bot.channels.web.events import Visitor
from storage.tables import WebMessage

BEAT = 25.0  # seconds without a word of ours: proxies and phones hang up on a line that is silent
WAITING = 1000  # frames a slow reader may owe before we hang up; the page then catches up
STRANGER = 4401  # our close code: no session, log in
LEFT = 4402  # our close code: the person left this chat, on another page of their browser
ENDED = 4403  # our close code: this further device of a resident's opens their chat no more
# Topics among replicas: a row's id and chat, a session's id, a chat and the ids of what is gone,
# a chat that was left and the browser.
MESSAGE, LOGGED_OUT, GONE, LEFT_CHAT = "web", "web-out", "web-gone", "web-left"
MOST_GONE = 200  # ids in one notice to replicas, which has 8000 bytes


def ended_code(visitor: Visitor) -> int:
    """Return the close code for a page whose session has ended."""
    return STRANGER if visitor.staff else ENDED


class Strange(Exception):
    """No page of ours behaves like that; the text is for the log."""


class Line:
    """One open socket.

    Frames wait in a queue until they are sent, so that a slow reader delays nobody else.
    """

    def __init__(
        self,
        visitor: Visitor,
        socket: web.WebSocketResponse,
        transport: asyncio.WriteTransport | None,
        address: str = "",
    ) -> None:
        self.visitor = visitor
        self.socket = socket
        self.address = address
        self.bad = 0  # frames that were not understood
        self.known = False  # whether a resident is known to have a history
        self.consented = False  # and to have said yes to the bot
        self.calm_until = datetime.min.replace(tzinfo=UTC)  # its address is checked after that
        self.worked = False  # whether its browser has done the work that it was asked for
        self.is_heard = True  # anything since we wondered
        self._transport = transport
        self._waiting: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self._held: list[dict[str, Any]] | None = None

    @contextmanager
    def holding(self) -> Iterator[Callable[[dict[str, Any]], None]]:
        """Hold back frames until the context ends; the function that it gives sends at once.

        A history is read while others write. The page may begin again with that history, and would
        lose frames that came before it and are not in it.
        """
        held: list[dict[str, Any]] = []
        self._held = held
        try:
            yield self._send
        finally:
            self._held = None
            for frame in held:
                self._send(frame)

    def tell(self, frame: dict[str, Any]) -> None:
        """Send ``frame`` soon; hang up if the reader is too far behind."""
        if self._held is None:
            self._send(frame)
        elif len(self._held) < WAITING:
            self._held.append(frame)
        else:
            self._hang_up()

    def _send(self, frame: dict[str, Any]) -> None:
        try:
            self._waiting.put_nowait(json.dumps(frame, ensure_ascii=False))
        except asyncio.QueueFull:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._transport:
            self._transport.abort()

    async def write(self) -> None:
        """Send the frames that wait, until cancelled or the socket is gone."""
        with suppress(ConnectionError):
            while True:
                try:
                    async with asyncio.timeout(BEAT):
                        text = await self._waiting.get()
                except TimeoutError:
                    await self._wonder()
                else:
                    await self.socket.send_str(text)

    async def _wonder(self) -> None:
        """Send a ping; hang up if the one before was not answered."""
        if not self.is_heard:
            self._hang_up()
        self.is_heard = False
        await self.socket.ping()


class Lines:
    """All open sockets of this process, by chat.

    ``send`` gives the other replicas a notice for their pages, as topic and value.
    """

    def __init__(self, send: Callable[[str, str], None]) -> None:
        self._open: dict[str, set[Line]] = {}
        self._send = send
        self.closed = False

    @property
    def chats(self) -> Collection[str]:
        """The chats that have an open page here."""
        return self._open.keys()

    @property
    def sessions(self) -> set[int]:
        """The sessions of the employees who have an open page here."""
        return {line.visitor.session for line in self._all() if line.visitor.staff}

    @property
    def devices(self) -> dict[int, str]:
        """The sessions of residents' further devices with an open page here, and their accounts."""
        residents = [line.visitor for line in self._all() if not line.visitor.staff]
        return {one.session: one.account for one in residents if one.session}

    @property
    def browsers(self) -> set[tuple[str, str]]:
        """The chats and browsers of the residents who have an open page here."""
        residents = [line.visitor for line in self._all() if not line.visitor.staff]
        return {(one.chat, one.browser) for one in residents}

    @asynccontextmanager
    async def join(self, line: Line) -> AsyncIterator[None]:
        """Show ``line`` the messages of its visitor's chat until the context ends."""
        here = self._open.setdefault(line.visitor.chat, set())
        here.add(line)
        writing = asyncio.create_task(line.write())
        try:
            yield
        finally:
            writing.cancel()
            here.discard(line)
            if not here:
                self._open.pop(line.visitor.chat, None)

    def push(self, message: WebMessage) -> None:
        """Show a new or changed message on all pages of its chat, here and on other replicas."""
        self.show(message)
        self._send(MESSAGE, f"{message.id} {message.chat}")

    def show(self, message: WebMessage) -> None:
        """Show a message on the pages of its chat that are open here."""
        for line in self._open.get(message.chat, ()):
            line.tell({"type": "message", "message": shown(message, line.visitor)})

    def take_back(self, chat: str, ids: Sequence[int]) -> None:
        """Remove deleted messages from all pages of their chat, here and on other replicas."""
        self.hide(chat, ids)
        for first in range(0, len(ids), MOST_GONE):
            lot = ",".join(map(str, ids[first : first + MOST_GONE]))
            self._send(GONE, f"{chat} {lot}")

    def hide(self, chat: str, ids: Sequence[int]) -> None:
        """Remove deleted messages from the pages of their chat that are open here."""
        for line in self._open.get(chat, ()):
            line.tell({"type": "gone", "ids": list(ids)})

    def ask_anew(self) -> None:
        """Let the pages here ask again for what they show, after notices that may be lost."""
        for line in self._all():
            line.tell({"type": "look"})

    async def end_session(self, session: int) -> None:
        """Close the pages of a session that was logged out, here and on other replicas."""
        self._send(LOGGED_OUT, str(session))
        await self.close_session(session)

    async def close_session(self, session: int) -> None:
        """Close the pages of a session that are open here."""
        pages = [line for line in self._all() if line.visitor.session == session]
        await asyncio.gather(*(line.socket.close(code=ended_code(line.visitor)) for line in pages))

    async def end_chat(self, chat: str, browser: str) -> None:
        """Close the pages of a chat that its resident left in that browser, here and elsewhere."""
        self._send(LEFT_CHAT, f"{chat} {browser}")
        await self.close_chat(chat, browser)

    async def close_chat(self, chat: str, browser: str) -> None:
        """Close the pages of a chat that are open here, of one browser; empty: of all."""
        pages = [line for line in self._open.get(chat, ()) if browser in ("", line.visitor.browser)]
        await asyncio.gather(*(line.socket.close(code=LEFT) for line in pages))

    async def close(self) -> None:
        """Close every socket; the pages connect again when there is a server."""
        self.closed = True
        await asyncio.gather(
            *(line.socket.close(code=WSCloseCode.GOING_AWAY) for line in self._all())
        )

    def _all(self) -> list[Line]:
        return [line for lines in self._open.values() for line in lines]
