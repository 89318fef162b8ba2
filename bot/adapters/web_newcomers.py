"""Who may become a new resident on the web just now: each costs a page, and an address has few.

In memory of this process, but for the switch of the admins: that is in the database.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.adapters.web_limits import Allowances, wider
from bot.adapters.web_seal import Seal
from config.settings import Settings
from config.texts import Texts
from handlers.clocks import show_time
from handlers.messages import Event
from storage import newcomers

# At once, and a second: a class of a school that looks, and those of it that begin to write.
LOOKS = 120, 10 / 60
NEW = 40, 2 / 60
NETWORK_TIMES = 3  # a /48 has no more than so many addresses


class Newcomers:
    """Counts them by address. ``off``: no limits but the switch."""

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
        """Whether one more browser of that address is given a cookie."""
        return self._off or self._looks.take(address)

    def why_not(self, session: Session, address: str) -> str:
        """What somebody is told who is new and may not begin now; empty for who may."""
        if until := newcomers.closed_until(session, self._clock()):
            return self._texts(
                "web-newcomers-closed",
                until=show_time(until, self._settings),
                url=self._settings.formal_url,
            )
        if not (self._off or self._new.take(address)):
            return self.too_many
        return ""

    @property
    def too_many(self) -> str:
        """What somebody is told from whose network too much comes."""
        return self._texts("web-too-many-guests", url=self._settings.formal_url)

    async def with_sources(self, event: Event, address: str) -> Event:
        """A resident's event with what filings of its address are counted by."""
        if self._off or not event.private:
            return event
        return replace(event, sources=await self._seal.sources(address))


class _Counted:
    """Allowances of addresses, and of the networks that they are in."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], datetime]) -> None:
        times = NETWORK_TIMES
        self._of_address = Allowances(most, per_second, clock)
        self._of_network = Allowances(most * times, per_second * times, clock)

    def take(self, address: str) -> bool:
        around = wider(address)
        return self._of_address.take(address) and (
            around == address or self._of_network.take(around)
        )
