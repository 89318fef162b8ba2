"""Transactions as the inbox and the jobs need them: where the database is away, that is Unavailable."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.protocol import Unavailable
from storage.database import Database
from storage.database.errors import is_outage

T = TypeVar("T")

log = structlog.get_logger()


class Transactions:
    """``failed`` is called where one ends with an error: what was read may have been rolled back."""

    def __init__(self, database: Database, failed: Callable[[], None]) -> None:
        self._database = database
        self._failed = failed

    async def run(self, work: Callable[[Session], None], *, direct: bool = True) -> None:
        """Do the work in a transaction. Raises Unavailable and what the work raises."""
        with self._outages():
            async with self._database.begin(direct=direct) as session:
                await session.run_sync(work)

    async def look(self, ask: Callable[[Session], T]) -> T:
        """What the tables say, in a transaction that changes nothing. Raises Unavailable."""
        with self._outages():
            async with self._database.reading() as session:
                return await session.run_sync(ask)

    @contextmanager
    def _outages(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._failed()
            if is_outage(error):
                log.error("database_unavailable", error=type(error).__name__, exc_info=False)  # noqa: TRY400
                raise Unavailable(type(error).__name__) from None
            raise
