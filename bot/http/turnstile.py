"""Let requests in as fast as the event loop can answer them, one address after the other.

Known people, strangers who ask for little and strangers who ask for much wait in three lanes. What
messengers bring and what open pages say does not pass here: a dialogue that has begun goes on.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum

import structlog

TICK = 0.05  # seconds
LATE = 0.01  # seconds, on average: an answer takes a dozen rounds of the loop
MOST = 2000.0  # requests a second of a lane, if the loop is not late
SLOWER, QUICKER, MORE = 0.85, 1.1, 2.0  # from tick to tick
MOST_WAITING = 2000  # in a lane
MOST_OF_ADDRESS = 60
PATIENCE = 15.0  # seconds; then they are told to come later

log = structlog.get_logger()


class Asker(Enum):
    """The kind of sender; the value: requests a second that its lane lets in at least."""

    KNOWN = 200.0  # employees, residents who said yes
    MODEST = 50.0  # strangers of an address that has asked for little lately
    PRESSING = 5.0


class Turnstile:
    """Lets requests in by how late the loop is, measured from the first request until ``close``."""

    def __init__(self, late: Callable[[float], float] | None = None) -> None:
        """``late``, for tests, turns the lateness that was measured into the one that counts."""
        self._late = late or float
        self._lag = 0.0
        self._lanes = {asker: Lane(asker.value) for asker in Asker}
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, address: str, asker: Asker = Asker.PRESSING) -> bool:
        """Wait for a turn; return False if there are too many before, or it takes too long."""
        if self._timer is None:
            self._ticks()
        return await self._lanes[asker].enter(address)

    def close(self) -> None:
        """Stop measuring."""
        if self._timer:
            self._timer.cancel()

    def _ticks(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + TICK
        self._timer = loop.call_at(self._due, self._tick)

    def _tick(self) -> None:
        late = self._late(asyncio.get_running_loop().time() - self._due)
        self._lag += (late - self._lag) * 0.3
        for lane in self._lanes.values():
            lane.goes_on(TICK + late, is_late=self._lag > LATE)
        self._ticks()


class Lane:
    """Requests that wait for one budget, which is never less than ``least`` a second."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._rate = MOST
        self._free = MOST * TICK
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._count = 0

    async def enter(self, address: str) -> bool:
        """Wait for a turn; return False if there are too many before, or it takes too long."""
        if not self._count and self._free >= 1:
            self._free -= 1
            return True
        before = len(self._waiting.get(address, ()))
        if self._count >= MOST_WAITING or before >= MOST_OF_ADDRESS:
            log.warning("turnstile_full")
            return False
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(turn)
        self._count += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await turn
        except TimeoutError:
            return False
        finally:
            self._leaves(address, turn)
        return True

    def goes_on(self, seconds: float, *, is_late: bool) -> None:
        """Let in the requests that ``seconds`` more allow; fewer if the loop ``is_late``."""
        if is_late:
            self._rate = max(self._rate * SLOWER, self._least)
        else:
            self._rate = min(self._rate * QUICKER + MORE, MOST)
        self._free = min(self._free + self._rate * seconds, max(self._rate * TICK, 1))
        while self._count and self._free >= 1:
            self._let_in_next()

    def _leaves(self, address: str, turn: asyncio.Future[None]) -> None:
        """Whoever gave up stands in nobody's way; whoever had a turn is out already."""
        own = self._waiting.get(address)
        if own and turn in own:
            own.remove(turn)
            self._count -= 1
        if own is not None and not own:
            del self._waiting[address]

    def _let_in_next(self) -> None:
        """The first of the address whose turn it is; its others come after those of all the others."""
        address, own = self._waiting.popitem(last=False)
        if own:
            self._free -= 1
            self._count -= 1
            turn = own.popleft()
            if not turn.done():
                turn.set_result(None)
        if own:
            self._waiting[address] = own
