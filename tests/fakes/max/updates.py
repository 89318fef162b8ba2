"""How updates go to the bot: kept for its polling by their marker, or pushed to its webhooks."""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.fakes.max.state import MaxState, bad
from tests.fakes.messenger import Repeats

FIRST_MARKER = 9_100_000_000_000_001  # over 2 to the 53rd
DAY = 24 * 3600 * 1000
EIGHT_HOURS = 8 * 3600 * 1000
PAGE = 100  # updates in an answer, since 2026-05-11; of the specification's 1000
LONGEST = 30  # seconds to wait, likewise
POLLS = 2  # a second


@dataclass(frozen=True)
class Queued:
    """An update and its number in the log."""

    number: int
    raw: Any
    at: int


@dataclass(frozen=True)
class Retrying:
    """Pauses between pushes that were not answered with 200: the real ones, in seconds."""

    first: float = 60
    growth: float = 2.5
    tries: int = 10


HASTY = Retrying(0.05, 1, 10_000)  # for towns that live by the real clock


@dataclass
class Subscription:
    """Where updates are pushed to. Without ``types`` all come but new messages."""

    url: str
    secret: str
    types: tuple[str, ...] | None
    time: int
    failing_since: int = 0

    def wants(self, raw: Any) -> bool:
        kind = raw.get("update_type") if isinstance(raw, dict) else None
        return kind != "message_created" if self.types is None else kind in self.types

    @property
    def told(self) -> dict[str, Any]:
        types = {} if self.types is None else {"update_types": list(self.types)}
        return {"url": self.url, "time": self.time} | types


@dataclass(order=True)
class Push:
    """An update on its way to a webhook."""

    due: int
    number: int
    raw: Any = field(compare=False)
    url: str = field(compare=False)
    failed: int = field(compare=False, default=0)


class MaxUpdates(MaxState):
    """The two ways of updates. What tests may set is public.

    ``twice``: each comes again at once. ``late``: each comes once more after the next one.
    ``webhook_base``: where the webhook's host really is.
    """

    twice = False
    late = False
    polls_are_limited = True
    refuses_polls_while_subscribed = False  # 405, as the specification has it; else nothing comes
    webhook_base = ""
    down = False

    def __init__(self, token: str, account: str, clock: Any) -> None:
        super().__init__(token, account, clock)
        self.subscriptions: dict[str, Subscription] = {}
        self.retrying = Retrying()
        self.pushed: list[int] = []  # what pushes were answered with; 0: nobody was there
        self.polls: list[int | None] = []  # the markers that were asked for
        self.refused_by_rate = 0
        self.unsubscribed: list[str] = []
        self._log: deque[Queued] = deque()
        self._markers = count(FIRST_MARKER)
        self._next_marker = next(self._markers)
        self._pushes: list[Push] = []
        self._repeats = Repeats()
        self._polled_at: deque[float] = deque()
        self._closing = False

    # Queueing

    async def queue(self, raw: Any) -> None:
        """Bring an update to the bot, in whatever way it takes them."""
        copies = self._repeats.of(raw, twice=self.twice, late=self.late)
        for copy in copies:
            self._put(json.loads(json.dumps(copy)))
        await self.changed()

    def _put(self, raw: Any) -> None:
        if not self.subscriptions:
            self._keep(raw)
            return
        for subscription in self.subscriptions.values():
            if subscription.wants(raw):
                self._pushes.append(Push(self.now, next(self._numbers), raw, subscription.url))

    def _keep(self, raw: Any) -> None:
        self._log.append(Queued(self._next_marker, raw, self.now))
        self._next_marker = next(self._markers)

    @property
    def waiting(self) -> list[Any]:
        """The updates that the bot has not taken."""
        return [*(one.raw for one in self._log), *(push.raw for push in self._pushes)]

    # Polling

    async def poll(
        self, limit: int, seconds: float, marker: int | None, types: list[str] | None
    ) -> dict[str, Any]:
        """The next updates; a ``marker`` confirms all before it, and none gives all since then."""
        self.polls.append(marker)
        self._forget(marker)
        await self.changed()
        async with self._changed:
            try:
                async with asyncio.timeout(min(seconds, LONGEST)):
                    await self._changed.wait_for(
                        lambda: self._closing or self.down or (self._log and not self.subscriptions)
                    )
            except TimeoutError:
                pass
        self._forget(None)
        if self.subscriptions:
            return {"updates": [], "marker": self._next_marker}
        found = list(self._log)[: min(limit, PAGE)]
        after = found[-1].number + 1 if found else self._next_marker
        raws = [one.raw for one in found]
        return {"updates": [raw for raw in raws if _is_of(raw, types)], "marker": after}

    def polls_too_often(self) -> bool:
        """Whether this is one more than may come in a second."""
        now = time.monotonic()
        while self._polled_at and self._polled_at[0] <= now - 1:
            self._polled_at.popleft()
        if self.polls_are_limited and len(self._polled_at) >= POLLS:
            self.refused_by_rate += 1
            return True
        self._polled_at.append(now)
        return False

    def _forget(self, marker: int | None) -> None:
        """Drop what is confirmed, and what is older than a day."""
        while self._log and (
            (marker is not None and self._log[0].number < marker)
            or self._log[0].at <= self.now - DAY
        ):
            self._log.popleft()

    # Webhooks

    def subscribe(self, body: dict[str, Any]) -> None:
        """Subscribe, or renew a subscription: what is on its way to it stays so."""
        url, types = body["url"], body.get("update_types")
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.port not in (None, 443) or ":443" in url:
            raise bad(f"Invalid webhook url: {url}")
        secret = body.get("secret", "")
        if "secret" in body and not re.fullmatch(r"[A-Za-z0-9_-]{5,256}", secret):
            raise bad("Invalid secret")
        chosen = None if types is None else tuple(types)
        self.subscriptions[url] = Subscription(url, secret, chosen, self.now)

    def unsubscribe(self, url: str) -> None:
        """End it. What was not taken can be polled for, once nobody is subscribed."""
        self.subscriptions.pop(url, None)
        left = [push for push in self._pushes if push.url == url]
        self._pushes = [push for push in self._pushes if push.url != url]
        if not self.subscriptions:
            for push in sorted(left, key=lambda push: push.number):
                self._keep(push.raw)

    async def push_all(self) -> None:
        """Push what is due, one after the other; what fails is due again later."""
        async with ClientSession(timeout=ClientTimeout(LONGEST)) as client:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._pushes and not self.down)
                push = min(self._pushes, default=None)
                if push is None or push.due > self.now:
                    await asyncio.sleep(0.01)  # the clock may be a test's, who tells nobody
                    continue
                await self._push(client, push)
                await self.changed()

    async def _push(self, client: ClientSession, push: Push) -> None:
        subscription = self.subscriptions[push.url]
        status = await self.push_once(client, subscription, push.raw)
        if push not in self._pushes:  # unsubscribed meanwhile
            return
        self._pushes.remove(push)
        if status == 200:
            subscription.failing_since = 0
            return
        subscription.failing_since = subscription.failing_since or self.now
        if self.now - subscription.failing_since >= EIGHT_HOURS:
            self._pushes.append(push)
            self.unsubscribed.append(push.url)
            self.unsubscribe(push.url)
        elif push.failed < self.retrying.tries:
            pause = self.retrying.first * self.retrying.growth**push.failed
            push.due = self.now + int(pause * 1000)
            push.failed += 1
            self._pushes.append(push)

    async def push_once(self, client: ClientSession, subscription: Subscription, raw: Any) -> int:
        """One POST of one update; its status, or 0."""
        url = subscription.url
        if self.webhook_base:
            url = re.sub(r"^https://[^/]+", self.webhook_base, url)
        secret = {"X-Max-Bot-Api-Secret": subscription.secret} if subscription.secret else {}
        try:
            async with client.post(url, json=raw, headers=secret) as response:
                status = response.status
        except (ClientError, TimeoutError):
            status = 0
        self.pushed.append(status)
        return status

    @property
    def is_pushing(self) -> bool:
        return bool(self._pushes)

    async def until(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Wait for something to be so; looked at after each request and each message."""
        await self.until_room(holds, seconds)


def _is_of(raw: Any, types: list[str] | None) -> bool:
    return types is None or (isinstance(raw, dict) and raw.get("update_type") in types)
