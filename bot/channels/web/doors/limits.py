"""Limits on what comes to the web chat from one page, one account, one address.

The counts are in the memory of this process. They are bounded: only the latest ones are kept.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from ipaddress import IPv6Address

from aiohttp import web

from bot.channels.web.events import Visitor
from bot.http.peers import is_near, parsed, place_of
from bot.inbox.flood import BURST
from bot.recent import Recent
from bot.token_bucket import TokenBucket
from handlers.rights import STAFF_TIMES

REMEMBERED = 10_000
# An office or a mobile operator has many people behind one address.
ADDRESS_TIMES = 15
FRAMES_TIMES = 10  # a page also asks for its history
FRAMES_OF_ADDRESS = 3000, 60  # at once, and a second: a thousand pages wonder every 20 s
BAD_COSTS = 50  # frames: the price of one that no page of ours sends
FRAMES_OF_ALL = 2000, 500  # beyond that, pages that only ask wait a little
LINE_BYTES = 6 * 1024**2, 128 * 1024  # of one account: the longest texts, as many as it may say
LINE_BYTES_OF_ADDRESS = 24 * 1024**2, 2 * 1024**2
READS = 120, 1  # of what was said, by one account
READS_OF_ADDRESS = 1200, 5  # all pages of an office come back at once after a restart
READS_AT_ONCE = 8
READS_AT_ONCE_OF_ADDRESS = 3
REQUESTS_OF_ADDRESS = 2000, 5  # a page is six of them
LITTLE = 12, 0.2  # a person's first page and two more, then one in half a minute
PAGES = 30  # open at once, of one account
PAGES_OF_ADDRESS = 1000
PAGES_SHARE = 3  # one address gets this part of the room, if it is small
UPLOADS = 4  # at once, of one account
UPLOADS_OF_ADDRESS = 40  # a quarter of the places: see receiving
DAY = 24 * 3600
BYTES_A_DAY = 500 * 1024 * 1024  # of one account
ADDRESS_BYTES_TIMES = 8  # what is kept is bounded too: see upload_room
# A day, of all behind one address who have not consented: each leaves rows that nobody asked for.
STRANGERS_ACTS = 3_000
SIGNS_OF_AN_ACT = 1_000  # in a text, they count as one act more
AROUND_TIMES = 2  # of a /48


class Allowances:
    """An allowance for each key: up to ``most`` at once, and ``per_second`` comes back."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], datetime]) -> None:
        self._most = most
        self._per_second = per_second
        self._clock = clock
        self._buckets: Recent[str, TokenBucket] = Recent(REMEMBERED)

    def is_left(self, key: str, amount: float = 1) -> bool:
        """Whether ``amount`` of the allowance of ``key`` is left."""
        now = self._clock().timestamp()
        return self._of(key, now).level(now) >= amount

    def take(self, key: str, amount: float = 1) -> bool:
        """Use ``amount``; return False, and use nothing, if less is left."""
        now = self._clock().timestamp()
        bucket = self._of(key, now)
        if bucket.level(now) < amount:
            return False
        bucket.take(amount, now)
        self._buckets.note(key, bucket)
        return True

    def charge(self, key: str, amount: float) -> None:
        """Use ``amount``, or all that is left."""
        now = self._clock().timestamp()
        bucket = self._of(key, now)
        bucket.take(amount, now, lowest=0)
        self._buckets.note(key, bucket)

    def _of(self, key: str, now: float) -> TokenBucket:
        return self._buckets.get(key) or TokenBucket.full(self._most, self._per_second, now)


class Turns:
    """Up to ``most`` turns at once, and up to ``of_each`` of one key; the others wait."""

    def __init__(self, most: int, of_each: int) -> None:
        self._all = asyncio.Semaphore(most)
        self._of_each = of_each
        self._own: dict[str, tuple[asyncio.Semaphore, Counter[str]]] = {}

    @asynccontextmanager
    async def one(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn of ``key``, and have it until the context ends."""
        own, users = self._own.setdefault(key, (asyncio.Semaphore(self._of_each), Counter()))
        users[key] += 1
        try:
            async with own, self._all:
                yield
        finally:
            users[key] -= 1
            if not users[key]:
                self._own.pop(key, None)


class Held:
    """Counts of what is open at once, by key."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, most: dict[str, int]) -> Iterator[bool]:
        """Hold one of each key in ``most`` until the context ends; the values are the limits.

        Gives False, and holds none, if one of the keys has no room.
        """
        has_room = all(self._open[key] < limit for key, limit in most.items())
        if has_room:
            self._open.update(most.keys())
        try:
            yield has_room
        finally:
            if has_room:
                self._open.subtract(most.keys())
            self._open = +self._open


class WebLimits:
    """All limits of the web chat.

    ``per_minute`` is the limit of every channel; 0 leaves only the limit of all open pages. ``pages`` is how many pages may be open at once.
    """

    def __init__(
        self, per_minute: int, clock: Callable[[], datetime], pages: int = PAGES_OF_ADDRESS
    ) -> None:
        self.off = per_minute == 0

        def minutely(times: float) -> Allowances:
            return Allowances(per_minute * times * BURST, per_minute * times / 60, clock)

        self._acts = minutely(1), minutely(STAFF_TIMES)
        self._frames = minutely(FRAMES_TIMES), minutely(FRAMES_TIMES * STAFF_TIMES)
        self._of_address = minutely(ADDRESS_TIMES)
        self._frames_of_address = Allowances(*FRAMES_OF_ADDRESS, clock)
        self._frames_of_all = Allowances(*FRAMES_OF_ALL, clock)
        self._line_bytes = Allowances(*LINE_BYTES, clock), Allowances(*LINE_BYTES_OF_ADDRESS, clock)
        self._reads = Allowances(*READS, clock), Allowances(*READS_OF_ADDRESS, clock)
        self._requests = Allowances(*REQUESTS_OF_ADDRESS, clock)
        self._little = Allowances(*LITTLE, clock)
        self._most_pages = {"": pages, "@": max(min(PAGES_OF_ADDRESS, pages // PAGES_SHARE), 1)}
        self.reading = Turns(READS_AT_ONCE, READS_AT_ONCE_OF_ADDRESS)
        self._strangers = Allowances(STRANGERS_ACTS, STRANGERS_ACTS / DAY, clock)
        around = STRANGERS_ACTS * AROUND_TIMES
        self._strangers_around = Allowances(around, around / DAY, clock)
        self._bytes = tuple(
            Allowances(BYTES_A_DAY * times, BYTES_A_DAY * times / DAY, clock)
            for times in (1, STAFF_TIMES, ADDRESS_BYTES_TIMES)
        )
        self._pages, self._uploads = Held(), Held()

    # Pages

    @contextmanager
    def page(self, visitor: Visitor, address: str) -> Iterator[bool]:
        """Hold a socket open until the context ends; give False if too many are open."""
        most = {"": self._most_pages[""]}
        if not self.off:
            most |= {key_of(visitor): PAGES, f"@{address}": self._most_pages["@"]}
        with self._pages.one(most) as has_room:
            yield has_room

    def takes_request(self, address: str) -> bool:
        """Whether ``address`` may make one more request."""
        return self.off or self._requests.take(address)

    def asks_little(self, address: str) -> bool:
        """Whether ``address`` has made few requests lately; counts one more."""
        return self._little.take(address)

    def takes_line_bytes(self, visitor: Visitor, address: str, size: int) -> bool:
        """Whether ``size`` more bytes may come over a socket, in frames of any kind."""
        own, of_address = self._line_bytes
        return self.off or (own.take(key_of(visitor), size) and of_address.take(address, size))

    def takes_frame(self, visitor: Visitor, address: str) -> bool:
        """Whether a page may send one more frame; pages of ours never reach this limit."""
        self._frames_of_all.take("")
        own = self._frames[visitor.staff]
        return self.off or (own.take(key_of(visitor)) and self._frames_of_address.take(address))

    def bad_frame(self, address: str) -> None:
        """Charge ``address`` for a frame that no page of ours sends."""
        self._frames_of_address.charge(address, BAD_COSTS)

    @property
    def much_talk(self) -> bool:
        """Whether very many frames come over all, and pages that only ask should wait a little."""
        return not (self.off or self._frames_of_all.is_left(""))

    def takes_read(self, visitor: Visitor, address: str) -> bool:
        """Whether a page may ask for its history once more."""
        own, of_address = self._reads
        return self.off or (own.take(key_of(visitor)) and of_address.take(address))

    def takes_act(self, visitor: Visitor, address: str) -> bool:
        """Whether a person may act once more just now."""
        if self.off:
            return True
        return self._acts[visitor.staff].take(key_of(visitor)) and self._of_address.take(address)

    def takes_stranger(self, address: str, signs: int) -> bool:
        """Whether a person without consent may say ``signs`` more characters today."""
        if self.off:
            return True
        amount = 1 + signs / SIGNS_OF_AN_ACT
        own = self._strangers.take(address, amount)
        return own and self._strangers_around.take(wider(address), amount)

    # Uploads

    @contextmanager
    def upload(self, visitor: Visitor, address: str) -> Iterator[bool]:
        """Take files until the context ends; give False if too many come at once."""
        if self.off:
            yield True
            return
        most = {key_of(visitor): UPLOADS * (1 + visitor.staff), f"@{address}": UPLOADS_OF_ADDRESS}
        with self._uploads.one(most) as has_room:
            yield has_room

    def takes_bytes(self, visitor: Visitor, address: str, size: int) -> bool:
        """Whether ``size`` more bytes of files may come today."""
        if self.off:
            return True
        own = self._bytes[visitor.staff].take(key_of(visitor), size)
        return own and self._bytes[2].take(address, size)


def key_of(visitor: Visitor) -> str:
    """Return the key of a visitor: a resident's account, or an employee's session.

    Several employees may have one name, and so one account.
    """
    return f"staff:{visitor.session}" if visitor.staff else visitor.account


def address_of(request: web.Request) -> str:
    """Return the address of the client: the peer, or the one that the last proxy names.

    Empty if it is not known. X-Forwarded-For is believed if the peer is this machine or in a
    private network, and only its last hop: anybody may have written the others. All addresses of an
    IPv6 /64 count as one.
    """
    peer = parsed(request.remote or "")
    if peer is None:
        return ""
    if is_near(peer):
        hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        peer = parsed(hops[-1].strip()) or peer
    return place_of(peer)


def wider(address: str) -> str:
    """Return the network around an address of ``address_of``: its /48 if IPv6, else itself."""
    network = address.removesuffix("/64")
    if network == address:
        return address
    return f"{IPv6Address(int(IPv6Address(network)) >> 80 << 80)}/48"
