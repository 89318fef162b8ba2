"""The hosts of files of the fake MAX: one takes what is uploaded, one gives what is downloaded.

They stand on ports of their own, as MAX's stand on other hosts, and note each time that the bot's
token comes to them.
"""

import json
import mimetypes
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from tests.fakes.forms import PostedFile, form_of

KINDS = {"photo": "image", "video": "video", "document": "file", "audio": "audio"}
FORBIDDEN = (".exe", ".bat", ".apk")
# The pictures that are taken: no WebP among them, though MAX gives its own out as such.
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM")
HEIC = b"ftyphei"
XML = '<?xml version="1.0" encoding="UTF-8"?><retval>1</retval>'


@dataclass
class Stored:
    """A file that MAX keeps."""

    kind: str  # image, video, audio, file
    content: bytes
    name: str
    number: int
    token: str
    is_ours: bool = True  # uploaded by this bot, or sent to it
    not_ready: int = 0  # how often a message with it is refused yet


@dataclass
class Ticket:
    """An address that takes one upload; of a video its token is known before."""

    kind: str
    token: str = ""
    is_used: bool = False


class Files:
    """All files, and the two servers. What tests may set is public."""

    def __init__(self, token: str) -> None:
        self.upload_url = ""
        self.download_url = ""
        self.violations: list[str] = []
        self.link_age = 1  # of the links that work
        self.not_ready = 0  # how often a message is refused after an upload
        self.fields: dict[str, str] = {}  # by kind, where it is not "data"
        self.refusals: defaultdict[str, deque[dict[str, str]]] = defaultdict(deque)
        self.statuses: defaultdict[str, deque[int]] = defaultdict(deque)  # in place of an answer
        self.stored: dict[str, Stored] = {}
        self.uploads: list[tuple[str, str, int]] = []  # kind, name, size
        self.downloads: list[str] = []
        self.down = False
        self.on_download: Callable[[], object] = lambda: None
        self._token = token
        self._tickets: dict[str, Ticket] = {}
        self._numbers = count(7001)
        self._runners: list[web.AppRunner] = []

    async def start(self, changed: Callable[[], Awaitable[None]]) -> None:
        """Serve on two ports of their own."""
        self._changed = changed
        urls = []
        for path, handler in (
            ("/{kind}/{ticket}", self._serve_upload),
            ("/f/{age}/{token}", self._serve_download),
        ):
            app = web.Application(client_max_size=300 * 1024**2)
            app.router.add_route("*", path, handler)
            app.router.add_route("*", "/{tail:.*}", self._serve_nothing)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._runners.append(runner)
            urls.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        self.upload_url, self.download_url = urls

    async def stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    # What is kept

    def keep(self, kind: str, name: str, content: bytes, token: str = "") -> Stored:
        """Keep a file under a token."""
        number = next(self._numbers)
        token = token or f"f9LHodD0cOL_{kind}-{number}"
        self.stored[token] = stored = Stored(kind, content, name, number, token)
        return stored

    def new_ticket(self, kind: str) -> dict[str, Any]:
        """Where a file of that kind is to be uploaded."""
        number = next(self._numbers)
        token = f"f9LHodD0cOK_{kind}-{number}" if kind in {"video", "audio"} else ""
        self._tickets[str(number)] = Ticket(kind, token)
        answer = {"url": f"{self.upload_url}/{kind}/{number}?sig=abc&expires=1"}
        return answer | ({"token": token} if token else {})

    def attachment(self, stored: Stored) -> dict[str, Any]:
        """The file as it stands in a message."""
        payload: dict[str, Any] = {"url": self._link(stored), "token": stored.token}
        if stored.kind == "image":
            return {"type": "image", "payload": payload | {"photo_id": stored.number}}
        if stored.kind == "video":
            size = {"width": 640, "height": 480, "duration": 7}
            thumbnail = {"url": f"{self._link(stored)}?small=1"}
            page = payload | {"url": f"{self._link(stored)}?page=1"}
            return {"type": "video", "payload": page, "thumbnail": thumbnail} | size
        if stored.kind == "audio":
            return {"type": "audio", "payload": payload, "transcription": None}
        named = {"filename": stored.name, "size": len(stored.content)}
        return {"type": "file", "payload": payload} | named

    def video(self, stored: Stored) -> dict[str, Any]:
        """The details of a video: its bytes have an address of their own."""
        urls = {"mp4_720": self._link(stored), "mp4_144": f"{self._link(stored)}?small=1"}
        return {"token": stored.token, "urls": urls, "width": 640, "height": 480, "duration": 7}

    def expire_links(self) -> None:
        """Let the links that files have now be refused; messages that are asked for have new ones."""
        self.link_age += 1

    def fresh(self, body: dict[str, Any]) -> dict[str, Any]:
        """A message's body with links that work."""
        told: dict[str, Any] = json.loads(
            re.sub(r"/f/\d+/", f"/f/{self.link_age}/", json.dumps(body))
        )
        return told

    def _link(self, stored: Stored) -> str:
        return f"{self.download_url}/f/{self.link_age}/{stored.token}"

    # The servers

    async def _serve_upload(self, request: web.Request) -> web.StreamResponse:
        self._look_for_token(request, "upload")
        kind = request.match_info["kind"]
        ticket = self._tickets.get(request.match_info["ticket"])
        _, files = await form_of(request)
        if self.down:
            return dropped(request)
        if self.statuses[kind]:
            return web.Response(status=self.statuses[kind].popleft(), text="<html>Oops</html>")
        if ticket is None or ticket.kind != kind or ticket.is_used:
            return web.json_response({"error_code": "4", "error_data": "BAD_REQUEST"})
        part = files.get(self.fields.get(kind, "data"))
        if part is None or not _fits(part, kind):
            return web.Response(status=415, text="Unsupported Media Type")
        ticket.is_used = True
        self.uploads.append((kind, part.filename, len(part.content)))
        await self._changed()
        if refusal := self._refusal(kind, part):
            return web.json_response(refusal)
        stored = self.keep(kind, part.filename, part.content, ticket.token)
        stored.not_ready = self.not_ready
        if kind == "image":
            return web.json_response({"photos": {f"key{stored.number}": {"token": stored.token}}})
        if kind == "file":
            return web.json_response({"fileId": stored.number, "token": stored.token})
        return web.Response(text=XML, content_type="text/xml")

    def _refusal(self, kind: str, part: PostedFile) -> dict[str, str] | None:
        """What is answered in place of a token, with status 200 all the same."""
        if self.refusals[kind]:
            return self.refusals[kind].popleft()
        if part.filename.lower().endswith(FORBIDDEN):
            return {"code": "upload.error", "message": "File extension is forbidden"}
        is_picture = part.content.startswith(PICTURES) or HEIC in part.content[:16]
        if kind == "image" and not is_picture:
            return {"error_code": "503", "error_data": "IMAGE_INVALID_FORMAT"}
        return None

    async def _serve_download(self, request: web.Request) -> web.StreamResponse:
        self._look_for_token(request, "download")
        self.downloads.append(request.match_info["token"])
        self.on_download()
        await self._changed()
        if self.down:
            return dropped(request)
        if self.statuses["download"]:
            return web.Response(status=self.statuses["download"].popleft(), text="<html></html>")
        if int(request.match_info["age"]) < self.link_age:
            raise web.HTTPForbidden
        stored = self.stored.get(request.match_info["token"])
        if stored is None:
            raise web.HTTPNotFound
        if "page" in request.query:
            return web.Response(text="<html>A player</html>", content_type="text/html")
        content = b"small" if "small" in request.query else stored.content
        is_page = stored.name.endswith(".html")
        kind = "text/html" if is_page else "application/octet-stream"
        return web.Response(body=content, content_type=kind)

    async def _serve_nothing(self, request: web.Request) -> web.StreamResponse:
        self._look_for_token(request, "other")
        raise web.HTTPNotFound

    def _look_for_token(self, request: web.Request, host: str) -> None:
        """Note that the token came where it is not to come; its bearer may act as the bot."""
        given = "Authorization" in request.headers
        if given or self._token in f"{request.raw_path}{list(request.headers.values())}":
            self.violations.append(f"the token reached the {host} host")


def _fits(part: PostedFile, kind: str) -> bool:
    """Whether the type that is said fits the name: a .wav that was called a picture was refused."""
    if kind not in {"audio", "video"} or part.mime == "application/octet-stream":
        return True
    guessed, _ = mimetypes.guess_type(part.filename)
    return guessed is None or guessed.partition("/")[0] == part.mime.partition("/")[0]


def dropped(request: web.Request) -> web.Response:
    """Nothing: the connection is cut."""
    if request.transport:
        request.transport.abort()
    return web.Response()
