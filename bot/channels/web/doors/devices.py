"""Further devices of a resident: a code is given on one, and opens the same chat on another."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.channels.web.doors.cookies import DOOR_COOKIE, RESIDENT_COOKIE
from bot.channels.web.doors.limits import Allowances
from bot.channels.web.doors.seal import CHANCE, Seal
from bot.channels.web.doors.sessions import Sessions, hash_of
from bot.channels.web.events import CHANNEL, Visitor
from storage.database import Database
from storage.people import residents
from storage.web import devices
from storage.web import residents as web_residents

CODES = 20, 20 / 3600  # of one resident at once, and a second


class TooManyCodes(Exception):
    """The resident has asked for very many codes."""


class NoChatYet(Exception):
    """The resident has no chat that could be opened elsewhere: consent was not given."""


@dataclass(frozen=True, slots=True)
class Guest:
    """The two accounts of a browser at the page of a code: of the chat it opens, and its own.

    ``whose`` is empty if the code opens nothing; ``own`` if this browser has no chat yet.
    """

    whose: str
    own: str


class Devices:
    """Gives codes to residents, and opens their chats by them."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        seal: Seal,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._cookies = sessions.cookies
        self._seal = seal
        self._clock = clock
        self._codes = Allowances(*CODES, clock)

    async def invite(self, visitor: Visitor) -> tuple[str, datetime]:
        """Return a code that opens the chat of ``visitor`` once, and when it ends.

        Raises TooManyCodes, NoChatYet.
        """
        if not self._codes.take(visitor.account):
            raise TooManyCodes

        def work(session: Session) -> tuple[str, datetime] | None:
            if not residents.keeps_consent(session, CHANNEL, visitor.account):
                return None
            return devices.give_code(session, visitor.account, self._clock())

        async with self._database.begin() as session:
            given = await session.run_sync(work)
        if given is None:
            raise NoChatYet
        return given

    async def look(self, request: web.Request, given: str) -> Guest:
        """Return what the code ``given`` would open for the browser that asks."""
        door = self._cookies.read(request, DOOR_COOKIE)
        find = await self._sessions.resident(request)

        def read(session: Session) -> Guest:
            whose = devices.account_of(session, given, door, self._clock()) or ""
            visitor = find(session)
            own = visitor.account if visitor else ""
            return Guest(whose, own if own and web_residents.is_known(session, own) else "")

        async with self._database.reading() as session:
            return await session.run_sync(read)

    async def join(self, request: web.Request, response: web.StreamResponse, given: str) -> bool:
        """Open the chat of the code ``given`` in this browser; return whether the code is right.

        The chat that the browser had before stays with its other devices.
        """
        door = self._cookies.read(request, DOOR_COOKIE) or secrets.token_urlsafe(32)
        # Made of both, so that a button pressed twice gives one token, whichever answer is read.
        made_of = given.encode(errors="surrogatepass")
        token = await self._seal.new_token(hmac.digest(door.encode(), made_of, "sha256")[:CHANCE])

        def work(session: Session) -> bool:
            now = self._clock()
            account = devices.use_code(session, given, door, now)
            if account is None:
                return False
            devices.add(session, hash_of(token, staff=False), account, now)
            return True

        async with self._database.begin() as session:
            joined = await session.run_sync(work)
        if joined:
            self._cookies.give(request, response, RESIDENT_COOKIE, token)
        return joined
