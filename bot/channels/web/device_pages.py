"""The page that opens a resident's chat on one more device, and the codes for it."""

from collections.abc import Callable
from datetime import datetime

import structlog
from aiohttp import web

from bot.channels.web.doors.devices import Devices, NoChatYet, TooManyCodes
from bot.channels.web.doors.guesses import Guesses
from bot.channels.web.doors.limits import address_of
from bot.channels.web.doors.sessions import Sessions
from bot.channels.web.look.site import Look
from bot.channels.web.pages import MAX_FORM, NO_STORE, redirect
from bot.channels.web.qr_code import qr_code
from bot.http.bodies import form_in
from config.texts import Texts
from handlers.web_access import in_groups

PAGE = "/chat/device"

log = structlog.get_logger()


class DevicePages:
    """Answers the page ``/chat/device``, and gives codes to the pages of residents."""

    def __init__(
        self,
        texts: Texts,
        look: Look,
        sessions: Sessions,
        devices: Devices,
        clock: Callable[[], datetime],
    ) -> None:
        self._texts = texts
        self._sessions = sessions
        self._devices = devices
        self._guesses = Guesses(clock)
        self._look = look

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of these pages."""
        return [
            web.get(PAGE, self.show),
            web.post(PAGE, self.join),
            web.post("/chat/device/code", self.give),
        ]

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give the resident who asks a link and a code for another device, as JSON."""
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        visitor = await self._sessions.visitor(request, staff=False)
        if visitor is None:
            raise web.HTTPForbidden
        try:
            code, ends = await self._devices.invite(visitor)
        except TooManyCodes:
            return self._refused("web-device-wait", 429)
        except NoChatYet:
            return self._refused("web-device-no-chat", 409)
        page = f"{request.headers['Origin']}{PAGE}"
        side, path = qr_code(f"{page}?code={code}")
        return web.json_response(
            {
                "link": f"{page}?code={code}",
                "page": page.partition("://")[2],
                "code": in_groups(code),
                "ends": ends.isoformat(),
                "qr": {"side": side, "path": path},
            },
            headers=NO_STORE,
        )

    def _refused(self, why: str, status: int) -> web.Response:
        return web.json_response({"error": self._texts(why)}, status=status, headers=NO_STORE)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a button that uses the code of a link, or a field for a code.

        Browsers and messengers may fetch links ahead, so looking uses nothing.
        """
        given = request.query.get("code", "")[:100]
        if not given:
            return self._page(request)
        address = address_of(request)
        if not await self._guesses.may_try(address):
            return self._page(request, 429, problem="web-login-wait")
        guest = await self._devices.look(request, given)
        if guest.own and guest.own == guest.whose:
            return redirect("/chat")
        if not guest.whose:
            self._guesses.wrong(address)
            return self._page(request, problem="web-device-old")
        return self._page(request, code=given, has_own=bool(guest.own))

    async def join(self, request: web.Request) -> web.StreamResponse:
        """Open the chat by a code that was typed, or by the button of a link with one."""
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        address = address_of(request)
        given = (await form_in(request, MAX_FORM)).get("code", "")
        if not await self._guesses.may_try(address):
            return self._page(request, 429, problem="web-login-wait")
        response = redirect("/chat")
        if await self._devices.join(request, response, given):
            return response
        log.warning("web_device_refused")
        if self._guesses.wrong(address):
            return self._page(request, 429, problem="web-login-wait")
        return self._page(request, 403, problem="web-device-wrong")

    def _page(
        self,
        request: web.Request,
        status: int = 200,
        *,
        code: str = "",
        problem: str = "",
        has_own: bool = False,
    ) -> web.Response:
        html = self._look.render(
            "device.html",
            code=code,
            problem=self._texts(problem) if problem else "",
            has_own=has_own,
        )
        response = web.Response(
            text=html, status=status, content_type="text/html", headers=NO_STORE
        )
        self._sessions.show_door(request, response)
        return response
