"""The adapter of the web chat, a messenger whose pages this program serves itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels import Parts
from bot.channels.web.check import findings
from bot.channels.web.contents import part_content, part_files, quote
from bot.channels.web.conversation import Talk
from bot.channels.web.device_pages import DevicePages
from bot.channels.web.doors.devices import Devices
from bot.channels.web.doors.entrance import Entrance
from bot.channels.web.doors.guesses import Guesses
from bot.channels.web.doors.limits import PAGES_OF_ADDRESS, WebLimits
from bot.channels.web.doors.newcomers import Newcomers
from bot.channels.web.doors.proof_of_work import ProofOfWork
from bot.channels.web.doors.seal import Seal
from bot.channels.web.doors.sessions import ADMIN, Sessions
from bot.channels.web.doors.upload_room import DAY, PermitsUpload, UploadRoom, permits_upload
from bot.channels.web.ended_sessions import EndedSessions
from bot.channels.web.events import CHANNEL, RESIDENT_LIMITS, STAFF, WEB_LIMITS, WEB_RATE
from bot.channels.web.files.downloads import Downloads
from bot.channels.web.files.previews import Previews
from bot.channels.web.files.upload_pages import FilePages
from bot.channels.web.files.uploads import Uploads
from bot.channels.web.look.site import Look
from bot.channels.web.news.push_pages import PushPages
from bot.channels.web.news.push_services import PushServices
from bot.channels.web.news.pushes import Pushes
from bot.channels.web.other_replicas import Peers
from bot.channels.web.pages import Pages, address_with, missing_page
from bot.channels.web.rights import Rights
from bot.channels.web.sockets import Lines
from bot.delivery.parcel import row_of
from bot.examining.examiner import Examiner
from bot.failures import CannotEdit, RetryLater
from bot.files.store import FileStore
from bot.protocol import EventSink, Finding, Limits, Part
from bot.replicas.link import Link
from bot.system import descriptors
from bot.watch.space import Space
from config.settings import Settings
from config.texts import Texts
from storage import outbox
from storage.database import Database
from storage.messages import Address
from storage.tables import WebMessage
from storage.town import web_access
from storage.web import devices, filings, subscriptions, uploads
from storage.web import messages as web_messages

T = TypeVar("T")
UNUSED_AFTER = timedelta(hours=1)  # an upload that was never said

log = structlog.get_logger()


def now_utc() -> datetime:
    """Return the time now: the clock of a running program."""
    return datetime.now(UTC)


class WebAdapter:
    """The channel ``web``: residents in chats of their own, employees in ``web:staff``."""

    channel: str = CHANNEL
    rate = WEB_RATE
    account = ""
    polls = False
    examines = True  # before a page learns the name of its upload

    def __init__(
        self,
        database: Database,
        settings: Settings,
        texts: Texts,
        files: FileStore,
        examiner: Examiner,
        link: Link,
        *,
        clock: Callable[[], datetime] = now_utc,
        pages: int = PAGES_OF_ADDRESS,
        space: Space | None = None,
        permits: PermitsUpload = permits_upload,
        push_services: PushServices | None = None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._texts = texts
        self._clock = clock
        self._lines = Lines(link.send)
        self.ended = EndedSessions(database, self._lines, clock)
        self._peers = Peers(database, self._lines, link, clock)
        self._uploads = Uploads(database, files, examiner, clock)
        self._limits = WebLimits(settings.flood_limit, clock, pages)
        seal = Seal(database)
        newcomers = Newcomers(settings, texts, clock, seal, off=self._limits.off)
        self._sessions = Sessions(database, settings, texts, clock, seal)
        self._entrance = Entrance(self._limits, self._sessions, texts)
        self._files = FilePages(
            database,
            settings,
            texts,
            self._uploads,
            self._sessions,
            self._limits,
            UploadRoom(clock, of_networks=not self._limits.off),
            space or Space.of(settings),
            permits,
        )
        previews = Previews(files, examiner)
        self._downloads = Downloads(database, files, self._uploads, previews, self._sessions)
        self._look = Look.of(settings, texts)
        self._pages = Pages(
            settings, texts, self._look, self._sessions, Guesses(clock), self._lines, newcomers
        )
        further = Devices(database, self._sessions, seal, clock)
        self.pushes = Pushes(database, settings, clock, push_services)
        self._reach: list[DevicePages | PushPages] = [
            DevicePages(texts, self._look, self._sessions, further, clock),
            PushPages(database, settings, texts, self._sessions, self.pushes, clock),
        ]
        self._talk = Talk(
            database,
            texts,
            self._sessions,
            self._lines,
            self._limits,
            Rights(self._limits, newcomers, clock),
            ProofOfWork(seal, clock),
            clock,
        )

    def limits_of(self, chat: str) -> Limits:
        """Return the limits of a chat: in a resident's it is shown what was pressed."""
        return WEB_LIMITS if chat == STAFF else RESIDENT_LIMITS

    async def start(self, inbox: EventSink) -> None:
        """Accept sockets from now on; ``inbox`` gets the events that they bring."""
        self._talk.inbox = inbox

    async def receive(self) -> None:
        """Show what other replicas keep, close pages of ended sessions, tell browsers of news."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.ended.run())
            tasks.create_task(self._peers.run())
            tasks.create_task(self.pushes.run())

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes of pages, sockets and files; without the residents' if that is off."""
        pages = self._pages
        for_residents = [
            web.get("/chat", pages.chat),
            web.get("/ws/chat", self._talk.listen),
            web.post("/chat/leave", pages.leave),
            web.get("/chat/left", pages.left),
            *(route for pages in self._reach for route in pages.routes()),
        ]
        routes = [
            *(for_residents if self._settings.web_chat_on else ()),
            web.get("/", pages.desk),
            web.get("/staff", pages.staff),
            web.post("/staff", pages.log_in),
            web.post("/staff/logout", pages.log_out),
            web.get("/static/{name}", pages.static),
            web.get("/erased", pages.erased),
            web.get("/ws/staff", partial(self._talk.listen, room=STAFF)),
            web.get("/admin", pages.admin),
            web.get("/ws/admin", partial(self._talk.listen, room=ADMIN)),
            *self._files.routes(),
            *self._downloads.routes(),
        ]
        return [
            web.RouteDef(
                route.method,
                route.path,
                # What comes from memory is cheap.
                self._entrance.within_limits(route.handler, waits=route.handler != pages.static),
                route.kwargs,
            )
            for route in routes
        ]

    def missing_page(self) -> str:
        """Return the page for an unknown address."""
        return missing_page(self._look)

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Keep a message once for its ``key`` and show it on the open pages; return its id.

        There is no id if the message was erased on its way. Raises RetryLater.
        """
        message = WebMessage(
            chat=to.chat,
            origin=f"out:{key}",
            content=part_content(part) | part_files(part),
            author_name=self._settings.municipality,
            at=self._clock(),
        )

        awaited: list[bool] = []

        def keep(session: Session) -> tuple[WebMessage, bool] | None:
            if outbox.is_erased(session, row_of(key)):
                return None
            message.content |= quote(web_messages.find_message(session, to.chat, reply_to))
            if part.news and to.chat != STAFF:
                awaited.append(subscriptions.note_news(session, to.chat, self._clock()))
            return web_messages.keep_message(session, message)

        found = await self._write(keep)
        if found is None:  # while it was on its way
            return []
        kept, _ = found
        # Also what was kept before: the answer to its commit may have been lost, and pages know it.
        self._lines.push(kept)
        if any(awaited):
            self.pushes.wake()
        return [str(kept.id)]

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change the text and the buttons of a message.

        Raises CannotEdit if the message is not there, RetryLater.
        """
        change = part_content(part) | (part_files(part) if part.attachments else {})
        changed = await self._write(
            lambda rows: web_messages.change_message(rows, to.chat, message, change, self._clock())
        )
        if changed is None:
            raise CannotEdit(message)
        self._lines.push(changed)

    async def _write(self, write: Callable[[Session], T]) -> T:
        """Write in a transaction of its own. Raises RetryLater."""
        try:
            async with self._database.begin(direct=True) as session:
                return await session.run_sync(write)
        except (SQLAlchemyError, OSError) as error:
            raise RetryLater(type(error).__name__) from error

    def show(self, message: WebMessage) -> None:
        """Show a changed message on the open pages, here and on other replicas."""
        self._lines.push(message)

    def forget(self, messages: Collection[WebMessage]) -> None:
        """Remove deleted messages from the open pages, and their files from the browsers."""
        for chat in {message.chat for message in messages}:
            self._lines.take_back(chat, [one.id for one in messages if one.chat == chat])

    def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload. Raises FileGone, RetryLater."""
        return self._uploads.read(ref)

    async def invitation(self, code: str) -> str:
        """Return the address that opens the chat with a code."""
        return address_with(self._settings, code)

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Return how the chat can be reached, and how employees log in."""
        return findings(self._settings, self._texts)

    async def close(self) -> None:
        """Close the open sockets, and accept no more."""
        self._entrance.close()
        await self._lines.close()

    async def sweep(self) -> int:
        """Delete uploads that no message got in time, and those of nobody; return their number.

        Codes, sessions and counts that are out of date are deleted too.
        """
        now = self._clock()
        async with self._database.begin() as session:
            await session.run_sync(web_access.forget, now)
            await session.run_sync(devices.forget, now)
            await session.run_sync(filings.forget, now)
            await session.run_sync(uploads.forget_networks, now - DAY)
        return await self._uploads.sweep(now - UNUSED_AFTER)


def make(parts: Parts) -> WebAdapter:
    """Return the adapter of this installation's site."""
    return WebAdapter(
        parts.database,
        parts.settings,
        parts.texts,
        parts.store,
        parts.examiner,
        parts.link,
        pages=descriptors.pages(descriptors.limit()),
    )
