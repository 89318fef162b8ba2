"""Fetching what people sent into the file store, looked through on the way."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import PurePath

import structlog

from bot.adapters.base import Adapter, FileGone, FileTooLarge, RetryLater, Unavailable
from bot.app import App
from bot.content import Content, Examined, Refused, examine
from bot.file_store import FileStore, StoreAway
from handlers import admin_import
from handlers.attachments import MOST_BYTES
from handlers.messages import Reply
from handlers.turn import Work
from storage import files, outbox
from storage.file_names import fitting_name
from storage.models import KeptFile

TOGETHER = 4  # fetched at once
PAUSE = 0.05  # seconds between looks: every commit wakes us, and few bring a file
SWEEP = 5.0  # seconds: what became due without anybody waking us
MOST_ATTEMPTS = 20  # some hours
MOST_ATTEMPTS_WITH_PURPOSE = 4  # half a minute: somebody waits for the answer
STORE_AWAY = timedelta(seconds=30)  # until the store is tried again, as long as it takes
SLOW = 120.0  # seconds: a messenger that takes longer is asked again later

log = structlog.get_logger()


class FileFetcher:
    """Fetches what waits, a few at a time; each row's attempts and next time stand in its table."""

    def __init__(self, app: App, store: FileStore, adapters: Mapping[str, Adapter]) -> None:
        self._app = app
        self._store = store
        self._adapters = adapters
        self._wake = asyncio.Event()
        self._fetching: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There may be something to fetch."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch until cancelled. A slow file holds up no other."""
        try:
            while True:
                self._wake.clear()
                with suppress(Unavailable):
                    await self._begin()
                await asyncio.sleep(PAUSE)
                with suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP):  # wait_for may swallow a cancel (3.11)
                        await self._wake.wait()
        finally:
            tasks = list(self._fetching.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def fetch_due(self) -> None:
        """Fetch what is due, to the end."""
        await self._begin()
        if self._fetching:
            await asyncio.wait(list(self._fetching.values()))

    async def _begin(self) -> None:
        """Start what is due, as far as there are hands."""
        free = TOGETHER - len(self._fetching)
        if free <= 0:
            return
        rows: list[KeptFile] = []

        def job(work: Work) -> Sequence[Reply]:
            rows[:] = files.due(work.session, work.now, free, besides=list(self._fetching))
            return ()

        await self._app.run_job(job, wake=False)
        for row in rows:
            self._fetching[row.id] = asyncio.create_task(self._fetch(row))

    async def _fetch(self, row: KeptFile) -> None:
        """Bring a file into the store, or to whoever waits for it."""
        try:
            if row.purpose:
                await self._hand_over(row)
            else:
                await self._bring(row)
        except Unavailable:  # not waking: the same file would be fetched again at once
            log.info("file_waits_for_database", file=row.id)
        except Exception as error:  # noqa: BLE001 - one file's bug must not stop the others
            log.error("file_failed", file=row.id, error=type(error).__name__, exc_info=False)  # noqa: TRY400
            with suppress(Unavailable):
                await self._try_again(row, MOST_ATTEMPTS)
                self._wake.set()
        else:
            self._wake.set()
        finally:
            del self._fetching[row.id]

    async def _bring(self, row: KeptFile) -> None:
        try:
            content = await self._load(row)
            seen = await _looked_through(row, content)
            key = await self._store_bytes(row, seen)
        except FileGone:
            await self._settle(row, "gone")
        except (Refused, FileTooLarge):
            await self._settle(row, "refused")
        except StoreAway as error:
            log.warning("file_waits_for_store", file=row.id, why=error.why)
            await self._wait_for_store(row)
        except (RetryLater, OSError) as error:
            log.info("file_fetch_failed", file=row.id, error=type(error).__name__)
            await self._try_again(row, MOST_ATTEMPTS)
        else:
            if not await self._settle(row, "stored", key=key, seen=seen):
                await self._store.delete(key)  # who sent it had it deleted meanwhile

    async def _store_bytes(self, row: KeptFile, seen: Examined) -> str:
        """Under a key that is the same each time: what is brought again takes no more room.

        Nobody can guess it, and nothing in it comes from the name that a person gave.
        """
        came = row.created_at
        name = hashlib.sha256(f"{row.id} {came.isoformat()} {row.ref}".encode()).hexdigest()[:32]
        key = f"{came:%Y/%m}/{name}{seen.found.ending}"
        await self._store.write(key, seen.content)
        return key

    async def _hand_over(self, row: KeptFile) -> None:
        """A file with a purpose: its bytes go to the handler, and its answer to the outbox."""
        content: bytes | None = None
        try:
            content = await self._load(row)
        except (FileGone, FileTooLarge, Refused):
            pass
        except (RetryLater, OSError) as error:
            log.info("file_fetch_failed", file=row.id, error=type(error).__name__)
            if row.attempts < MOST_ATTEMPTS_WITH_PURPOSE:
                await self._try_again(row, MOST_ATTEMPTS)
                return

        def job(work: Work) -> list[Reply]:
            if content is None:
                return admin_import.lost(work, row.id)
            return admin_import.receive(work, row.id, content)

        await self._app.run_job(job)

    async def _try_again(self, row: KeptFile, most: int) -> None:
        """Later, or never where it was tried often enough."""
        if row.attempts >= most:
            await self._settle(row, "gone")
            return

        def job(work: Work) -> Sequence[Reply]:
            if kept := work.session.get(KeptFile, row.id):
                kept.attempts += 1
                kept.next_at = work.now + files.retry_delay(row.attempts)
            return ()

        await self._app.run_job(job, wake=False)

    async def _wait_for_store(self, row: KeptFile) -> None:
        """It is no fault of the file: this attempt does not count."""

        def job(work: Work) -> Sequence[Reply]:
            if kept := work.session.get(KeptFile, row.id):
                kept.next_at = work.now + STORE_AWAY
            return ()

        await self._app.run_job(job, wake=False)

    async def _settle(
        self, row: KeptFile, state: str, *, key: str = "", seen: Examined | None = None
    ) -> bool:
        """Keep what came of it, and let go what waits for a file; whether the bytes are needed."""
        needed = False

        def job(work: Work) -> Sequence[Reply]:
            nonlocal needed
            kept = work.session.get(KeptFile, row.id, with_for_update=True)
            if kept is not None and kept.state == "waiting":
                kept.state, kept.key = state, key
                if seen:
                    _note(kept, seen)
                outbox.hurry_waiting(work.session, work.now)
            needed = kept is not None and bool(key) and kept.key == key
            return ()

        await self._app.run_job(job)
        return needed

    async def _load(self, row: KeptFile) -> bytes:
        if row.content is not None:
            return row.content.encode()
        adapter = self._adapters.get(row.channel)
        if adapter is None:
            raise RetryLater("the channel is off")
        content = bytearray()
        async with asyncio.timeout(SLOW):
            async for chunk in adapter.fetch(row.ref):
                content += chunk
                if len(content) > MOST_BYTES:
                    raise Refused("too large")
        return bytes(content)


async def _looked_through(row: KeptFile, content: bytes) -> Examined:
    """In a thread: a big file takes a second, and meanwhile nobody would be answered."""
    if row.content is not None:  # we made it
        found = Content(row.mime, PurePath(row.name).suffix)
        return Examined(content, found, changed=False)
    return await asyncio.to_thread(examine, content)


def _note(kept: KeptFile, seen: Examined) -> None:
    """What the file is now.

    The messenger's copy of a document still tells what ours does not, so it is not passed on by its
    ref any more. Photos messengers draw anew themselves, and leave the place out.
    """
    if seen.changed and kept.kind == "document":
        kept.ref = ""
    kept.size = len(seen.content)
    kept.mime, kept.kind = seen.found.mime, seen.found.kind
    if kept.content is None:
        kept.name = fitting_name(kept.name, seen.found.ending)
