"""The database of a command: opened for it, and closed after it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from bot.assembly import make_services, open_database
from bot.first_start import first_start
from config.settings import Settings
from storage.database import Database, present_accounts
from storage.database.errors import is_outage, unreachable


@asynccontextmanager
async def own_database(settings: Settings) -> AsyncIterator[Database]:
    """Open a database that no bot is using: migrated, with its municipality and categories.

    Raises what ``open_database`` does.
    """
    database = await open_database(settings)
    try:
        await first_start(database, make_services(settings))
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def shared_database(settings: Settings) -> AsyncIterator[Database]:
    """Open a database that a bot may be using; nothing is migrated.

    Raises DatabaseLost. Raises DatabaseUnreachable if the database does not answer, breaks off or
    lacks the tables.
    """
    database = Database.open(settings.database_url, beside=True)
    try:
        await database.reach()
        try:
            async with database.begin() as session:
                await session.run_sync(present_accounts.look, settings.our_accounts)
            yield database
        except DBAPIError as error:
            raise unreachable(error) from None
        except Exception as error:
            if not is_outage(error) or getattr(error, "filename", None):
                raise
            raise unreachable(error) from None
    finally:
        await database.close()
