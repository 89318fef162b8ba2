"""The entrance of the site: each request has to be within limits, and waits for its turn."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.channels.web.doors.limits import WebLimits, address_of, wider
from bot.channels.web.doors.sessions import Sessions
from bot.http.turnstile import Asker, Turnstile
from config.texts import Texts

Asked = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()


class Entrance:
    """Lets a request in if its address is within limits and its turn has come."""

    def __init__(self, limits: WebLimits, sessions: Sessions, texts: Texts) -> None:
        self._limits = limits
        self._sessions = sessions
        self._texts = texts
        self._turnstile = Turnstile()

    def within_limits(self, handler: Asked, *, waits: bool) -> Asked:
        """Return ``handler`` behind the entrance; with ``waits`` it also waits for a turn."""

        async def answer(request: web.Request) -> web.StreamResponse:
            address = address_of(request)
            if not self._limits.takes_request(address):
                log.warning("web_asks_too_much")
                raise web.HTTPTooManyRequests(headers={"Retry-After": "60", "Connection": "close"})
            if waits and not self._limits.off and not await self._has_turn(request, address):
                told = self._texts("web-later")
                raise web.HTTPServiceUnavailable(text=told, headers={"Retry-After": "10"})
            return await handler(request)

        return answer

    def close(self) -> None:
        """Stop giving turns."""
        self._turnstile.close()

    async def _has_turn(self, request: web.Request, address: str) -> bool:
        place = wider(address)
        if self._sessions.is_known(request):
            asker = Asker.KNOWN
        else:
            asker = Asker.MODEST if self._limits.asks_little(place) else Asker.PRESSING
        return await self._turnstile.enter(place, asker)
