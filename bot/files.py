"""The file store, and fetching into it what people sent."""

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePath

import obstore
import puremagic
import structlog
from obstore.store import LocalStore, ObjectStore
from sqlalchemy.orm import Session

from bot.adapters.base import Adapter, FileGone, RetryLater
from bot.app import App
from handlers import admin_import
from handlers.attachments import MOST_BYTES
from handlers.messages import Reply
from handlers.turn import Work
from storage import files
from storage.models import KeptFile

TOGETHER = 4  # fetched at once
MOST_ATTEMPTS = 20  # some hours
MOST_ATTEMPTS_WITH_PURPOSE = 4  # half a minute: somebody waits for the answer
# By content (puremagic), whatever the name says: archives and programs are not kept.
TAKEN_MIMES = ("image/", "video/", "text/plain", "application/pdf", "application/rtf", "text/rtf")
OFFICE = ("word", "excel", "powerpoint", "officedocument", "opendocument", "ms-office")

log = structlog.get_logger()


class Refused(Exception):
    """The content is of a kind that is not kept."""


class FileStore:
    """Bytes by key, in a folder."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def in_folder(cls, folder: Path) -> "FileStore":
        """A store in a folder, made where it is not there."""
        return cls(LocalStore(prefix=folder, mkdir=True))

    async def read(self, key: str) -> bytes:
        """All bytes of a kept file."""
        result = await obstore.get_async(self._store, key)
        return bytes(await result.bytes_async())

    async def write(self, key: str, content: bytes) -> None:
        """Keep bytes."""
        await obstore.put_async(self._store, key, content)

    async def delete(self, key: str) -> None:
        """Forget bytes; those that are not there do no harm."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)


class FileFetcher:
    """Fetches what waits, a few at a time; each row's attempts and next time stand in its table."""

    def __init__(self, app: App, store: FileStore, adapters: Mapping[str, Adapter]) -> None:
        self._app = app
        self._database = app.database
        self._store = store
        self._adapters = adapters
        self._world = app.world
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something to fetch."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        while True:
            self._wake.clear()
            fetched = await self.fetch_due()
            if not fetched:
                try:
                    await asyncio.wait_for(self._wake.wait(), timeout=5)
                except TimeoutError:
                    continue

    async def fetch_due(self) -> int:
        """Fetch what is due once; how many were tried."""
        rows: list[KeptFile] = []
        async with self._database.begin() as session:
            now = self._world.clock()
            rows += await session.run_sync(lambda s: files.due(s, now, TOGETHER))
        await asyncio.gather(*(self._fetch(row) for row in rows))
        return len(rows)

    async def _fetch(self, row: KeptFile) -> None:
        """Bring a file into the store, or to whoever waits for it."""
        if row.purpose:
            await self._hand_over(row)
            return
        state, key, mime, size = "waiting", "", row.mime, row.size
        delay = files.retry_delay(row.attempts)
        try:
            content = await self._load(row)
            if row.content is None:
                mime, ending = kind_of(content, row.name)
            else:  # our own
                ending = PurePath(row.name).suffix
            key = f"{self._world.clock():%Y/%m}/{uuid.uuid4().hex}{ending}"
            await self._store.write(key, content)
            state, size = "stored", len(content)
        except FileGone:
            state = "gone"
        except Refused:
            state = "refused"
        except (RetryLater, OSError, TimeoutError) as error:
            log.info("file_fetch_failed", file=row.id, error=type(error).__name__)
            if row.attempts >= MOST_ATTEMPTS:
                state = "gone"

        def settle(session: Session) -> None:
            kept = session.get(KeptFile, row.id)
            if kept is not None and kept.state == "waiting":
                kept.state, kept.key, kept.mime, kept.size = state, key, mime, size
                kept.attempts += 1
                kept.next_at = self._world.clock() + delay

        async with self._database.begin() as session:
            await session.run_sync(settle)

    async def _hand_over(self, row: KeptFile) -> None:
        """A file with a purpose: its bytes go to the handler, and its answer to the outbox."""
        content: bytes | None = None
        try:
            content = await self._load(row)
        except (FileGone, Refused):
            pass
        except (RetryLater, OSError, TimeoutError) as error:
            log.info("file_fetch_failed", file=row.id, error=type(error).__name__)
            if row.attempts < MOST_ATTEMPTS_WITH_PURPOSE:
                await self._try_again(row)
                return

        def job(work: Work) -> list[Reply]:
            if content is None:
                return admin_import.lost(work, row.id)
            return admin_import.receive(work, row.id, content)

        await self._app.run_job(job)

    async def _try_again(self, row: KeptFile) -> None:
        def settle(session: Session) -> None:
            kept = session.get(KeptFile, row.id)
            if kept is not None:
                kept.attempts += 1
                kept.next_at = self._world.clock() + files.retry_delay(row.attempts)

        async with self._database.begin() as session:
            await session.run_sync(settle)

    async def _load(self, row: KeptFile) -> bytes:
        if row.content is not None:
            return row.content.encode()
        adapter = self._adapters.get(row.channel)
        if adapter is None:
            raise RetryLater("the channel is off")
        content = bytearray()
        async for chunk in adapter.fetch(row.ref):
            content += chunk
            if len(content) > MOST_BYTES:
                raise Refused("too large")
        return bytes(content)


def kind_of(content: bytes, name: str) -> tuple[str, str]:
    """Content type and ending by the bytes, not by the name. Raises Refused."""
    try:
        found = puremagic.magic_string(content, filename=name)
    except puremagic.PureError:
        found = []
    for match in found:
        mime = match.mime_type or ""
        if mime.startswith(TAKEN_MIMES) and "svg" not in mime:
            return mime, match.extension
        if any(word in mime for word in OFFICE):
            return mime, match.extension
    if not found and _is_text(content):
        return "text/plain", ".txt"
    raise Refused("content of a kind that is not kept")


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
