"""How much may come to the web chat from one page, one account, one address; and whose address.

In memory of this process, and bounded: those who came last are remembered.
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

REMEMBERED = 10_000
STAFF_TIMES = 10  # an employee may do so much more than a resident
# An office or a mobile operator has many people behind one address.
ADDRESS_TIMES = 15
FRAMES_TIMES = 10  # a page asks for its history besides
FRAMES_OF_ADDRESS = 3000, 60  # at once, and a second: a thousand pages wonder every 20 s
BAD_COSTS = 50  # frames that one costs which no page of ours sends
FRAMES_OF_ALL = 2000, 500  # beyond that whoever only asks has to wait a little
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
PAGES_SHARE = 3  # where there is room for few, one address gets this part of it
UPLOADS = 4  # at once, of one account
UPLOADS_OF_ADDRESS = 60
DAY = 24 * 3600
BYTES_A_DAY = 500 * 1024 * 1024  # of one account
ADDRESS_BYTES_TIMES = 8  # what is kept is bounded besides: see web_room
# A day, of all behind one address who have not consented: each leaves rows that nobody asked for.
STRANGERS_ACTS = 3_000
SIGNS_OF_AN_ACT = 1_000  # so many more signs count as one more
AROUND_TIMES = 2  # of a /48
LOGINS = 10  # wrong ones of one address at once, and two a minute
LOGINS_OF_ALL = 200  # from then on every answer waits


class Allowances:
    """An allowance for each key: ``most`` at once, ``per_second`` of it comes back."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], datetime]) -> None:
        self._most = most
        self._per_second = per_second
        self._clock = clock
        self._buckets: Recent[str, TokenBucket] = Recent(REMEMBERED)

    def is_left(self, key: str, amount: float = 1) -> bool:
        """Whether ``amount`` of it is left."""
        now = self._clock().timestamp()
        return self._of(key, now).level(now) >= amount

    def take(self, key: str, amount: float = 1) -> bool:
        """Use ``amount``; False if there is not so much left, and nothing was used."""
        now = self._clock().timestamp()
        bucket = self._of(key, now)
        if bucket.level(now) < amount:
            return False
        bucket.take(amount, now)
        self._buckets.note(key, bucket)
        return True

    def charge(self, key: str, amount: float) -> None:
        """Use ``amount`` of it, or all that is left."""
        now = self._clock().timestamp()
        bucket = self._of(key, now)
        bucket.take(amount, now, lowest=0)
        self._buckets.note(key, bucket)

    def _of(self, key: str, now: float) -> TokenBucket:
        return self._buckets.get(key) or TokenBucket.full(self._most, self._per_second, now)


class Turns:
    """So many at once, and fewer of each key; the others wait for their turn."""

    def __init__(self, most: int, of_each: int) -> None:
        self._all = asyncio.Semaphore(most)
        self._of_each = of_each
        self._own: dict[str, tuple[asyncio.Semaphore, Counter[str]]] = {}

    @asynccontextmanager
    async def one(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it."""
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
    """How many are open at once, by key."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, most: dict[str, int]) -> Iterator[bool]:
        """Hold one of each of these keys, of at most so many; False: one of them has no room."""
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
    """All of them; ``per_minute`` as of every channel (0: no limits but of logins)."""

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
        self._logins = Allowances(LOGINS, LOGINS / 300, clock)
        self._all_logins = Allowances(LOGINS_OF_ALL, LOGINS_OF_ALL / 300, clock)
        self._pages, self._uploads = Held(), Held()

    # Pages

    @contextmanager
    def page(self, visitor: Visitor, address: str) -> Iterator[bool]:
        """Hold a socket open; False: there are too many."""
        most = {"": self._most_pages[""]}
        if not self.off:
            most |= {key_of(visitor): PAGES, f"@{address}": self._most_pages["@"]}
        with self._pages.one(most) as has_room:
            yield has_room

    def takes_request(self, address: str) -> bool:
        """Whether that address may ask for one thing more."""
        return self.off or self._requests.take(address)

    def asks_little(self, address: str) -> bool:
        """Whether it is one of the few things that an address has asked for lately."""
        return self._little.take(address)

    def takes_line_bytes(self, visitor: Visitor, address: str, size: int) -> bool:
        """Whether so much more may come over a socket, of whatever kind of frame."""
        own, of_address = self._line_bytes
        return self.off or (own.take(key_of(visitor), size) and of_address.take(address, size))

    def takes_frame(self, visitor: Visitor, address: str) -> bool:
        """Whether a page may say anything at all; if not, it is no page of ours."""
        self._frames_of_all.take("")
        own = self._frames[visitor.staff]
        return self.off or (own.take(key_of(visitor)) and self._frames_of_address.take(address))

    def bad_frame(self, address: str) -> None:
        """It said what no page of ours says."""
        self._frames_of_address.charge(address, BAD_COSTS)

    @property
    def much_talk(self) -> bool:
        """Whether so many frames come over all that those who do nothing should wait a little."""
        return not (self.off or self._frames_of_all.is_left(""))

    def takes_read(self, visitor: Visitor, address: str) -> bool:
        """Whether a page may ask once more for what was said."""
        own, of_address = self._reads
        return self.off or (own.take(key_of(visitor)) and of_address.take(address))

    def takes_act(self, visitor: Visitor, address: str) -> bool:
        """Whether a person may do one thing more just now."""
        if self.off:
            return True
        return self._acts[visitor.staff].take(key_of(visitor)) and self._of_address.take(address)

    def takes_stranger(self, address: str, signs: int) -> bool:
        """Whether somebody there who has not consented may say so much more today."""
        if self.off:
            return True
        amount = 1 + signs / SIGNS_OF_AN_ACT
        own = self._strangers.take(address, amount)
        return own and self._strangers_around.take(wider(address), amount)

    # Uploads

    @contextmanager
    def upload(self, visitor: Visitor, address: str) -> Iterator[bool]:
        """Take files for a while; False: too many come at once."""
        if self.off:
            yield True
            return
        most = {key_of(visitor): UPLOADS * (1 + visitor.staff), f"@{address}": UPLOADS_OF_ADDRESS}
        with self._uploads.one(most) as has_room:
            yield has_room

    def takes_bytes(self, visitor: Visitor, address: str, size: int) -> bool:
        """Whether so much more of a file may come today."""
        if self.off:
            return True
        own = self._bytes[visitor.staff].take(key_of(visitor), size)
        return own and self._bytes[2].take(address, size)

    # Logins

    def may_log_in(self, address: str) -> bool:
        """Whether that address has not given too many wrong codes lately."""
        return self._logins.is_left(address)

    def wrong_login(self, address: str) -> None:
        """It gave a wrong code."""
        self._logins.take(address)
        self._all_logins.take("")

    @property
    def many_guess(self) -> bool:
        """Whether so many wrong codes come, from wherever, that answers should take their time."""
        return not self._all_logins.is_left("")


def key_of(visitor: Visitor) -> str:
    """A resident, or an employee's browser: several may have one name."""
    return f"staff:{visitor.session}" if visitor.staff else visitor.account


def address_of(request: web.Request) -> str:
    """Whose request it is: the peer, or whom the last proxy took it from.

    X-Forwarded-For is believed where the peer is of this machine or of a private network, and only
    its last hop: what stands before that, anybody may have written. Of IPv6 a whole /64 is one.
    """
    peer = parsed(request.remote or "")
    if peer is None:
        return ""
    if is_near(peer):
        hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        peer = parsed(hops[-1].strip()) or peer
    return place_of(peer)


def wider(address: str) -> str:
    """The network around an address of ``address_of``: a /48 of IPv6, else the address itself."""
    network = address.removesuffix("/64")
    if network == address:
        return address
    return f"{IPv6Address(int(IPv6Address(network)) >> 80 << 80)}/48"
