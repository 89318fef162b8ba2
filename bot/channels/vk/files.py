"""Files to and from VK: received ones are fetched by link, sent ones uploaded or passed on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.vk.batches import VkBatches
from bot.channels.vk.calls import VkAway, VkError
from bot.channels.vk.fresh_links import FreshLinks
from bot.channels.vk.reading.events import CHANNEL
from bot.failures import FileGone, RetryLater
from bot.files.addresses import bytes_at
from bot.files.public_addresses import NotPublic, check_public, get_public, public_session
from bot.files.stored import Stored, stored
from bot.protocol import Attachment, FileSource

PHOTOS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
# Whose servers VK keeps files on; only a proxy of the installation needs to know.
VK_DOMAINS = (
    *("vk.com", "vk.ru", "vk.me", "userapi.com", "vkuserphoto.ru", "vkuser.net", "vk-cdn.net"),
    *("vkuservideo.net", "vkuseraudio.net", "vkvideo.ru", "mycdn.me", "okcdn.ru"),
)
# The codes of VK if an attachment is not there or not ours to send (5.199 errors.json).
ATTACHMENT_REFUSED = {100, 104, 200, 1153}


class VkFiles:
    """Uploads files to VK and downloads files from it.

    ``http`` gives the session to use if the API is a server of our own choice, which may send us to
    any address. With None the API is VK's own: its files lie on public servers, and no other server
    is asked.
    """

    def __init__(
        self,
        calls: VkBatches,
        files: FileSource,
        links: FreshLinks,
        http: Callable[[], aiohttp.ClientSession] | None,
    ) -> None:
        self._calls = calls
        self._links = links
        self._files = files
        self._http = http
        self._public: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._public:
            await self._public.close()

    async def attach(
        self, peer: str, attachments: Sequence[Attachment], *, refs: bool
    ) -> list[str]:
        """Return the values for ``attachment``, an empty string for each file that VK refuses.

        With ``refs``, a file that has a reference is passed on by it; without, only the bytes that
        we have are uploaded. Raises VkError, VkAway.
        """
        return list(await asyncio.gather(*(self._attach(peer, a, refs) for a in attachments)))

    async def _attach(self, peer: str, attachment: Attachment, refs: bool) -> str:
        if attachment.ref and refs:
            return str(json.loads(attachment.ref)["a"])
        if not attachment.key:
            return ""
        try:
            content = await stored(self._files, attachment.key)
        except FileNotFoundError:
            return ""
        if extension := PHOTOS.get(attachment.mime) if attachment.kind == "photo" else None:
            # VK knows a photo by its name's extension.
            name = await self._upload_photo(peer, content, f"photo.{extension}")
            if name:
                return name
        return await self._upload_document(peer, content, attachment.name or "file")

    async def _upload_photo(self, peer: str, content: Stored, name: str) -> str:
        server = await self._calls("photos.getMessagesUploadServer", peer_id=peer)
        answer = await self._upload(server["upload_url"], "photo", content, name)
        if answer.get("photo") in (None, "", "[]"):
            return ""
        try:
            saved = await self._calls(
                "photos.saveMessagesPhoto",
                photo=answer["photo"],
                server=answer.get("server"),
                hash=answer.get("hash"),
            )
        except VkError as error:
            return _refused(error)
        return _name("photo", saved[0])

    async def _upload_document(self, peer: str, content: Stored, name: str) -> str:
        server = await self._calls("docs.getMessagesUploadServer", type="doc", peer_id=peer)
        answer = await self._upload(server["upload_url"], "file", content, name)
        if not answer.get("file"):
            return ""
        try:
            saved = await self._calls("docs.save", file=answer["file"], title=name)
        except VkError as error:
            return _refused(error)
        return _name("doc", saved["doc"])

    async def _upload(self, url: str, field: str, content: Stored, name: str) -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field(field, content.streamed(), filename=name)
        try:
            async with self._post(url, form) as response:
                if response.status >= 500:
                    raise VkAway(f"upload: HTTP {response.status}")
                # The upload servers send JSON as text/html.
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, NotPublic) as error:
            raise VkAway(f"upload: {type(error).__name__}") from None
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a received file; ``ref`` is what ``to_event`` put in ``File.ref``."""
        try:
            link = json.loads(ref)
        except ValueError:
            raise FileGone("not a file of VK") from None
        if "u" not in link:
            yield str(link.get("link", "")).encode()
            return
        url = str(link["u"])
        try:
            async for chunk in bytes_at(self._get(url), CHANNEL, may_be_page=False):
                yield chunk
        except FileGone:  # which is told before any byte comes
            fresh = await self._fresh(link)
            if not fresh:
                raise
            async for chunk in bytes_at(self._get(fresh), CHANNEL, may_be_page=True):
                yield chunk

    async def _fresh(self, link: Mapping[str, Any]) -> str:
        try:
            return await self._links.link(link)
        except (VkAway, VkError) as error:
            raise RetryLater(f"VK: {type(error).__name__}") from None

    def _get(self, url: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return (
            self._http().get(url)
            if self._http
            else get_public(self._public_http(), url, VK_DOMAINS)
        )

    def _post(
        self, url: str, form: aiohttp.FormData
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self._http:
            return self._http().post(url, data=form)
        check_public(URL(url), VK_DOMAINS)
        return self._public_http().post(url, data=form, allow_redirects=False)

    def _public_http(self) -> aiohttp.ClientSession:
        if self._public is None:
            self._public = public_session()
        return self._public


def _refused(error: VkError) -> str:
    """Return an empty name if VK refused the file itself (22 upload, 100 parameter, 105 save)."""
    if error.code in (22, 100, 105, 1152):
        return ""
    raise error


def _name(kind: str, thing: dict[str, Any]) -> str:
    key = f"_{thing['access_key']}" if thing.get("access_key") else ""
    return f"{kind}{thing['owner_id']}_{thing['id']}{key}"
