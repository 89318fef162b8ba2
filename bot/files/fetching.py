"""Fetch files that people sent, have them examined, and put them into the file store."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot.examining.examiner import Examiner
from bot.examining.temporary import NoRoom, TemporaryFile
from bot.examining.turns import Busy
from bot.failures import FileGone, FileTooLarge, RetryLater, Unavailable
from bot.file_kinds import KEPT, Content, Refused
from bot.files.store import FileStore, StoreAway
from bot.posters.making import made
from bot.protocol import Adapter
from bot.transactions import Transactions
from handlers.admin import tree_file
from handlers.appeals import file_news
from handlers.attachments import MOST_BYTES
from handlers.turn import Work
from storage import files, outbox
from storage.files.names import fitting_name
from storage.tables import KeptFile

TOGETHER = 4  # fetched at once
PAUSE = 0.1  # seconds between looks: every commit wakes us, and few bring a file
LOOK_EVERY = 5.0  # seconds: what became due without anybody waking us
MOST_ATTEMPTS = 20  # some hours; as long as somebody waits for it, there are more
MOST_ATTEMPTS_WITH_PURPOSE = 4  # half a minute: somebody waits for the answer
WAIT = timedelta(seconds=30)  # until a store, or the examiner, is tried again: as long as it takes
SLOW = 120.0  # seconds: a messenger that takes longer is asked again later

log = structlog.get_logger()


@dataclass(frozen=True)
class Kept:
    """A file as it is in the store, or will be."""

    found: Content
    size: int
    changed: bool


class FileFetcher:
    """Fetches files that wait, a few at a time; their rows keep the attempts and the next time.

    These attempts are for the network. The examiner counts its own looks at a file.
    """

    def __init__(
        self,
        transactions: Transactions,
        store: FileStore,
        adapters: Mapping[str, Adapter],
        examiner: Examiner,
    ) -> None:
        self._transactions = transactions
        self._store = store
        self._adapters = adapters
        self._examiner = examiner
        self._wake = asyncio.Event()
        self._fetching: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look for files to fetch soon."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch until cancelled. A slow file does not hold up others."""
        try:
            while True:
                self._wake.clear()
                with suppress(Unavailable):
                    await self._begin()
                await asyncio.sleep(PAUSE)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):  # wait_for may swallow a cancel (3.11)
                        await self._wake.wait()
        finally:
            tasks = list(self._fetching.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def fetch_due(self) -> None:
        """Fetch all files that are due, and return when that is done."""
        await self._begin()
        if self._fetching:
            await asyncio.wait(list(self._fetching.values()))

    async def _begin(self) -> None:
        """Start what is due, as far as there are hands."""
        free = TOGETHER - len(self._fetching)
        if free <= 0:
            return

        def due(session: Session) -> list[KeptFile]:
            services = self._transactions.services
            # Without room what comes waits: it is no fault of a file.
            is_low, here = services.is_space_low(), list(self._fetching)
            return files.due(session, services.clock(), free, besides=here, is_low=is_low)

        for row in await self._transactions.look(due):
            self._fetching[row.id] = asyncio.create_task(self._fetch(row))

    async def _fetch(self, row: KeptFile) -> None:
        """Bring a file into the store, or to whoever waits for it."""
        try:
            if row.purpose.startswith(tree_file.PURPOSE):
                await self._hand_over(row)
            else:
                await self._bring(row)
        except Unavailable:  # not waking: the same file would be fetched again at once
            log.info("file_waits_for_database", file=row.id)
        except Exception as error:  # noqa: BLE001 - one file's bug must not stop the others
            log.error("file_failed", file=row.id, error=type(error).__name__, exc_info=False)  # noqa: TRY400
            with suppress(Unavailable):
                await self._try_again(row)
                self._wake.set()
        else:
            self._wake.set()
        finally:
            del self._fetching[row.id]

    async def _bring(self, row: KeptFile) -> None:
        try:
            key, kept = await self._store_bytes(row)
        except FileGone:
            await self._note_outcome(row, "gone", why="gone")
        except Refused as refused:
            log.info("file_refused", file=row.id, reason=refused.reason)
            await self._note_outcome(row, "refused", why=refused.reason)
        except FileTooLarge:
            await self._note_outcome(row, "refused", why="large")
        except StoreAway as error:
            log.warning("file_waits_for_store", file=row.id, why=error.why)
            await self._wait(row)
        except (Busy, NoRoom) as error:
            log.info("file_waits_for_examiner", file=row.id, why=str(error))
            await self._wait(row)
        except (RetryLater, OSError) as error:
            log.info("file_fetch_failed", file=row.id, error=type(error).__name__)
            await self._try_again(row)
        else:
            if not await self._note_outcome(row, "stored", key=key, kept=kept):
                await self._store.delete(key)  # who sent it had it deleted meanwhile

    async def _store_bytes(self, row: KeptFile) -> tuple[str, Kept]:
        """Bring a file into the store, past the examiner where others than we made it."""
        if row.content is not None:
            content = await made(row, self._adapters, self._transactions.services)
            ending = PurePath(row.name).suffix
            await self._store.write(key := _key(row, ending), content)
            return key, Kept(Content(row.mime, ending), len(content), changed=False)
        with self._examiner.temporary.file(_owner(row)) as came:
            await self._load(row, came)
            if found := self._examined_as(row):
                key = _key(row, found.ending)
                await self._store.write(key, came.path)
                return key, Kept(found, came.size, changed=False)
            with await self._examiner.examine(came, _owner(row)) as seen:
                key = _key(row, seen.found.ending)
                await self._store.write(key, seen.path)
                return key, Kept(seen.found, seen.size, seen.changed)

    def _examined_as(self, row: KeptFile) -> Content | None:
        """What the examiner found when the file came, where it was asked then."""
        adapter, endings = self._adapters.get(row.channel), KEPT.get(row.mime, ())
        if adapter is None or not adapter.examines or not endings:
            return None
        named = PurePath(row.name).suffix
        return Content(row.mime, named if named in endings else endings[0])

    async def _hand_over(self, row: KeptFile) -> None:
        """A file with a purpose: what was read of it goes to the handler, its answer to the outbox."""
        read: Any = None
        try:
            with self._examiner.temporary.file(_owner(row)) as came:
                await self._load(row, came)
                read = await self._examiner.read_tree(came, _owner(row))
        except (FileGone, FileTooLarge):
            pass
        except Refused as refused:
            log.info("file_refused", file=row.id, reason=refused.reason)
        except (Busy, NoRoom) as error:
            log.info("file_waits_for_examiner", file=row.id, why=str(error))
            await self._wait(row)
            return
        except (RetryLater, OSError) as error:
            log.info("file_fetch_failed", file=row.id, error=type(error).__name__)
            if row.attempts < MOST_ATTEMPTS_WITH_PURPOSE:
                await self._try_again(row)
                return

        def hand_over(work: Work) -> None:
            if read is None:
                work.say(*tree_file.lost(work, row.id))
            else:
                work.say(*tree_file.receive(work, row.id, read))

        await self._transactions.run(hand_over)

    async def _try_again(self, row: KeptFile) -> None:
        """Later, or never if nobody waits for it any more."""

        def put_off(session: Session) -> bool:
            kept = session.get(KeptFile, row.id)
            if kept is None or (
                kept.attempts >= MOST_ATTEMPTS and not files.is_wanted(session, kept, self._now())
            ):
                return False
            kept.attempts += 1
            kept.next_at = self._now() + files.retry_delay(row.attempts)
            return True

        if not await self._transactions.write(put_off):
            await self._note_outcome(row, "gone", why="gone")

    async def _wait(self, row: KeptFile) -> None:
        """The store is away, or too much waits. No fault of the file: this attempt does not count."""

        def put_off(session: Session) -> None:
            if kept := session.get(KeptFile, row.id):
                kept.next_at = self._now() + WAIT

        await self._transactions.write(put_off)

    async def _note_outcome(
        self, row: KeptFile, state: str, *, key: str = "", kept: Kept | None = None, why: str = ""
    ) -> bool:
        """Keep what came of it, and let go what waits for a file; whether the bytes are needed.

        ``why`` it will not come is told to whoever sent it.
        """

        def note(work: Work) -> bool:
            if why:
                file_news.lock_draft(work, row)
            now = work.session.get(KeptFile, row.id, with_for_update=True)
            if now is not None and now.state == "waiting":
                now.state, now.key = state, key
                if kept:
                    _note(now, kept)
                outbox.hurry_waiting(work.session, work.now)
                work.session.flush()
                work.say(*(file_news.lost(work, now, why) if why else file_news.came(work, now)))
            return now is not None and bool(key) and now.key == key

        return await self._transactions.run(note)

    def _now(self) -> datetime:
        return self._transactions.services.clock()

    async def _load(self, row: KeptFile, came: TemporaryFile) -> None:
        """Write what the messenger gives, piece by piece."""
        adapter = self._adapters.get(row.channel)
        if adapter is None:
            raise RetryLater("the channel is off")
        async with asyncio.timeout(SLOW):
            async for chunk in adapter.fetch(row.ref):
                await came.write(chunk)
                if came.size > MOST_BYTES:
                    raise FileTooLarge


def _owner(row: KeptFile) -> str:
    """Whose turn it takes."""
    return f"{row.channel}:{row.account}"


def _key(row: KeptFile, ending: str) -> str:
    """Where a file is kept, the same each time: what is brought again takes no more room.

    Nobody can guess it, and nothing in it comes from the name that a person gave.
    """
    came = row.created_at
    name = hashlib.sha256(f"{row.id} {came.isoformat()} {row.ref}".encode()).hexdigest()[:32]
    return f"{came:%Y/%m}/{name}{ending}"


def _note(row: KeptFile, kept: Kept) -> None:
    """What the file is now.

    The messenger's copy of a document still tells what ours does not, so it is not passed on by its
    ref any more. Photos messengers draw anew themselves, and leave the place out.
    """
    if kept.changed and row.kind == "document":
        row.ref = ""
    row.size = kept.size
    if row.content is None:
        row.mime, row.kind = kept.found.mime, kept.found.kind
        row.name = fitting_name(row.name, kept.found.ending)
