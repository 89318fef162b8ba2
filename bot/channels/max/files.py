"""Files to and from MAX: uploaded and fetched at other hosts, which never see the token."""

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.channels.max.calls import MaxAway, MaxCalls, MaxError
from bot.channels.max.reading.content import numbered
from bot.channels.max.reading.events import CHANNEL
from bot.failures import FileGone, RetryLater
from bot.files.addresses import bytes_at
from bot.files.public_addresses import (
    OF_FILES,
    NotPublic,
    check_public,
    get_public,
    is_of,
    public_session,
)
from bot.files.stored import Stored, stored
from bot.protocol import Attachment, FileSource
from bot.recent import Recent

# Whose servers MAX keeps files on; only a proxy of the installation needs to know.
OWNERS = ("max.ru", "oneme.ru", "okcdn.ru", "mycdn.me")
# What is shown as a picture or a video; the rest goes as a file (dev.max.ru, read 2026-11).
PICTURES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/heic": "heic",
}
VIDEOS = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
}
# A video's address is a page; these are its files, the best that a phone shows well first.
QUALITIES = ("mp4_720", "mp4_480", "mp4_1080", "mp4_360", "mp4_240", "mp4_144")
MOST_TOKENS = 500  # of files that were uploaded
BUSY = (408, 429)  # the moment is at fault, not the file
WRONG_FIELD = 415  # videos were taken under another field's name only (read 2026-11)


class FileRefused(Exception):
    """MAX does not take this file."""


def type_of(attachment: Attachment) -> str:
    """Return the type that a file has in MAX: one that came from there keeps its own."""
    if attachment.ref:
        return str(_read(attachment.ref).get("t", "file"))
    if attachment.kind == "photo" and attachment.mime in PICTURES:
        return "image"
    return "video" if attachment.kind == "video" and attachment.mime in VIDEOS else "file"


class MaxFiles:
    """Uploads files to MAX and downloads files from it.

    ``any_server``: the API is a server of our own choice, which may send us to any address. Else
    its files lie on public servers, and no other server is asked.
    """

    def __init__(
        self, calls: MaxCalls, files: FileSource, trust: ssl.SSLContext, *, any_server: bool
    ) -> None:
        self._calls = calls
        self._files = files
        self._trust = trust
        self._any_server = any_server
        self._session: aiohttp.ClientSession | None = None
        self._tokens: Recent[tuple[str, str], dict[str, Any]] = Recent(MOST_TOKENS)

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def attach(self, attachment: Attachment) -> dict[str, Any]:
        """Return the attachment of a message: by the token of a file that MAX has, else uploaded.

        Raises FileRefused, FileNotFoundError, RetryLater, MaxError, MaxAway.
        """
        kind = type_of(attachment)
        if attachment.ref:
            return {"type": kind, "payload": {"token": str(_read(attachment.ref).get("k"))}}
        known = (attachment.key, kind)
        if known not in self._tokens:
            content = await stored(self._files, attachment.key)
            self._tokens.note(known, await self._upload(kind, content, _name(attachment, kind)))
        return {"type": kind, "payload": self._tokens[known]}

    def forget(self, attachment: Attachment) -> None:
        """Upload the file again the next time: MAX does not take its token any more."""
        self._tokens.pop((attachment.key, type_of(attachment)), None)

    async def _upload(self, kind: str, content: Stored, name: str) -> dict[str, Any]:
        """Return the payload of an uploaded file: pictures have one of their own."""
        place = await self._calls("POST", "/uploads", query={"type": kind})
        url, token = str(place.get("url") or ""), place.get("token")
        status, answer = await self._post(url, "data", content, name)
        if status == WRONG_FIELD:
            status, answer = await self._post(url, "file", content, name)
        if status >= 500 or status in BUSY:
            raise MaxAway(f"upload: HTTP {status}")
        if token and status == 200 and not answer.keys() & {"error_code", "code"}:
            return {"token": str(token)}  # its host answers XML, or a page
        if status == 200 and kind == "image" and isinstance(answer.get("photos"), Mapping):
            return {"photos": answer["photos"]}
        if status == 200 and answer.get("token"):
            return {"token": str(answer["token"])}
        # A refusal comes with 200, too: error_code, error_data.
        why = answer.get("error_data") or answer.get("error_code") or answer.get("code") or status
        raise FileRefused(str(why)[:100])

    async def _post(
        self, url: str, field: str, content: Stored, name: str
    ) -> tuple[int, dict[str, Any]]:
        form = aiohttp.FormData()
        form.add_field(field, content.streamed(), filename=name)
        try:
            if not self._any_server:
                check_public(URL(url), OWNERS)
            async with self._http().post(url, data=form, allow_redirects=False) as response:
                return response.status, _read(await response.text(errors="replace"))
        except (aiohttp.ClientError, OSError, NotPublic, ValueError) as error:
            raise MaxAway(f"upload: {type(error).__name__}") from None

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that came; ``ref`` is what ``content`` put into ``File.ref``.

        A link that has expired is asked for again, once. Raises FileGone, RetryLater.
        """
        link = _read(ref)
        if not link:
            raise FileGone("not a file of MAX")
        try:
            try:
                opening = self._get(await self._address(link))
                async for chunk in bytes_at(opening, CHANNEL, may_be_page=False):
                    yield chunk
            except FileGone:  # which is told before any byte comes
                fresh = await self._fresh(link)
            else:
                return
            async for chunk in bytes_at(self._get(fresh), CHANNEL, may_be_page=True):
                yield chunk
        except MaxAway as error:
            raise RetryLater(f"MAX: {error}") from None
        except MaxError as error:
            if error.status in (401, 429):
                raise RetryLater(f"MAX: {error}", error.wait) from None
            raise FileGone(f"MAX: {error}") from None

    async def _address(self, link: Mapping[str, Any]) -> str:
        """The address of a file's bytes. Raises FileGone, MaxError, MaxAway."""
        if link.get("t") != "video":
            return str(link.get("u"))
        try:
            answer = await self._calls("GET", f"/videos/{_quoted(link.get('k'))}")
        except MaxError as error:
            if error.status in (400, 403, 404):
                raise FileGone(f"MAX: {error}") from None
            raise
        urls = answer.get("urls") or {}
        found = next((urls[name] for name in QUALITIES if urls.get(name)), "")
        if not found:
            raise FileGone("MAX gives no file of this video")
        return str(found)

    async def _fresh(self, link: Mapping[str, Any]) -> str:
        """The present link of a file. Raises FileGone, MaxError, MaxAway."""
        message = await self._calls("GET", f"/messages/{_quoted(link.get('m'))}")
        forwarded = bool(link.get("f"))
        now = numbered(message, int(link.get("n") or 0), forwarded=forwarded)
        payload = now.get("payload") if now.get("type") == link.get("t") else None
        if not isinstance(payload, Mapping):
            raise FileGone("MAX has no such file any more")
        return await self._address(
            {"t": link.get("t"), "k": payload.get("token"), "u": payload.get("url") or ""}
        )

    def _get(self, url: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._http().get(url) if self._any_server else get_public(self._http(), url, OWNERS)

    def _http(self) -> aiohttp.ClientSession:
        """The session for files. It has no header of the other's, and no cookies."""
        if self._session is None:
            self._session = (
                aiohttp.ClientSession(
                    timeout=OF_FILES,
                    trust_env=True,
                    connector=aiohttp.TCPConnector(ssl=self._trust),
                )
                if self._any_server
                else public_session(trust=self._trust)
            )
        return self._session


def is_of_max(api_url: str | None) -> bool:
    """Whether the API is MAX's own: by default, or named by its own host."""
    return not api_url or is_of(URL(api_url).host or "", OWNERS)


def _name(attachment: Attachment, kind: str) -> str:
    """A name whose ending tells what it is: MAX looks at that."""
    endings = {"image": PICTURES, "video": VIDEOS}.get(kind, {})
    if ending := endings.get(attachment.mime):
        return f"{kind}.{ending}"
    return attachment.name or "file"


def _quoted(name: object) -> str:
    """A name as one step of a path, whatever stands in it."""
    return quote(str(name), safe="")


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
