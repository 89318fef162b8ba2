"""Limits on uploads to the web chat: on what is kept already and what is coming."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.web.events import CHANNEL, Visitor
from handlers.attachments import A_DAY
from handlers.rights import STAFF_TIMES
from storage.files import Amount
from storage.people import bans, residents
from storage.town import municipalities
from storage.web import uploads
from storage.web.uploads import Standing

DAY = timedelta(days=1)
MB = 1024 * 1024
# In no message yet. A person who sends what is attached has room again; an address may be an
# office or a mobile operator, yet none may take the room of all.
OWN_UNSAID = Amount(40, 100 * MB)
NETWORK_UNSAID = Amount(400, 300 * MB)
ALL_UNSAID = Amount(4000, 1024 * MB)
# Said or not, within a day.
OWN_DAY = A_DAY
NETWORK_DAY = Amount(2000, 4096 * MB)
WIDER_TIMES = 2  # of a /48: whoever has one has 65,536 networks of the size of an address

PermitsUpload = Callable[[Session, Visitor], str]


class NoRoom(Exception):
    """There is no room for another file."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit: ``stands`` is used of what is counted by ``key``, and ``most`` may be."""

    key: str
    stands: Amount
    most: Amount
    text: str  # the key of the text that says so


def permits_upload(session: Session, visitor: Visitor) -> str:
    """Return the key of a text that says why the visitor may not upload; empty if they may.

    A resident may upload from the moment of consent: the open form takes the file, and without one
    the file begins an appeal.
    """
    if visitor.staff:
        return ""
    if not residents.has_consented(session, CHANNEL, visitor.account):
        return "web-file-before-consent"
    municipality = municipalities.the_one(session)
    salt = municipality.delivery_salt if municipality else 0
    if bans.of(session, bans.mark_of(salt, CHANNEL, visitor.account)):
        return "web-file-banned"
    return ""


class UploadRoom:
    """Measures uploads.

    What is kept is counted in the tables, so that no restart forgets it.
    """

    def __init__(self, clock: Callable[[], datetime], *, of_networks: bool) -> None:
        """Count networks, too, if ``of_networks``."""
        self._clock = clock
        self._of_networks = of_networks
        self._coming: Counter[str] = Counter()  # bytes
        self._files: Counter[str] = Counter()

    def look(self, session: Session, visitor: Visitor, address: str, wider: str) -> "Room":
        """Return the room that the visitor has now."""
        municipality = municipalities.the_one(session)
        salt = municipality.delivery_salt if municipality else 0
        network = uploads.network_of(salt, address, wider)
        found = uploads.standing(session, visitor.account, network, self._clock() - DAY)
        return Room(network, self._bounds(visitor, network, found))

    def _bounds(self, visitor: Visitor, network: str, found: Standing) -> list[_Bound]:
        own = f"own:{visitor.account}"
        times = STAFF_TIMES if visitor.staff else 1
        bounds = [
            _Bound(own, found.own_unsaid, _times(OWN_UNSAID, times), "web-too-many-unsaid"),
            _Bound(own, found.own_day, _times(OWN_DAY, times), "web-too-many-files-today"),
        ]
        if visitor.staff:
            return bounds  # they are few, and known
        bounds.append(_Bound("all", found.all_unsaid, ALL_UNSAID, "web-no-room"))
        if self._of_networks:
            wide = f"wider:{network[: uploads.MARK]}"
            few = "web-too-many-files-here"
            bounds += [
                _Bound(network, found.network_unsaid, NETWORK_UNSAID, few),
                _Bound(network, found.network_day, NETWORK_DAY, few),
                _Bound(wide, found.wider_unsaid, _times(NETWORK_UNSAID, WIDER_TIMES), few),
                _Bound(wide, found.wider_day, _times(NETWORK_DAY, WIDER_TIMES), few),
            ]
        return bounds

    @contextmanager
    def coming(self, room: "Room") -> Iterator["Room"]:
        """Count what the request brings until the context ends."""
        room.counts = self._coming, self._files
        try:
            yield room
        finally:
            for key in room.keys:
                self._coming[key] -= room.size
                self._files[key] -= room.files
                if not self._files[key]:
                    del self._coming[key], self._files[key]


class Room:
    """The room of one request. ``refused`` is the key of a text that says why there is no more."""

    def __init__(self, network: str, bounds: list[_Bound]) -> None:
        self.network = network
        self.bounds = bounds
        self.refused = ""
        self.files = self.size = 0
        self.counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()

    @property
    def keys(self) -> set[str]:
        """The keys of all limits by which it is counted."""
        return {bound.key for bound in self.bounds}

    def has(self, files: int, size: int) -> bool:
        """Whether ``files`` more files with ``size`` more bytes may come."""
        coming, number = self.counts
        for bound in self.bounds:
            too_many = bound.stands.files + number[bound.key] + files > bound.most.files
            too_large = bound.stands.size + coming[bound.key] + size > bound.most.size
            if too_many or too_large:
                self.refused = bound.text
                return False
        return True

    def begin_file(self) -> None:
        """Count one more file. Raises NoRoom."""
        if not self.takes(1, 0):
            raise NoRoom

    def takes(self, files: int, size: int) -> bool:
        """Count ``files`` and ``size`` bytes and return True, if they may come."""
        if not self.has(files, size):
            return False
        coming, number = self.counts
        for key in self.keys:
            coming[key] += size
            number[key] += files
        self.files += files
        self.size += size
        return True


def _times(amount: Amount, times: int) -> Amount:
    return Amount(amount.files * times, amount.size * times)
