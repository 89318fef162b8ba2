"""Guesses at one-time codes: wrong ones are counted by address, right ones never.

The counts are in the memory of this process.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.channels.web.doors.limits import Allowances

WRONG = 10  # of one address at once, and two a minute: then it reads that it should wait
TRIED = 100  # of one address, until no code of it is looked at for a while
OF_ALL = 200  # wrong ones of all addresses, until every answer waits
SECONDS = 300  # in which the allowances come back
PATIENCE = 1.0  # seconds that an answer waits while very many are wrong


class Guesses:
    """Counts the wrong codes of one login; ``clock`` says when they are forgotten.

    An office has many people behind one address, so somebody with a right code comes in beside
    others who guess, until the address has tried as often as only a machine does.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._wrong = Allowances(WRONG, WRONG / SECONDS, clock)
        self._tried = Allowances(TRIED, TRIED / SECONDS, clock)
        self._of_all = Allowances(OF_ALL, OF_ALL / SECONDS, clock)

    async def may_try(self, address: str) -> bool:
        """Whether a code from ``address`` is looked at; returns late if very many are wrong."""
        if not self._of_all.is_left(""):
            await asyncio.sleep(PATIENCE)
        return self._tried.is_left(address)

    def wrong(self, address: str) -> bool:
        """Count a wrong code from ``address``; return whether it has to wait now."""
        self._tried.take(address)
        self._of_all.take("")
        return not self._wrong.take(address)
