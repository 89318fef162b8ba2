"""Files of the web chat as its pages show them: small in place, whole when they are opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote as percent

import structlog
from aiohttp import web

from bot.channels.web.doors.limits import key_of
from bot.channels.web.doors.sessions import Sessions
from bot.channels.web.events import Visitor, is_picture
from bot.channels.web.files.previews import Previews
from bot.channels.web.files.uploads import Uploads
from bot.failures import FileGone, RetryLater
from bot.files.store import FileStore
from storage.database import Database
from storage.web import messages, uploads

KEPT_BY_BROWSERS = {"Cache-Control": "private, max-age=86400"}

log = structlog.get_logger()


class Downloads:
    """Answers the requests for files."""

    def __init__(
        self,
        database: Database,
        store: FileStore,
        uploads: Uploads,
        previews: Previews,
        sessions: Sessions,
    ) -> None:
        self._database = database
        self._store = store
        self._uploads = uploads
        self._previews = previews
        self._sessions = sessions

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of files that are shown."""
        file = r"/files/{message:\d{1,18}}/{index:\d{1,3}}"
        return [
            web.get(file, self.show),
            web.get(f"{file}/small", self.show_small),
            web.get(r"/files/own/{ref:[\w-]{1,32}}", self.show_own),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with a file of a message if the visitor is in its chat, else with status 404."""
        _, file = await self._asked(request)
        inline = is_picture(file["mime"])
        kind = "inline" if inline else "attachment"
        headers = {
            "Content-Type": file["mime"] if inline else "application/octet-stream",
            "Content-Disposition": f"{kind}; filename*=UTF-8''{percent(file['name'], safe='')}",
        }
        with _told():
            return await self._send(request, await self._key(file), headers)

    async def show_small(self, request: web.Request) -> web.StreamResponse:
        """Answer with a preview of a picture of a message, as ``show`` does with the picture."""
        visitor, file = await self._asked(request)
        with _told():
            return await self._send_small(request, visitor, await self._key(file), file["mime"])

    async def show_own(self, request: web.Request) -> web.StreamResponse:
        """Answer with a preview of a picture that the visitor has uploaded, else with status 404."""
        visitor = await self._sessions.of_chat(request, request.query.get("room", ""))
        if visitor is None:
            raise web.HTTPNotFound
        ref = request.match_info["ref"]
        async with self._database.reading() as session:
            upload = await session.run_sync(uploads.find, ref)
        if upload is None or upload.owner != visitor.account:
            raise web.HTTPNotFound
        with _told():
            return await self._send_small(request, visitor, upload.key, upload.mime)

    async def _asked(self, request: web.Request) -> tuple[Visitor, dict[str, str]]:
        """Return the visitor and the file of a message in their chat. Raises HTTPNotFound."""
        number, index = int(request.match_info["message"]), int(request.match_info["index"])
        async with self._database.reading() as session:
            message = await session.run_sync(messages.find_message_anywhere, number)
        if message is None:
            raise web.HTTPNotFound
        visitor = await self._sessions.of_chat(request, message.chat)
        files = message.content.get("files", ())
        if visitor is None or visitor.chat != message.chat or index >= len(files):
            raise web.HTTPNotFound
        return visitor, files[index]

    async def _key(self, file: dict[str, str]) -> str:
        """Return the key of a kept file, or of an upload. Raises FileGone, RetryLater."""
        return file.get("key") or await self._uploads.key(file["ref"])

    async def _send_small(
        self, request: web.Request, visitor: Visitor, key: str, mime: str
    ) -> web.StreamResponse:
        if not is_picture(mime):
            raise web.HTTPNotFound
        shown = await self._previews.find(key, key_of(visitor))
        kind = mime if shown == key else "image/jpeg"
        headers = {"Content-Type": kind, "Content-Disposition": "inline"}
        return await self._send(request, shown, headers)

    async def _send(
        self, request: web.Request, key: str, headers: dict[str, str]
    ) -> web.StreamResponse:
        """Send a file from the store. Raises FileNotFoundError, RetryLater."""
        policy = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        response = web.StreamResponse(headers=headers | policy | KEPT_BY_BROWSERS)
        try:
            async for chunk in self._store.chunks(key):
                if not response.prepared:
                    await response.prepare(request)
                await response.write(chunk)
        except RetryLater as error:
            if not response.prepared:
                raise
            log.warning("web_file_away", reason=str(error))
            if request.transport:  # half a file must not pass for a whole one
                request.transport.abort()
        return response


@contextmanager
def _told() -> Iterator[None]:
    """Raise the answers to what goes wrong with the store."""
    try:
        yield
    except (FileGone, FileNotFoundError):
        log.warning("web_file_gone")
        raise web.HTTPNotFound from None
    except RetryLater as error:
        log.warning("web_file_away", reason=str(error))
        raise web.HTTPServiceUnavailable from None
