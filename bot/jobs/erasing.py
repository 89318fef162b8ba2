"""Erase what a person said, in lots: others use the database in between, and a restart goes on.

The erasures to do are kept in a table. Every lot may be done twice. The bytes of files are deleted
before their rows. The row of the erasure is deleted last, once the person has been told.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.failures import RetryLater, Unavailable
from bot.files.store import FileStore
from bot.protocol import Adapter, Shower
from bot.transactions import Transactions
from handlers.appeals import erasure_news
from handlers.turn import Work
from storage import files
from storage.database.errors import is_conflict
from storage.erasure import erase_lines, erase_parked, erase_sent, pending, quotes, unkept_files
from storage.tables import Erasure, WebMessage
from storage.web import uploads as page_uploads

PAUSE = 0.3  # seconds between looks: every commit wakes us, and few begin an erasure
SOON, LOOK_EVERY = 1.0, 5.0  # seconds without being woken: while one waits for its last word, else
APPEALS = 4  # in one transaction, with cards and history
ROWS = 100
TRIES = 5  # of an erasure that meets others, a second apart

log = structlog.get_logger()

T = TypeVar("T")
P = ParamSpec("P")


class Eraser:
    """Does the erasures that are due, one after the other (see ``storage.erasure.pending``)."""

    def __init__(
        self, transactions: Transactions, store: FileStore, adapters: Mapping[str, Adapter]
    ) -> None:
        self._transactions = transactions
        self._store = store
        self._adapters = adapters
        self._wake = asyncio.Event()
        self._met = Counter[int]()  # how often an erasure met another transaction

    def wake(self) -> None:
        """Look for erasures soon."""
        self._wake.set()

    async def run(self) -> None:
        """Erase until cancelled."""
        while True:
            self._wake.clear()
            waits = True
            with suppress(Unavailable):
                waits = await self.erase_due()
            await asyncio.sleep(PAUSE)
            with suppress(TimeoutError):
                async with asyncio.timeout(SOON if waits else LOOK_EVERY):
                    await self._wake.wait()

    async def erase_due(self) -> bool:
        """Go on with all due erasures; return whether something is left. Raises Unavailable."""
        now = self._transactions.services.clock()
        left = False
        for erasure in await self._transactions.look(lambda session: pending.due(session, now)):
            try:
                left |= await self._erase(erasure)
                del self._met[erasure.id]
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - one person's erasure must not stop others'
                left = True
                self._met[erasure.id] += 1
                if is_conflict(error) and self._met[erasure.id] <= TRIES:
                    # Two transactions met, as they may: it goes on soon.
                    log.info("erasing_met_another", erasure=erasure.id)
                    continue
                say = log.warning if isinstance(error, RetryLater) else log.error
                say("erasing_waits", erasure=erasure.id, error=type(error).__name__, exc_info=False)
                del self._met[erasure.id]
                await self._got(pending.put_off, erasure.id, now)
        return left

    async def _erase(self, erasure: Erasure) -> bool:
        """Whether it waits for the last word to be sent."""
        database = self._transactions.database
        if not erasure.told:
            await self._words(erasure)
            await self._bytes()
            await database.checkpoint()
            await self._transactions.run(
                lambda work: work.say(*erasure_news.tell(work, erasure.id))
            )
            if not erasure.refused:
                return True
        elif await self._got(erasure_news.waits_for_last_word, erasure):
            return True
        await self._words(erasure)  # what was on its way while the rest was erased
        await self._bytes()
        await self._got(erasure_news.finish, erasure.id)
        await database.checkpoint()
        log.info("erased", erasure=erasure.id)
        return False

    async def _words(self, erasure: Erasure) -> None:
        """Everything in the tables."""
        if not erasure.refused:
            while await self._appeals(erasure):
                pass
        while await self._got(erase_sent, erasure, ROWS) == ROWS:
            pass
        gone = await self._got(erase_lines, erasure, ROWS)
        while gone:
            self._take_back(gone)
            gone = await self._got(erase_lines, erasure, ROWS)
        after = await self._got(erase_parked, erasure, 0, ROWS)
        while after:
            after = await self._got(erase_parked, erasure, after, ROWS)
        if not erasure.refused:
            # Whoever has filed nothing costs no look through the room, however often he goes.
            after = await self._got(quotes.first, erasure)
            while after >= 0:
                after = await self._quotes(erasure, after)

    async def _appeals(self, erasure: Erasure) -> bool:
        """The next lot; whether there was one."""

        def erase(work: Work) -> tuple[bool, Sequence[WebMessage]]:
            replies, gone = erasure_news.erase_appeals(work, erasure, APPEALS)
            work.say(*replies)
            return bool(replies), gone

        more, gone = await self._transactions.run(erase)
        self._take_back(gone)
        return more

    async def _quotes(self, erasure: Erasure, after: int) -> int:
        """The next lot of the staff room of the web; where to go on (-1: no more)."""
        mark, now = self._transactions.services.texts("erased"), self._transactions.services.clock()
        looked = await self._got(quotes.erase, erasure, mark, now, after, ROWS)
        self._take_back(looked.gone)
        for page in self._pages():
            for message in looked.changed:
                page.show(message)
        return looked.after

    async def _bytes(self) -> None:
        """Of files that are nobody's. Raises RetryLater."""
        while lot := await self._got(unkept_files, ROWS):
            await self._delete(lot.values())
            await self._got(files.forget, list(lot))
        while uploads := await self._got(page_uploads.disowned, ROWS):
            await self._delete(uploads.values())
            await self._got(page_uploads.forget, list(uploads))

    async def _delete(self, keys: Iterable[str]) -> None:
        for key in filter(None, keys):
            await self._store.delete(key)

    def _take_back(self, gone: Collection[WebMessage]) -> None:
        """Open pages lose what was deleted."""
        for page in self._pages() if gone else ():
            page.forget(gone)

    def _pages(self) -> list[Shower]:
        return [one for one in self._adapters.values() if isinstance(one, Shower)]

    async def _got(
        self, ask: Callable[Concatenate[Session, P], T], *args: P.args, **_: P.kwargs
    ) -> T:
        """What the tables answer, or what was done there, in a transaction of its own."""

        @wraps(ask)
        def job(work: Work) -> T:
            return ask(work.session, *args, **_)

        return await self._transactions.run(job, wake=False)
