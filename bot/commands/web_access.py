"""``python -m bot code`` and ``sessions``: who is let into the staff room on the web.

They work beside a running bot: their changes are in the database.
"""

import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot import links
from bot.commands.outcome import Told
from config.settings import Settings
from config.texts import Texts
from handlers.web_access import line_of
from storage.database import Database
from storage.town import web_access


class WebAccess:
    """The commands for the staff room, over a database that a bot may be using."""

    def __init__(
        self, database: Database, settings: Settings, texts: Texts, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._settings = settings
        self._texts = texts
        self._clock = clock

    async def code(self, *, admin: bool) -> Told:
        """Return a link with a new code, an admin's if ``admin``. A code is made in a terminal only.

        What is printed elsewhere lies in a file or a journal for others to read.
        """
        if not sys.stdout.isatty():
            command = links.typed("code --admin" if admin else "code")
            return self._texts("code-needs-terminal", command=command), 1
        now = self._clock()
        link = await links.staff_room_link(self._database, self._settings, now, admin=admin)
        if not link:
            return self._texts("web-no-staff-room"), 1
        return self._texts("code-admin" if admin else "code-staff", link=link), 0

    async def listed(self) -> Told:
        """Return the employees' sessions, a line each."""
        now = self._clock()
        async with self._database.begin() as session:
            rows = await session.run_sync(web_access.living, now)
        if not rows:
            return self._texts("sessions-none"), 0
        lines = [line_of(self._texts, self._settings, row, now) for row in rows]
        return "\n".join(
            [
                self._texts("sessions-list"),
                *lines,
                self._texts("sessions-hint", command=links.typed("sessions end")),
            ]
        ), 0

    async def end(self, which: str) -> Told:
        """End the session ``which``, or all."""

        def work(session: Session) -> int:
            rows = web_access.living(session, self._clock())
            chosen = [row.id for row in rows if which in ("all", str(row.id))]
            web_access.end(session, chosen)
            return len(chosen)

        async with self._database.begin() as session:
            count = await session.run_sync(work)
        if not count and which != "all":
            return self._texts("sessions-unknown", number=which), 1
        return self._texts("sessions-ended", count=count), 0
