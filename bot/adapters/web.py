"""The web chat: a messenger of our own, whose pages this program serves, and its adapter."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote as percent

import structlog
from aiohttp import BodyPartReader, web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.adapters.base import (
    CannotEdit,
    FileGone,
    FileTooLarge,
    Finding,
    Inbox,
    Limits,
    Part,
    RetryLater,
)
from bot.adapters.web_files import Uploads
from bot.adapters.web_lines import Lines
from bot.adapters.web_messages import (
    CHANNEL,
    STAFF,
    WEB_LIMITS,
    Visitor,
    is_picture,
    part_content,
    part_files,
    quote,
)
from bot.adapters.web_pages import Pages
from bot.adapters.web_peers import Peers
from bot.adapters.web_sessions import Sessions, Tokens, WrongTries
from bot.adapters.web_talk import Talk
from bot.content import Refused
from bot.file_store import FileStore
from config.settings import Settings
from config.texts import Texts
from handlers.messages import Address
from storage import webchat
from storage.database import Database
from storage.link import Link
from storage.models import WebMessage

LOCAL = ("127.0.0.1", "localhost", "::1")
SHORT_TOKEN = 16
UNUSED_AFTER = timedelta(days=1)  # an upload that was never said

log = structlog.get_logger()


def now_utc() -> datetime:
    """The clock of a running program."""
    return datetime.now(UTC)


class WebAdapter:
    """The channel ``web``: residents in chats of their own, employees in ``web:staff``."""

    channel: str = CHANNEL
    limits: Limits = WEB_LIMITS
    account = ""
    polls = False

    def __init__(
        self,
        database: Database,
        settings: Settings,
        texts: Texts,
        files: FileStore,
        *,
        link: Link | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._database = database
        self._settings = settings
        self._texts = texts
        self._kept_files = files
        self._clock = clock
        self._tokens = Tokens.of(settings)
        self._lines = Lines(link.tell if link else _tell_nobody)
        self._peers = Peers(database, self._lines, link, clock) if link else None
        self._uploads = Uploads(database, files, clock)
        self._sessions = Sessions(database, settings, self._tokens, texts("web-resident"), clock)
        self._pages = Pages(
            settings, texts, self._sessions, self._tokens, WrongTries(clock), self._lines
        )
        self._talk = Talk(database, texts, self._sessions, self._lines, clock)

    @property
    def staff_token(self) -> str:
        """What opens the staff room: to print the address with it at start."""
        return self._tokens.staff.value

    @property
    def admin_token(self) -> str:
        """What opens the staff room as the admin; made once and kept in the data folder."""
        return self._tokens.admin.value

    async def start(self, inbox: Inbox) -> None:
        """From now on sockets are taken."""
        self._talk.inbox = inbox

    async def receive(self) -> None:
        """The pages bring what comes by themselves; what other replicas keep is shown here."""
        if self._peers:
            await self._peers.run()

    def routes(self) -> Sequence[web.RouteDef]:
        """Pages, sockets and files; no resident's where only the staff chat is here."""
        pages = self._pages
        for_residents = [
            web.get("/chat", pages.chat),
            web.get("/ws/chat", self._talk.listen_resident),
        ]
        return [
            *(for_residents if self._settings.web_chat_on else ()),
            web.get("/", pages.desk),
            web.get("/staff", pages.staff),
            web.post("/staff", pages.log_in),
            web.post("/staff/logout", pages.log_out),
            web.get("/static/{name}", pages.static),
            web.get("/ws/staff", self._talk.listen_employee),
            web.post("/files", self._upload),
            web.get(r"/files/{message:\d{1,18}}/{index:\d{1,3}}", self._show_file),
        ]

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Keep a message once for its key and show it on the open pages; raises RetryLater."""
        message = WebMessage(
            chat=to.chat,
            origin=f"out:{key}",
            content=part_content(part) | part_files(part),
            author_name=self._settings.municipality,
            at=self._clock(),
        )

        def keep(session: Session) -> tuple[WebMessage, bool]:
            message.content |= quote(webchat.find_message(session, to.chat, reply_to))
            return webchat.keep_message(session, message)

        try:
            async with self._database.begin() as session:
                kept, _ = await session.run_sync(keep)
        except (SQLAlchemyError, OSError) as error:
            raise RetryLater(type(error).__name__) from error
        # Also what was kept before: the answer to its commit may have been lost, and pages know it.
        self._lines.push(kept)
        return [str(kept.id)]

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change text and buttons; raises CannotEdit for a message that is not there, RetryLater."""
        change = part_content(part) | (part_files(part) if part.attachments else {})
        try:
            async with self._database.begin() as session:
                changed = await session.run_sync(
                    lambda rows: webchat.change_message(
                        rows, to.chat, message, change, self._clock()
                    )
                )
        except (SQLAlchemyError, OSError) as error:
            raise RetryLater(type(error).__name__) from error
        if changed is None:
            raise CannotEdit(message)
        self._lines.push(changed)

    def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of an upload. Raises FileGone."""
        return self._uploads.read(ref)

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Who can reach the chat, and who the staff room."""
        settings, texts = self._settings, self._texts
        address = f"http://{settings.web_host}:{settings.web_port}"
        if settings.public_url:
            reach = texts("web-check-public", address=settings.public_url)
        elif settings.web_host in LOCAL:
            reach = texts("web-check-local", address=address)
        else:
            reach = texts("web-check-open", address=address)
        return [Finding(texts("web-check-address"), True, reach), self._check_token()]

    def _check_token(self) -> Finding:
        texts = self._texts
        subject = texts("web-check-token")
        if self._tokens.staff.set_by_hand:
            if len(self._tokens.staff.value) < SHORT_TOKEN:
                return Finding(subject, False, texts("web-check-token-short", least=SHORT_TOKEN))
            return Finding(subject, True, texts("web-check-token-set"))
        return Finding(
            subject, True, texts("web-check-token-file", path=str(self._tokens.staff.path))
        )

    async def close(self) -> None:
        """Close the open sockets and take no more."""
        await self._lines.close()

    async def sweep(self) -> int:
        """Delete uploads that were never said, or whose chat was forgotten; how many."""
        return await self._uploads.sweep(self._clock() - UNUSED_AFTER)

    async def _upload(self, request: web.Request) -> web.Response:
        """Take up to ten files of a form; answers with their refs, or a text that says why not."""
        if not self._sessions.is_same_origin(request):
            raise web.HTTPForbidden
        staff = request.query.get("room") == STAFF
        if not (staff or self._settings.web_chat_on):
            raise web.HTTPForbidden
        visitor = await self._sessions.visitor(request, staff=staff)
        if visitor is None:
            raise web.HTTPForbidden
        if not request.content_type.startswith("multipart/"):
            raise web.HTTPBadRequest
        try:
            taken = await self._take_files(request, visitor)
        except FileTooLarge:
            return self._not_taken("web-file-too-large", 413)
        except Refused:
            return self._not_taken("web-file-forbidden", 415)
        except RetryLater as error:
            log.warning("web_upload_failed", reason=str(error))
            return self._not_taken("web-file-later", 503)
        return web.json_response({"files": taken})

    def _not_taken(self, text: str, status: int) -> web.Response:
        return web.json_response({"error": self._texts(text)}, status=status)

    async def _take_files(self, request: web.Request, visitor: Visitor) -> list[dict[str, str]]:
        taken: list[dict[str, str]] = []
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.filename is None:
                continue
            if len(taken) == WEB_LIMITS.album:
                break
            upload = await self._uploads.keep(visitor.account, part)
            taken.append({"ref": upload.ref, "name": upload.name, "kind": upload.kind})
        return taken

    async def _show_file(self, request: web.Request) -> web.StreamResponse:
        """A file of a message, to those who take part in its chat; for others it is not there."""
        number, index = int(request.match_info["message"]), int(request.match_info["index"])
        async with self._database.begin() as session:
            message = await session.run_sync(webchat.find_message_anywhere, number)
        if message is None:
            raise web.HTTPNotFound
        visitor = await self._sessions.visitor(request, staff=message.chat == STAFF)
        files = message.content.get("files", ())
        if visitor is None or visitor.chat != message.chat or index >= len(files):
            raise web.HTTPNotFound
        return await self._file_response(request, files[index])

    async def _file_response(
        self, request: web.Request, file: dict[str, str]
    ) -> web.StreamResponse:
        """Piece by piece from the store: a kept file by its key, else an upload of our own."""
        inline = is_picture(file["mime"])
        kind = "inline" if inline else "attachment"
        headers = {
            "Content-Type": file["mime"] if inline else "application/octet-stream",
            "Content-Disposition": f"{kind}; filename*=UTF-8''{percent(file['name'], safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400",
        }
        response = web.StreamResponse(headers=headers)
        try:
            key = file.get("key") or await self._uploads.key(file["ref"])
            async for chunk in self._kept_files.chunks(key):
                if not response.prepared:
                    await response.prepare(request)
                await response.write(chunk)
        except (FileGone, FileNotFoundError):
            log.warning("web_file_gone")
            raise web.HTTPNotFound from None
        except RetryLater as error:
            log.warning("web_file_away", reason=str(error))
            if not response.prepared:
                raise web.HTTPServiceUnavailable from None
            if request.transport:  # half a file must not pass for a whole one
                request.transport.abort()
        return response


def _tell_nobody(_topic: str, _value: str) -> None:
    """There is no other replica."""
