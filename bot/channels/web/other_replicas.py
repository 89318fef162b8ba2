"""Notices of the other replicas: a message that was kept there is soon shown on the pages here.

A notice names a row, which is then read here. So notices are small, and pages get its newest state.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.web.doors.sessions import BROWSER
from bot.channels.web.sockets import GONE, LEFT_CHAT, LOGGED_OUT, MESSAGE, Lines
from bot.replicas.link import Link
from storage.database import Database
from storage.tables import WebMessage
from storage.town import web_access
from storage.web import messages, residents

# Clocks differ and commits come out of turn; a page knows the messages that it has already.
LATE = timedelta(minutes=1)
PAUSE_BEFORE_RETRY = 0.5  # seconds, if the database is away

log = structlog.get_logger()


class Peers:
    """Listens to the other replicas, and brings the pages here up to date."""

    def __init__(
        self, database: Database, lines: Lines, link: Link, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._lines = lines
        self._clock = clock
        self._ids: set[int] = set()
        self._since: datetime | None = None  # notices of messages kept since then may be missing
        self._logged_out: set[int] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        link.listen(MESSAGE, self._hear, self._miss)
        link.listen(GONE, self._hear_gone, self._miss_gone)
        link.listen(LEFT_CHAT, self._hear_left, self._miss)
        link.listen(LOGGED_OUT, self._hear_logged_out, lambda _: None)

    async def run(self) -> None:
        """Show the messages that the notices name, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            self._close(self._taken(self._logged_out))
            ids, since = self._taken(self._ids), self._since
            self._since = None
            try:
                await self._show(ids, since)
            except (SQLAlchemyError, OSError) as error:
                log.warning("web_peers_wait", error=type(error).__name__)
                self._ids.update(ids)
                self._since = min(filter(None, (since, self._since)), default=None)
                self._news.set()
                await asyncio.sleep(PAUSE_BEFORE_RETRY)

    async def _show(self, ids: Sequence[int], since: datetime | None) -> None:
        chats = list(self._lines.chats)
        if not chats or not (ids or since):
            return
        ended: set[int] = set()
        left: set[str] = set()

        def read(session: Session) -> list[WebMessage]:
            if since is None:
                return list(messages.of_ids(session, ids))
            here = self._lines.sessions
            ended.update(web_access.ended(session, here, self._clock()))
            left.update(one[:BROWSER] for one in residents.left_since(session, since))
            return [
                *messages.changed_since(session, chats, since),
                *messages.of_ids(session, ids),
            ]

        async with self._database.reading() as session:
            found = await session.run_sync(read)
        for message in found:
            self._lines.show(message)
        self._close(ended)
        for chat, browser in self._lines.browsers:
            if browser in left:
                self._hang_up(self._lines.close_chat(chat, browser))

    def _close(self, sessions: Iterable[int]) -> None:
        """Close the pages of ended sessions; a page that does not answer delays nobody."""
        for session in sessions:
            self._hang_up(self._lines.close_session(session))

    def _hang_up(self, closing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(closing)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _hear_left(self, value: str) -> None:
        chat, _, browser = value.partition(" ")
        self._hang_up(self._lines.close_chat(chat, browser))

    def _hear(self, value: str) -> None:
        message, _, chat = value.partition(" ")
        if chat in self._lines.chats:
            self._ids.add(int(message))
            self._news.set()

    def _hear_logged_out(self, value: str) -> None:
        self._logged_out.add(int(value))
        self._news.set()

    def _hear_gone(self, value: str) -> None:
        chat, _, ids = value.rpartition(" ")
        self._lines.hide(chat, [int(one) for one in ids.split(",")])

    def _miss_gone(self, _seconds: float) -> None:
        """Ask the pages what they show: a message that was deleted meanwhile is in no table."""
        self._lines.ask_anew()

    def _miss(self, seconds: float) -> None:
        since = self._clock() - timedelta(seconds=seconds) - LATE
        self._since = min(since, self._since or since)
        self._news.set()

    @staticmethod
    def _taken(waiting: set[int]) -> list[int]:
        taken = sorted(waiting)
        waiting.clear()
        return taken
