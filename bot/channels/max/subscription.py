"""The webhook's subscription: made at every start, looked at every hour, told if it was gone.

MAX ends it by itself after eight hours without a success (dev.max.ru, read 2026-11).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from yarl import URL

from bot.channels.contact import LastContact, untold
from bot.channels.max.calls import MaxCalls
from bot.channels.max.reading.events import CHANNEL, TYPES
from bot.protocol import EventSink
from bot.watch import metrics

WEBHOOK_PATH = "/webhook/max"
ENDED_AFTER = timedelta(hours=8)
WARN_AFTER = timedelta(hours=4)  # of the eight

CatchesUp = Callable[[], Awaitable[None]]

log = structlog.get_logger()


async def urls(calls: MaxCalls) -> list[str]:
    """Return the addresses that updates go to. Raises MaxError, MaxAway."""
    answer = await calls("GET", "/subscriptions")
    return [str(one["url"]) for one in answer["subscriptions"]]


def _with_ascii_host(url: str) -> str:
    """The address as certificates name its host, and as MAX may tell it: a domain in .рф, too."""
    parts = urlsplit(url)
    host, port = URL(url).host_subcomponent or "", f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{host}{port}").geturl()


class Subscription:
    """Our address at MAX. Those of others stay: each gets all updates."""

    def __init__(self, calls: MaxCalls, public_url: str, secret: str, contact: LastContact) -> None:
        self.url = _with_ascii_host(public_url.rstrip("/")) + WEBHOOK_PATH
        self._calls = calls
        self._secret = secret
        self._contact = contact
        self._failing_since: datetime | None = None

    def brought(self) -> None:
        """MAX has brought an update, and it was kept."""
        self._failing_since = None

    def failed(self, now: datetime) -> None:
        """MAX has brought an update that could not be kept."""
        self._failing_since = self._failing_since or now

    async def begin(self, inbox: EventSink, now: datetime, catch_up: CatchesUp) -> None:
        """Subscribe at a start, and tell it if we were away too long. Raises as ``look``."""
        since = await self._contact.last(inbox)
        if self.url in await urls(self._calls):
            await self._renew()
            return
        await catch_up()
        if since is not None and now - since >= ENDED_AFTER:
            await self._begin_again(inbox, now, since)
        else:
            await self._renew()

    async def _renew(self) -> None:
        body = {"url": self.url, "update_types": list(TYPES), "secret": self._secret}
        await self._calls("POST", "/subscriptions", body=body)

    async def look(self, inbox: EventSink, now: datetime, catch_up: CatchesUp) -> None:
        """Subscribe again if we are not any more, and tell it. Raises MaxError, MaxAway, Unavailable.

        ``catch_up`` takes what came while nobody was subscribed.
        """
        if self._failing_since and now - self._failing_since >= WARN_AFTER:
            log.error("max_unsubscribes_soon", failing_since=self._failing_since.isoformat())
        if self.url in await urls(self._calls):
            metrics.reached(CHANNEL)
            await self._contact.made(inbox, now)
            return
        since = await self._contact.last(inbox)
        await catch_up()
        await self._begin_again(inbox, now, since)

    async def _begin_again(self, inbox: EventSink, now: datetime, since: datetime | None) -> None:
        log.error("max_subscription_gone", hint="subscribing again")
        await self._renew()
        if not self._contact.is_gap(since, now):  # which is told by itself
            mark = f"unsubscribed:{now.date().isoformat()}"
            await inbox.tell_gap(CHANNEL, mark, untold, since=since)
        await self._contact.made(inbox, now)
