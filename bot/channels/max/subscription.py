"""The webhook's subscription: made at every start, looked at every hour, told if it was gone.

MAX ends it by itself after eight hours without a success (dev.max.ru, read 2026-11).
"""

from datetime import datetime, timedelta

import structlog

from bot.channels.contact import LastContact, untold
from bot.channels.max.calls import MaxCalls
from bot.channels.max.reading.events import CHANNEL, TYPES
from bot.protocol import EventSink
from bot.watch import metrics

WEBHOOK_PATH = "/webhook/max"
WARN_AFTER = timedelta(hours=4)  # of the eight

log = structlog.get_logger()


async def urls(calls: MaxCalls) -> list[str]:
    """Return the addresses that updates go to. Raises MaxError, MaxAway."""
    answer = await calls("GET", "/subscriptions")
    return [str(one["url"]) for one in answer["subscriptions"]]


class Subscription:
    """Our address at MAX. Those of others stay: each gets all updates."""

    def __init__(self, calls: MaxCalls, public_url: str, secret: str, contact: LastContact) -> None:
        self.url = public_url.rstrip("/") + WEBHOOK_PATH
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

    async def renew(self) -> None:
        """Subscribe, or subscribe again. Raises MaxError, MaxAway."""
        body = {"url": self.url, "update_types": list(TYPES), "secret": self._secret}
        await self._calls("POST", "/subscriptions", body=body)

    async def look(self, inbox: EventSink, now: datetime) -> None:
        """Subscribe again if we are not any more, and tell it. Raises MaxError, MaxAway, Unavailable."""
        if self._failing_since and now - self._failing_since >= WARN_AFTER:
            log.error("max_unsubscribes_soon", failing_since=self._failing_since.isoformat())
        if self.url in await urls(self._calls):
            metrics.reached(CHANNEL)
            await self._contact.made(inbox, now)
            return
        log.error("max_subscription_gone", hint="subscribing again")
        mark, since = f"unsubscribed:{now.date().isoformat()}", await self._contact.last(inbox)
        await self.renew()
        await inbox.tell_gap(CHANNEL, mark, untold, since=since)
        await self._contact.made(inbox, now)
