"""Watch that the database is the one the program began with, and end the program if it is not."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.database import Database
from storage.database.errors import is_gone
from storage.database.file import DatabaseLost
from storage.town import municipalities

LOOK_EVERY = 5.0  # seconds, at the file; every transaction looks, too
ASK_EVERY = 60.0  # seconds, for whose tables these are

log = structlog.get_logger()


class DatabaseWatch:
    """Knows the database by its salt, which no other has, and by the newest id of its outbox."""

    def __init__(self, database: Database, salt: int, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._salt = salt
        self._clock = clock
        self._newest = 0

    async def run(self) -> None:
        """Look until the database is lost, then raise DatabaseLost.

        What the lost database still holds is saved beside its place before.
        """
        try:
            while True:
                await self.ask()
                for _ in range(round(ASK_EVERY / LOOK_EVERY)):
                    self._database.look()
                    await asyncio.sleep(LOOK_EVERY)
        except DatabaseLost as lost:
            log.error("database_lost", why=lost.why, exc_info=False)  # noqa: TRY400
            lost.saved = await self._database.save_lost(f"{self._clock():saved-%Y%m%d-%H%M%S}")
            raise

    async def ask(self) -> None:
        """Raise DatabaseLost if another database answers, or an older state of ours.

        One that does not answer is waited for.
        """
        try:
            async with self._database.reading() as session:
                known = await session.run_sync(municipalities.how_far)
        except DatabaseLost:
            raise
        except DBAPIError as error:
            if is_gone(error):
                self._lose(DatabaseLost("another"))
        except (SQLAlchemyError, OSError):
            return
        else:
            if known is None or known[0] != self._salt:
                self._lose(DatabaseLost("another"))
            elif known[1] < self._newest:
                self._lose(DatabaseLost("older"))
            else:
                self._newest = known[1]

    def _lose(self, lost: DatabaseLost) -> None:
        self._database.lose(lost)
        raise lost
