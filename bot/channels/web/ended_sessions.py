"""Watch whether the sessions of employees whose pages are open go on."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web.sockets import Lines
from storage.database import Database
from storage.town import web_access

LOOK_EVERY = 5.0  # seconds

log = structlog.get_logger()


class EndedSessions:
    """Closes the pages of sessions that were ended, on the site or by a command."""

    def __init__(self, database: Database, lines: Lines, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._lines = lines
        self._clock = clock

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                log.warning("web_watch_waits", error=type(error).__name__)

    async def look(self) -> None:
        """Close the pages of sessions that are no more."""
        if here := self._lines.sessions:
            async with self._database.reading() as session:
                ended = await session.run_sync(web_access.ended, here, self._clock())
            await asyncio.gather(*(self._lines.close_session(one) for one in ended))
