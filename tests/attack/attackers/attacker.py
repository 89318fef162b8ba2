"""What every attacker is: a name, a seed, a pace, and counts of what it did and what it was answered."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import aiohttp

PATIENCE = 20.0  # seconds that an attacker waits for anything
ENDINGS = (".jpg", ".png", ".tiff", ".docx", ".pdf", ".zip", "")
MISTAKE = "сбой нападающего"
MOST_PAUSE = 5.0  # seconds, however calm
LEAVES = 5.0  # seconds to close what it holds
FAILED = (aiohttp.ClientError, OSError, TimeoutError, AssertionError, EOFError)


@dataclass(frozen=True, slots=True)
class Target:
    """Where the replicas listen, and what attackers know of them."""

    ports: tuple[int, ...]
    secure: bool  # pages are behind HTTPS: cookies are named for it
    vk_secret: str = ""  # leaked, so that events of VK can be forged
    telegram_secret: str = ""
    corpus: str = ""  # the folder of the hostile files
    calm: int = 1  # so many times fewer hands and longer pauses

    @property
    def hostile(self) -> list[Path]:
        """All of them, by name."""
        return sorted(Path(self.corpus).iterdir())

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"http://127.0.0.1:{port}" for port in self.ports)

    @property
    def cookie(self) -> str:
        """The name of a resident's cookie."""
        return "__Host-mcu_resident" if self.secure else "mcu_resident"


@dataclass
class Deeds:
    """What an attacker did and what came of it: both by kind, how many times."""

    name: str
    seed: int
    sent: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def as_row(self) -> dict[str, object]:
        """For JSON."""
        return {
            "name": self.name,
            "seed": self.seed,
            "sent": dict(self.sent),
            "answered": dict(self.answered),
        }


class Attacker(ABC):
    """Strikes again and again, ``hands`` at once, until it is stopped or has done ``most``.

    A subclass says in ``name`` (Russian: it stands in the table) what it is.
    """

    name: str
    pause = 0.5  # seconds between two strikes of one hand, about
    hands = 1
    most = 20_000  # strikes

    def __init__(self, target: Target, number: int) -> None:
        self.target = target
        self.number = number  # of the attacker, for addresses and accounts of its own
        self.dice = random.Random(1000 + number)  # noqa: S311 - the same course each time
        self.deeds = Deeds(self.name, 1000 + number)
        self.strikes_made = 0

    async def runs(self, over: asyncio.Event) -> None:
        """Until it is over; a mistake of its own is told among the answers."""
        ready = asyncio.Event()
        tasks = [asyncio.create_task(self._prepares(ready))]
        tasks += [
            asyncio.create_task(self._goes_on(ready))
            for _ in range(max(1, self.hands // self.target.calm))
        ]
        await over.wait()
        await ended(tasks)
        with suppress(*FAILED):
            async with asyncio.timeout(LEAVES):
                await self.leaves()
        for task in tasks:
            if not task.cancelled() and (mistake := task.exception()):
                self.answered(f"{MISTAKE}: {mistake!r}"[:200])

    async def _prepares(self, ready: asyncio.Event) -> None:
        await self.prepares()
        ready.set()

    async def prepares(self) -> None:  # noqa: B027 - most need nothing
        """Make what takes long to make."""

    def hostile(self) -> tuple[str, bytes]:
        """One of the hostile files, under a name that may be right."""
        path = self.dice.choice(self.target.hostile)
        return f"{path.name}{self.dice.choice(ENDINGS)}", path.read_bytes()

    @abstractmethod
    async def strikes(self) -> None:
        """Do it once; what is told of it: ``sent`` and ``answered``."""

    async def leaves(self) -> None:  # noqa: B027 - most hold nothing
        """Close what it holds."""

    def sent(self, what: str, times: int = 1) -> None:
        self.deeds.sent[what] += times

    def answered(self, what: object, times: int = 1) -> None:
        self.deeds.answered[str(what)] += times

    async def _goes_on(self, ready: asyncio.Event) -> None:
        await ready.wait()
        while self.strikes_made < self.most:
            self.strikes_made += 1
            try:
                async with asyncio.timeout(10 * PATIENCE):
                    await self.strikes()
            except FAILED as error:
                self.answered(WORDS.get(type(error).__name__, "соединение оборвано"))
            pause = min(self.pause * self.target.calm, MOST_PAUSE)
            await asyncio.sleep(pause * self.dice.uniform(0.5, 1.5))


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel them until they are done: what is cancelled as its answer comes may go on."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1)


WORDS = {"TimeoutError": "молчание", "AssertionError": "не то, что ждали"}


class WebAttacker(Attacker):
    """One that comes over HTTP, from an address of its own."""

    @cached_property
    def http(self) -> aiohttp.ClientSession:
        """Its connections: from an address of its own, as the bot and a proxy before it see it."""
        connector = aiohttp.TCPConnector(local_addr=(self.peer, 0), limit=0, force_close=True)
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(PATIENCE),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"X-Forwarded-For": self.address},
        )

    @property
    def peer(self) -> str:
        return f"127.0.9.{self.number}"

    @property
    def address(self) -> str:
        return f"203.0.113.{self.number}"

    @property
    def url(self) -> str:
        """Of any replica."""
        return self.dice.choice(self.target.urls)

    async def leaves(self) -> None:
        await self.http.close()

    def made_up(self) -> str:
        """A name, or a cookie's value, that nobody has had before."""
        signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self.dice.choices(signs, k=43))

    async def token(self) -> str:
        """The cookie's value of a new browser; where the bot gives no more, one that is made up."""
        with suppress(*FAILED):
            async with self.http.get(f"{self.url}/chat") as response:
                if cookie := response.cookies.get(self.target.cookie):
                    return cookie.value
        return self.made_up()

    async def headers(self, url: str, token: str = "") -> dict[str, str]:
        """Of a page that says it is of that address."""
        cookie = f"{self.target.cookie}={token or await self.token()}"
        return {"Origin": url, "Cookie": cookie}

    async def uploads(
        self, files: Sequence[tuple[str, bytes]], *, token: str = "", seconds: float = PATIENCE
    ) -> int:
        """Upload files with that cookie, by default a new one; the status. ``seconds``: then hang up."""
        url = self.url
        form = aiohttp.FormData(quote_fields=False)
        for name, content in files:
            form.add_field("file", content, filename=name, content_type="image/jpeg")
        timeout = aiohttp.ClientTimeout(seconds)
        headers = await self.headers(url, token)
        async with self.http.post(
            f"{url}/files?room=chat", data=form, headers=headers, timeout=timeout
        ) as response:
            await response.read()
            return response.status
