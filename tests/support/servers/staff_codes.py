"""One-time codes of the staff room on the site, made in the database beside a running bot."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import WebCode
from storage.town import web_access
from tests.support.servers.databases import first_accounts

NAME = "of a test"
LONG = timedelta(days=30)  # some bots of tests have a clock that is far ahead


async def staff_code(database_url: str) -> str:
    """A new code for an employee."""

    def give(session: Session) -> str:
        room = web_access.room(session)
        assert room, "there is no staff room on the site"
        now = datetime.now(UTC)
        code = web_access.give_code(session, now, room, name=NAME)
        ours = update(WebCode).where(WebCode.name == NAME)
        session.execute(ours.values(expires_at=now + LONG))
        return code

    database = first_accounts(Database.open(database_url, beside=True))
    try:
        async with database.begin() as session:
            return await session.run_sync(give)
    finally:
        await database.close()
