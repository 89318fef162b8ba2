"""Transactions for events, jobs and commands: each returns what its work returned."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.failures import Unavailable
from bot.tree_cache import TreeCache, municipality_of
from bot.watch.slowness import Slowness
from handlers.residents.arriving import handover
from handlers.turn import Services, Work
from storage.database import Database
from storage.database.errors import is_outage
from storage.outbox import posting
from storage.town.tree import Tree

T = TypeVar("T")

log = structlog.get_logger()


class Transactions:
    """Runs work on the tables in transactions, and wakes the parts that may have work after it."""

    def __init__(
        self, database: Database, services: Services, wake: Callable[[], None] = lambda: None
    ) -> None:
        """``wake`` is called after a commit: there may be something to deliver or to fetch."""
        self.database = database
        self.services = services
        self.slowness = Slowness(database.engine.sync_engine, services.clock)
        self.wake = wake
        self._trees = TreeCache()

    async def run(self, job: Callable[[Work], T], *, wake: bool = True, slow: bool = False) -> T:
        """Do a job in a transaction and put what it said into the outbox; return what it returned.

        ``wake``: it may leave something to deliver or to fetch. ``slow``: it reads or writes many
        rows, so SQLite does that beside the event loop.
        Raises Unavailable, and what the job raises.
        """

        def work(session: Session) -> T:
            task = self.work_of(session)
            with self.slowness.of_job(job):
                found = job(task)
            posting.put(session, handover.elsewhere(task, task.said), task.now)
            return found

        found = await self.write(work, direct=not slow)
        if wake:
            self.wake()
        return found

    async def write(self, work: Callable[[Session], T], *, direct: bool = True) -> T:
        """Do work that needs no municipality in a transaction; return what it returned.

        ``direct`` as in ``Database.begin``. Raises Unavailable, and what the work raises.
        """
        with self._outages():
            async with self.database.begin(direct=direct) as session:
                return await session.run_sync(work)

    async def look(self, ask: Callable[[Session], T]) -> T:
        """Return what the tables say, in a transaction that changes nothing. Raises Unavailable."""
        with self._outages():
            async with self.database.reading() as session:
                return await session.run_sync(ask)

    def work_of(self, session: Session) -> Work:
        """Return a piece of work for the municipality, with its present category tree."""
        municipality = municipality_of(session)
        return Work(
            services=self.services,
            session=session,
            now=self.services.clock(),
            municipality=municipality,
            tree=self._trees.of(session, municipality),
        )

    def tree_of(self, work: Work) -> Tree:
        """Return the present category tree, after what earlier events of a batch changed."""
        return self._trees.of(work.session, work.municipality)

    @contextmanager
    def _outages(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._trees.forget()  # what was read may have been rolled back
            if is_outage(error):
                log.error("database_unavailable", error=type(error).__name__, exc_info=False)  # noqa: TRY400
                raise Unavailable(type(error).__name__) from None
            raise
