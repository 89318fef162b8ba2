"""The people at the pages of the web chat: who they are, and employees' sessions."""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.web.doors.cookies import DOOR_COOKIE, RESIDENT_COOKIE, STAFF_COOKIE, Cookies
from bot.channels.web.doors.limits import REMEMBERED
from bot.channels.web.doors.seal import Seal
from bot.channels.web.events import STAFF, Visitor
from bot.recent import Recent
from config.settings import Settings
from config.texts import Texts
from storage.database import Database
from storage.tables import WebSession
from storage.town import web_access
from storage.web import messages, residents, subscriptions

BETWEEN_WORDS = re.compile(r"\W+")
NAME = 50
BROWSER = 16  # signs of a hash that tell a resident's browsers apart
ADMIN = "admin"  # the account of an admin's code; no name gives it


class Sessions:
    """Finds the person behind a browser. Only hashes of the browsers' tokens are kept."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        texts: Texts,
        clock: Callable[[], datetime],
        seal: Seal,
    ) -> None:
        self._database = database
        self._seal = seal
        self.cookies = Cookies(settings.public_url or "", embedded=bool(settings.web_embed))
        self._texts = texts
        self._clock = clock
        self._known: Recent[str, None] = Recent(REMEMBERED)

    def is_known(self, request: web.Request) -> bool:
        """Whether an employee or a resident with consent asks, as far as was seen lately.

        No table is asked: the answer only decides who waits and how long.
        """
        token = self.cookies.read(request, STAFF_COOKIE)
        if token and hash_of(token, staff=True) in self._known:
            return True
        token = self.cookies.read(request, RESIDENT_COOKIE)
        if not token:
            return False
        return guest_of(token) in self._known or hash_of(token, staff=False) in self._known

    def has_token(self, request: web.Request) -> bool:
        """Whether a browser comes back with a resident's token, be it good or not."""
        return bool(self.cookies.read(request, RESIDENT_COOKIE))

    def knows(self, who: str) -> None:
        """Remember an account, or the hash of a token."""
        self._known.note(who, None)

    async def visitor(self, request: web.Request, *, staff: bool) -> Visitor | None:
        """Return the employee who asks if ``staff``, else the resident; None for a stranger."""
        if staff:
            token = self.cookies.read(request, STAFF_COOKIE)
            return await self._employee(hash_of(token, staff=True)) if token else None
        find = await self.resident(request)
        async with self._database.reading() as session:
            return await session.run_sync(find)

    async def of_chat(self, request: web.Request, chat: str) -> Visitor | None:
        """Return who asks if they may be in ``chat``, the room of employees or of admins.

        Of any other name, the resident who asks. None for a stranger.
        """
        found = await self.visitor(request, staff=chat in (STAFF, ADMIN))
        if found is None or chat != ADMIN:
            return found
        return replace(found, among_admins=True) if found.account == ADMIN else None

    async def resident(self, request: web.Request) -> Callable[[Session], Visitor | None]:
        """Return a function that finds the resident who asks; it gives None for a stranger.

        So the caller can read more in the same transaction.
        """
        token = self.cookies.read(request, RESIDENT_COOKIE)
        if not token:
            return lambda _: None
        ours = await self._seal.is_ours(token)
        return lambda session: self._resident(session, token, ours)

    async def _employee(self, token_hash: str) -> Visitor | None:
        """Return the employee with that session, and note that it is in use if it is living."""
        async with self._database.reading() as session:
            if not await session.run_sync(messages.find_session, token_hash):
                return None
        async with self._database.begin(direct=True) as session:
            found = await session.run_sync(self._living, token_hash)
        if found:
            self.knows(token_hash)
        else:
            self._known.pop(token_hash, None)
        return found

    def _living(self, session: Session, token_hash: str) -> Visitor | None:
        found = messages.find_session(session, token_hash)
        if found is None or not web_access.is_living(session, found.id, self._clock()):
            return None
        return Visitor(found.account, found.name, True, found.id)

    def _resident(self, session: Session, token: str, ours: bool) -> Visitor | None:
        """Return the resident with that token: given out here, or known for long.

        Nothing of a resident is kept before they say something. A resident who left is a stranger.
        """
        token_hash = hash_of(token, staff=False)
        found = messages.find_session(session, token_hash)
        account = found.account if found else guest_of(token)
        if found and residents.is_of_who_left(found):
            return None
        if not (ours or found or residents.is_known(session, account)):
            return None
        if found and account in self._known:  # from now on this device of theirs is, too
            self.knows(token_hash)
        number, browser = found.id if found else 0, token_hash[:BROWSER]
        return Visitor(account, self._texts("web-resident"), False, number, browser)

    async def welcome(
        self, request: web.Request, response: web.StreamResponse, may_be_new: Callable[[], bool]
    ) -> bool:
        """Give a resident's browser a token if it has no good one.

        Returns False if it has none and ``may_be_new`` refuses new residents now.
        """
        token = self.cookies.read(request, RESIDENT_COOKIE)
        try:
            good = await self.visitor(request, staff=False) is not None
        except (SQLAlchemyError, OSError):
            good = bool(token)  # the database will say, once it is there
        if not good:
            if not may_be_new():
                return False
            token = await self._seal.new_token()
        self.cookies.give(request, response, RESIDENT_COOKIE, token)
        return True

    async def leave(self, request: web.Request, response: web.StreamResponse) -> Visitor | None:
        """End the access of a resident's token, also for others who have it; return who it was.

        Their further devices have tokens of their own, and go on.
        """
        token = self.cookies.read(request, RESIDENT_COOKIE)
        visitor = await self.visitor(request, staff=False)
        if visitor:
            async with self._database.begin() as session:
                await session.run_sync(
                    subscriptions.forget_browser, visitor.account, visitor.browser
                )
                await session.run_sync(
                    residents.leave, hash_of(token, staff=False), visitor.account, self._clock()
                )
        self.cookies.take(request, response, RESIDENT_COOKIE)
        return visitor

    def show_door(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give the browser at the login a cookie, to know it when the login comes."""
        if not self.cookies.read(request, DOOR_COOKIE):
            self.cookies.give(request, response, DOOR_COOKIE, secrets.token_urlsafe(32), None)

    async def may_log_in(self, request: web.Request, given: str) -> bool:
        """Whether the code ``given`` would let this browser in; it stays unused."""
        door = self.cookies.read(request, DOOR_COOKIE)
        async with self._database.reading() as session:
            return await session.run_sync(web_access.is_good, given, door, self._clock())

    async def log_in(
        self, request: web.Request, response: web.StreamResponse, given: str, name: str
    ) -> bool:
        """Open a session for an employee and return True, if the one-time code ``given`` is right.

        The account is made of ``name``: somebody who comes again from another browser is the same
        person. Without a name, the one that the code was given for is used. Only an admin's code
        gives the admin's account. No name gives a resident's account, because that has a dot. The
        session that this browser had before ends.
        """
        door = self.cookies.read(request, DOOR_COOKIE) or secrets.token_urlsafe(32)
        # Made of both, so that a button pressed twice opens one session, whichever answer is read.
        digest = hmac.digest(door.encode(), _bytes(given), "sha256")
        token = urlsafe_b64encode(digest).decode().rstrip("=")

        def work(session: Session) -> bool:
            now = self._clock()
            code = web_access.use_code(session, given, door, now)
            if code is None:
                return False
            shown = name or code.name
            shown = shown or self._texts("web-admin" if code.admin else "web-employee")
            before = hash_of(self.cookies.read(request, STAFF_COOKIE), staff=True)
            opened = WebSession(
                token_hash=hash_of(token, staff=True),
                account=ADMIN if code.admin else account_of(shown),
                name=shown,
                staff=True,
                staff_chat_id=code.staff_chat_id,
                asked_by=code.asked_by,
                created_at=now,
                seen_at=now,
            )
            if before != opened.token_hash:
                messages.end_session(session, before)
            messages.open_session(session, opened)
            return True

        async with self._database.begin() as session:
            opened = await session.run_sync(work)
        if opened:
            self.cookies.give(request, response, STAFF_COOKIE, token)
        return opened

    async def log_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """End an employee's session, and let the browser drop its copies of files."""
        token_hash = hash_of(self.cookies.read(request, STAFF_COOKIE), staff=True)
        async with self._database.begin() as session:
            await session.run_sync(messages.end_session, token_hash)
        self.cookies.take(request, response, STAFF_COOKIE)


def hash_of(token: str, *, staff: bool) -> str:
    """Return the hash that is kept of a browser's token."""
    # The colon is of an older form, so that sessions opened with it go on.
    return hashlib.sha256(_bytes(f":{token}" if staff else token)).hexdigest()


def guest_of(token: str) -> str:
    """Return the account of the resident whose browser has ``token``."""
    return f"guest.{hashlib.sha256(f'account:{token}'.encode()).hexdigest()[:32]}"


def account_of(name: str) -> str:
    """Return the account of an employee by ``name``; never the admin's."""
    account = BETWEEN_WORDS.sub("-", name).strip("-") or "staff"
    return f"{account}-" if account.casefold() == ADMIN else account


def clean_name(name: str) -> str:
    """Return a name as others may see it: one line, no invisible signs, not too long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:NAME].strip()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
