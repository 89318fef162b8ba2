"""Whether what a page did is taken from who did it: employees who are still in, residents who may."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import WebLimits
from bot.channels.web.doors.newcomers import Newcomers
from bot.channels.web.events import CHANNEL, Act, Said, Visitor
from bot.channels.web.sockets import Line
from storage.people import residents
from storage.town import web_access
from storage.web import messages

CALM_FOR = timedelta(seconds=10)  # an address is not looked at again for a line of its own


class NotTaken(Exception):
    """The page said what cannot be taken, now or later; the text is for the person."""


class LoggedOut(Exception):
    """The employee's session was ended."""


class WorkFirst(Exception):
    """The page has some work to do before this is taken."""


class Rights:
    """Asks the tables once for each line, where the answer stays the same."""

    def __init__(
        self, limits: WebLimits, newcomers: Newcomers, clock: Callable[[], datetime]
    ) -> None:
        self._limits = limits
        self._newcomers = newcomers
        self._clock = clock

    async def sources(self, line: Line) -> tuple[str, ...]:
        """What a resident's filings are counted by; nothing where none are."""
        return () if line.visitor.staff else await self._newcomers.sources(line.address)

    def let_in(self, session: Session, line: Line, act: Act, sources: Sequence[str]) -> None:
        """A resident. Raises WorkFirst, Refused where too much of strangers comes from one address."""
        if not line.worked and line.calm_until <= self._clock():
            self._ask_for_work(session, line, sources)
        if not line.known:
            is_new = not messages.latest(session, line.visitor.chat, 1)
            if is_new and (why_not := self._newcomers.why_not(session, line.address)):
                raise NotTaken(why_not)
            line.known = True
        if not line.consented:
            line.consented = residents.has_consented(session, CHANNEL, line.visitor.account)
            signs = len(act.text) if isinstance(act, Said) else 0
            if not line.consented and not self._limits.takes_stranger(line.address, signs):
                raise NotTaken(self._newcomers.too_many)

    def _ask_for_work(self, session: Session, line: Line, sources: Sequence[str]) -> None:
        """Raises WorkFirst where much comes from there and this browser never filed anything."""
        if not self._newcomers.is_busy(session, line.address, sources):
            line.calm_until = self._clock() + CALM_FOR
            return
        line.worked = self._newcomers.has_filed(session, line.visitor.account)
        if not line.worked:
            raise WorkFirst

    def still_in(self, session: Session, visitor: Visitor) -> None:
        """Raises LoggedOut where it is an employee who is no more."""
        if visitor.staff and not web_access.is_living(session, visitor.session, self._clock()):
            raise LoggedOut
