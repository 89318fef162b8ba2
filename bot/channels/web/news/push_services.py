"""The push services of browsers' makers: each wakes a browser of its own, and reads no word of ours.

A knock has no content. The browser that hears it asks us what is new, with the resident's cookie.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from bot.files.public_addresses import NotPublic, check_public, public_session

if TYPE_CHECKING:
    from bot.channels.web.news.vapid import Vapid

# Whose names a proxy of the installation may look up. Others are asked without one.
MAKERS = ("googleapis.com", "mozilla.com", "windows.com", "apple.com", "yandex.net", "yandex.ru")
LONGEST = 1000  # signs of an endpoint; they have about 200
TIMEOUT = aiohttp.ClientTimeout(total=15)
SIGNED_FOR = 12 * 3600  # seconds; RFC 8292 allows a day
# A browser that is off for longer hears nothing; the answer stands in the chat. Of several knocks
# it hears the last.
HEADERS = {"TTL": str(7 * 24 * 3600), "Urgency": "normal", "Topic": "news", "Content-Length": "0"}
GONE = (404, 410)  # RFC 8030, 7.3
REFUSED = (400, 401, 403, 413)  # not ours: it was made for another key


class Knock(Enum):
    """The outcome of a knock."""

    HEARD = "heard"
    LATER = "later"
    NEVER = "never"  # this browser is told nothing any more


def is_endpoint(address: str) -> bool:
    """Whether ``address`` may be one of a push service: public, by HTTPS, at its usual port."""
    if not (address.isascii() and address.isprintable()):
        return False
    try:
        url = URL(address)
        check_public(url, MAKERS)
    except (ValueError, NotPublic):
        return False
    return len(address) <= LONGEST and url.port == 443 and not url.user and not url.password


class PushServices:
    """Knocks at push services. ``may_ask`` says which addresses are asked."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        may_ask: Callable[[str], bool] = is_endpoint,
        session: Callable[[aiohttp.ClientTimeout], aiohttp.ClientSession] = public_session,
    ) -> None:
        self._clock = clock
        self._session = session
        self.may_ask = may_ask

    def open(self) -> aiohttp.ClientSession:
        """Return a session for knocks; the caller closes it."""
        return self._session(TIMEOUT)

    async def knock(self, client: aiohttp.ClientSession, vapid: "Vapid", endpoint: str) -> Knock:
        """Let the browser with that endpoint know that there is news."""
        if not self.may_ask(endpoint):
            return Knock.NEVER
        until = int(self._clock().timestamp()) + SIGNED_FOR
        signed = {"Authorization": vapid.header(str(URL(endpoint).origin()), until)}
        try:
            async with client.post(
                endpoint, headers=HEADERS | signed, allow_redirects=False
            ) as response:
                status = response.status
        except NotPublic:
            return Knock.NEVER
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return Knock.LATER
        if status in GONE or status in REFUSED:
            return Knock.NEVER
        return Knock.HEARD if 200 <= status < 300 else Knock.LATER
