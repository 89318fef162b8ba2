"""Rights to act on a page: its session goes on, and residents stay within limits."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import WebLimits
from bot.channels.web.doors.newcomers import Newcomers
from bot.channels.web.events import CHANNEL, Act, Corrected, Said, Visitor
from bot.channels.web.sockets import Line
from storage.people import residents
from storage.town import web_access
from storage.web import devices, messages

CALM_FOR = timedelta(seconds=10)  # an address is not looked at again for a line of its own


class NotTaken(Exception):
    """An act of a page is refused, now or for ever; the text is for the person."""


class LoggedOut(Exception):
    """The session of the employee, or of the resident's further device, was ended."""


class WorkFirst(Exception):
    """The page has to do a task before its act is taken."""


class Rights:
    """Checks acts; an answer that stays the same is read from the tables once for each line."""

    def __init__(
        self, limits: WebLimits, newcomers: Newcomers, clock: Callable[[], datetime]
    ) -> None:
        self._limits = limits
        self._newcomers = newcomers
        self._clock = clock

    async def sources(self, line: Line) -> tuple[str, ...]:
        """Return the hashes that a resident's filings are counted by; none for an employee."""
        return () if line.visitor.staff else await self._newcomers.sources(line.address)

    def let_in(self, session: Session, line: Line, act: Act, sources: Sequence[str]) -> None:
        """Check the act of a resident, and note on ``line`` what was found.

        Raises WorkFirst. Raises NotTaken if too much comes from strangers at the line's address, or
        newcomers are not taken just now.
        """
        if not line.worked and line.calm_until <= self._clock():
            self._ask_for_work(session, line, sources)
        if not line.known:
            is_new = not messages.latest(session, line.visitor.chat, 1)
            if is_new and (why_not := self._newcomers.why_not(session, line.address)):
                raise NotTaken(why_not)
            line.known = True
        if not line.consented:
            line.consented = residents.has_consented(session, CHANNEL, line.visitor.account)
            signs = len(act.text) if isinstance(act, Said | Corrected) else 0
            if not line.consented and not self._limits.takes_stranger(line.address, signs):
                raise NotTaken(self._newcomers.too_many)

    def _ask_for_work(self, session: Session, line: Line, sources: Sequence[str]) -> None:
        """Raise WorkFirst if much comes from there and this browser never filed anything."""
        if not self._newcomers.is_busy(session, line.address, sources):
            line.calm_until = self._clock() + CALM_FOR
            return
        line.worked = self._newcomers.has_filed(session, line.visitor.account)
        if not line.worked:
            raise WorkFirst

    def still_in(self, session: Session, visitor: Visitor, *, reads: bool = False) -> None:
        """Raise LoggedOut if the session of an employee or of a further device has ended.

        A device that only ``reads`` may do so until it has read that all was erased.
        """
        if visitor.staff:
            is_in = web_access.is_living(session, visitor.session, self._clock())
        elif reads:
            is_in = not devices.ended(session, {visitor.session: visitor.account})
        else:
            is_in = devices.is_open(session, visitor.session)
        if not is_in:
            raise LoggedOut
