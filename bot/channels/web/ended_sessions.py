"""Watch whether the sessions go on of employees and further devices whose pages are open."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.web.sockets import Lines
from storage.database import Database
from storage.town import web_access
from storage.web import devices

LOOK_EVERY = 5.0  # seconds

log = structlog.get_logger()


class EndedSessions:
    """Closes the pages of sessions that were ended, by whatever ended them."""

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
        here, further = self._lines.sessions, self._lines.devices
        if not here and not further:
            return

        def read(session: Session) -> set[int]:
            ended = web_access.ended(session, here, self._clock())
            return ended | devices.ended(session, further)

        async with self._database.reading() as session:
            ended = await session.run_sync(read)
        await asyncio.gather(*(self._lines.close_session(one) for one in ended))
