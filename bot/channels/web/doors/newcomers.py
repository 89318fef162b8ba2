"""Limits on new residents on the web: how many come from one address just now.

The counts are in the memory of this process. The switch of the admins is in the database.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import Allowances, wider
from bot.channels.web.doors.seal import Seal
from bot.channels.web.events import CHANNEL
from config.settings import Settings
from config.texts import Texts
from handlers.wording.dates import show_time
from storage import appeals
from storage.people import residents
from storage.web import filings, newcomers

# At once, and a second: a class of a school that looks, and those of it that begin to write.
LOOKS = 120, 10 / 60
NEW = 40, 2 / 60
CALM = 0.75  # of the new ones' allowance is left: fewer came than make an address busy
NETWORK_TIMES = 3  # a /48 has this times the allowance of an address


class Newcomers:
    """Counts new residents by address; with ``off`` only the switch of the admins counts."""

    def __init__(
        self,
        settings: Settings,
        texts: Texts,
        clock: Callable[[], datetime],
        seal: Seal,
        *,
        off: bool,
    ) -> None:
        self._settings = settings
        self._texts = texts
        self._clock = clock
        self._seal = seal
        self._off = off
        self._looks = _Counted(*LOOKS, clock)
        self._new = _Counted(*NEW, clock)

    def may_look(self, address: str) -> bool:
        """Whether one more browser of ``address`` is given a cookie."""
        return self._off or self._looks.take(address)

    def why_not(self, session: Session, address: str) -> str:
        """Return the text for a newcomer who may not begin now; empty if they may."""
        if until := newcomers.closed_until(session, self._clock()):
            return self._texts(
                "web-newcomers-closed",
                until=show_time(until, self._clock(), self._settings, self._texts),
                url=self._settings.formal_url,
            )
        if not (self._off or self._new.take(address)):
            return self.too_many
        return ""

    @property
    def too_many(self) -> str:
        """The text for a person from whose network too much comes."""
        return self._texts("web-too-many-guests", url=self._settings.formal_url)

    async def sources(self, address: str) -> tuple[str, ...]:
        """Return the hashes that filings from ``address`` are counted by; none if ``off``."""
        return () if self._off else await self._seal.sources(address)

    def is_busy(self, session: Session, address: str, sources: Sequence[str]) -> bool:
        """Whether a machine may be at work: very much comes from ``address`` or ``sources``."""
        if not sources:
            return False
        return self._new.is_busy(address) or filings.is_busy(session, sources, self._clock())

    @staticmethod
    def has_filed(session: Session, account: str) -> bool:
        """Whether ``account`` has ever filed an appeal."""
        resident = residents.find(session, CHANNEL, account)
        return resident is not None and appeals.count_of_resident(session, resident.id) > 0


class _Counted:
    """Allowances of addresses, and of the networks that they are in."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], datetime]) -> None:
        times = NETWORK_TIMES
        self._most = most
        self._of_address = Allowances(most, per_second, clock)
        self._of_network = Allowances(most * times, per_second * times, clock)

    def is_busy(self, address: str) -> bool:
        """Whether a good part of the allowance is used."""
        return not self._of_address.is_left(address, self._most * CALM)

    def take(self, address: str) -> bool:
        around = wider(address)
        return self._of_address.take(address) and (
            around == address or self._of_network.take(around)
        )
