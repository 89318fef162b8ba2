"""Who sits at a page of the web chat: cookies, the staff token, wrong logins, the origin."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bot.adapters.web_messages import Visitor
from config.settings import Settings
from storage import webchat
from storage.database import Database
from storage.models import WebSession

RESIDENT_COOKIE = "mcu_resident"
STAFF_COOKIE = "mcu_staff"
TOKEN_FORM = re.compile(r"[\w-]{43}", re.ASCII)
YEAR = 365 * 24 * 3600
STAFF_STAYS = timedelta(days=30)  # an employee who did not come for so long logs in again
SEEN_EVERY = timedelta(hours=1)
NAME = 50


ADMIN = "admin"  # the account of who logs in with the admin's token; no name gives it


class Token:
    """A secret that opens the staff room: as set, else made once and kept in the data folder."""

    def __init__(self, path: Path, given: SecretStr | None = None) -> None:
        self.path = path
        self.set_by_hand = given is not None
        self._value = given.get_secret_value() if given else ""

    @property
    def value(self) -> str:
        """The token; makes and keeps it where there is none."""
        if not self._value:
            self._value = self._read() or self._make()
        return self._value

    def keep(self, value: str) -> None:
        """Take this one and keep it in the data folder."""
        if self.value != value:
            new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            new.touch(mode=0o600)
            new.write_text(value + "\n", encoding="utf-8")
            new.replace(self.path)
            self._value = value

    def opens(self, given: str) -> bool:
        """Whether it is the token, in constant time."""
        return hmac.compare_digest(given.strip().encode(), self.value.encode())

    def _read(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def _make(self) -> str:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)  # an empty one
        try:
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:  # another replica was first
            return self._read()
        token = secrets.token_urlsafe(18)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(token + "\n")
        return token


@dataclass(frozen=True)
class Tokens:
    """The employees' token, and the admin's: the one account of the web that may configure."""

    staff: Token
    admin: Token

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of an installation."""
        folder = settings.data_dir
        return cls(
            Token(folder / "staff-token", settings.web_staff_token), Token(folder / "admin-token")
        )


class WrongTries:
    """How often an address gave a wrong token lately: ten in five minutes are enough."""

    LIMIT = 10
    SPAN = timedelta(minutes=5)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tries: dict[str, list[datetime]] = {}

    def too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        self._forget()
        return len(self._tries.get(address, ())) >= self.LIMIT

    def count(self, address: str) -> None:
        """It was wrong."""
        self._tries.setdefault(address, []).append(self._clock())

    def _forget(self) -> None:
        since = self._clock() - self.SPAN
        fresh = {key: [at for at in times if at > since] for key, times in self._tries.items()}
        self._tries = {key: times for key, times in fresh.items() if times}


class Sessions:
    """Browsers and who they belong to. Only hashes of their tokens are kept.

    A token that changes ends the sessions of all employees: it is part of their hashes.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        tokens: Tokens,
        resident_name: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._public = settings.public_url
        self._tokens = tokens
        self._resident_name = resident_name
        self._clock = clock

    async def visitor(self, request: web.Request, *, staff: bool) -> Visitor | None:
        """Who asks, as resident or as employee; None for a stranger.

        A resident's browser has its cookie from the page; its session begins with its first use.
        """
        token = request.cookies.get(STAFF_COOKIE if staff else RESIDENT_COOKIE, "")
        if not TOKEN_FORM.fullmatch(token):
            return None
        async with self._database.begin() as session:
            found = await session.run_sync(self._find, self._hash(token, staff), staff)
        if found is None:
            return None
        name = found.name if staff else self._resident_name
        return Visitor(found.account, name, staff, found.id)

    def _find(self, session: Session, token_hash: str, staff: bool) -> WebSession | None:
        now = self._clock()
        found = webchat.find_session(session, token_hash)
        if found is None and not staff:
            account = f"guest.{secrets.token_hex(8)}"
            found = webchat.open_session(session, _new(token_hash, account, "", False, now))
        if found is None or (staff and found.seen_at < now - STAFF_STAYS):
            return None
        if found.seen_at < now - SEEN_EVERY:
            found.seen_at = now
        return found

    def welcome(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give a resident's browser a token where it has none."""
        token = request.cookies.get(RESIDENT_COOKIE, "")
        if not TOKEN_FORM.fullmatch(token):
            token = secrets.token_urlsafe(32)
        _set_cookie(request, response, RESIDENT_COOKIE, token, YEAR)

    async def log_in(
        self, request: web.Request, response: web.StreamResponse, name: str, *, admin: bool
    ) -> None:
        """Open a session for an employee; the token has been checked.

        The account is made of the name, so that who comes from another browser is the same
        person. Only the admin's token gives the admin's account. A resident's account has a dot
        and cannot be hit.
        """
        token = secrets.token_urlsafe(32)
        account = ADMIN if admin else account_of(name)
        opened = _new(self._hash(token, staff=True), account, name, True, self._clock())
        async with self._database.begin() as session:
            await session.run_sync(webchat.open_session, opened)
        _set_cookie(request, response, STAFF_COOKIE, token, YEAR)

    async def log_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """End an employee's session."""
        token_hash = self._hash(request.cookies.get(STAFF_COOKIE, ""), staff=True)
        async with self._database.begin() as session:
            await session.run_sync(webchat.end_session, token_hash)
        response.del_cookie(STAFF_COOKIE)

    def is_same_origin(self, request: web.Request) -> bool:
        """Whether the request comes from a page of ours; browsers cannot forge the header."""
        given = request.headers.get("Origin", "")
        parts = urlsplit(given)
        here = parts.scheme in ("http", "https") and parts.netloc == request.host
        return here or (self._public is not None and given == _origin(self._public))

    def _hash(self, token: str, staff: bool) -> str:
        tokens = self._tokens
        salted = f"{tokens.staff.value}:{tokens.admin.value}:{token}" if staff else token
        return hashlib.sha256(salted.encode()).hexdigest()


def account_of(name: str) -> str:
    """An employee's account, by the name; never the admin's."""
    account = re.sub(r"\W+", "-", name).strip("-") or "staff"
    return f"{account}-" if account.casefold() == ADMIN else account


def clean_name(name: str) -> str:
    """A person's name as others may see it: one line, no invisible signs, not too long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:NAME].strip()


def _new(token_hash: str, account: str, name: str, staff: bool, now: datetime) -> WebSession:
    return WebSession(
        token_hash=token_hash, account=account, name=name, staff=staff, created_at=now, seen_at=now
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _set_cookie(
    request: web.Request, response: web.StreamResponse, name: str, value: str, age: int
) -> None:
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(
        name, value, max_age=age, path="/", httponly=True, samesite="Lax", secure=secure
    )
