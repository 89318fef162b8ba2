"""The pages of the web chat: the resident's chat, the staff room, its login, and both at once."""

from typing import Any
from urllib.parse import urlencode

import structlog
from aiohttp import web

from bot.channels.web.doors.guesses import Guesses
from bot.channels.web.doors.limits import address_of
from bot.channels.web.doors.newcomers import Newcomers
from bot.channels.web.doors.sessions import ADMIN, Sessions, clean_name
from bot.channels.web.events import STAFF, Visitor
from bot.channels.web.look.assets import Prepared
from bot.channels.web.look.site import Look
from bot.channels.web.look.words import menu_of, page_words
from bot.channels.web.sockets import Lines
from bot.http.bodies import form_in
from bot.http.server import policy
from config.settings import Settings
from config.texts import Texts
from handlers.web_access import site_of

NO_STORE = {"Cache-Control": "no-store"}
CODES = ("place", "topic", "start")  # with which a poster or a link opens the chat
MAX_FORM = 8 * 1024  # of the login

log = structlog.get_logger()


class Pages:
    """Renders and answers the pages."""

    def __init__(
        self,
        settings: Settings,
        texts: Texts,
        look: Look,
        sessions: Sessions,
        guesses: Guesses,
        lines: Lines,
        newcomers: Newcomers,
    ) -> None:
        self._settings = settings
        self._texts = texts
        self._sessions = sessions
        self._guesses = guesses
        self._lines = lines
        self._newcomers = newcomers
        self._look = look
        residents = self._chat_of("residents", "resident")
        # By whether the browser has been here: a newcomer reads the greeting before any script.
        headers = NO_STORE | {"Content-Security-Policy": policy(settings.web_embed)}
        self._chats = {
            known: Prepared.of(look.render("chat.html", **residents | {"is_known": known}), headers)
            for known in (True, False)
        }

    async def desk(self, request: web.Request) -> web.StreamResponse:
        """Show the resident's chat and the staff room side by side, or go to the one that is on."""
        if "code" in request.query:
            return await self._link(request, "/")
        if self._settings.web_chat_on and _codes(request):
            return redirect(f"/chat?{urlencode(_codes(request))}")
        if not self._settings.staff_on_web:
            return redirect("/chat")
        if not self._settings.web_chat_on:
            return redirect("/staff")
        return self._page("desk.html")

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Show the resident's chat; only the cookie of this answer opens it again."""
        known = self._sessions.has_token(request)
        response = self._chats[known].answer(request)
        address = address_of(request)
        if await self._sessions.welcome(
            request, response, lambda: self._newcomers.may_look(address)
        ):
            return response
        log.warning("web_too_many_look")
        why = self._texts("web-too-many-guests", url=self._settings.formal_url)
        busy = self._page("told.html", 429, title="web-busy-title", told=why, again="/chat")
        busy.headers["Retry-After"] = "600"
        return busy

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """End a resident's access on this device: its pages close, its cookie opens nothing."""
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        response = redirect("/chat/left")
        if visitor := await self._sessions.leave(request, response):
            await self._lines.end_chat(visitor.chat, visitor.browser)
        return response

    async def left(self, _request: web.Request) -> web.StreamResponse:
        """Tell the resident that they have left, and show the way to begin again."""
        told = self._texts("web-left-about")
        page = self._page("told.html", title="web-left-title", told=told, again="/chat")
        page.headers["Content-Security-Policy"] = policy(self._settings.web_embed)
        return page

    async def erased(self, _request: web.Request) -> web.StreamResponse:
        """Tell the browser to drop its copies of files.

        A page asks for this once it hears that messages with files were erased.
        """
        return web.Response(status=204, headers={"Clear-Site-Data": '"cache"', **NO_STORE})

    async def staff(self, request: web.Request) -> web.StreamResponse:
        """Show the staff room, or its login."""
        if "code" in request.query:
            return await self._link(request, "/staff")
        visitor = await self._sessions.visitor(request, staff=True)
        if visitor is None:
            return self._login(request)
        audience = "admins" if visitor.account == ADMIN else "staff"
        room = self._chat_of(audience, visitor.account, visitor.name, room=STAFF)
        return self._page("chat.html", **room)

    async def admin(self, request: web.Request) -> web.StreamResponse:
        """Show the room of admins, or the way to it."""
        visitor = await self._sessions.of_chat(request, ADMIN)
        if visitor is None:
            return redirect("/staff")
        room = self._chat_of("admins", visitor.account, visitor.name, room=ADMIN)
        return self._page("chat.html", **room)

    async def _link(self, request: web.Request, then: str) -> web.StreamResponse:
        """Show a button that uses the code of a link: browsers may fetch links ahead.

        An employee who is logged in needs no code, and the code stays unused.
        """
        as_admin = request.query.get("as") == ADMIN
        visitor = await self._sessions.visitor(request, staff=True)
        if visitor and _is_enough(visitor, as_admin):
            return redirect(then)
        code, address = request.query["code"][:100], address_of(request)
        if not await self._guesses.may_try(address):
            return self._login(request, 429, problem="web-login-wait")
        if not await self._sessions.may_log_in(request, code):
            self._guesses.wrong(address)
            return self._login(request, problem="web-login-link-old")
        return self._login(request, code=code, as_admin=as_admin, desk=then == "/")

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """Log an employee in, by a code that was typed or by the button of a link with one."""
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        address = address_of(request)
        form = await form_in(request, MAX_FORM)
        name = clean_name(form.get("name", ""))
        if not await self._guesses.may_try(address):
            return self._login(request, 429, problem="web-login-wait", name=name)
        response = redirect("/" if form.get("then") == "desk" else "/staff")
        if await self._sessions.log_in(request, response, form.get("code", ""), name):
            return response
        log.warning("web_login_refused")
        visitor = await self._sessions.visitor(request, staff=True)
        if visitor and _is_enough(visitor, form.get("as") == ADMIN):
            return response  # the code was used before, by this browser
        if self._guesses.wrong(address):
            return self._login(request, 429, problem="web-login-wait", name=name)
        return self._login(request, 403, problem="web-login-wrong", name=name)

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """Log an employee out; the open pages of the session go back to the login."""
        if not self._sessions.cookies.is_same_origin(request):
            raise web.HTTPForbidden
        visitor = await self._sessions.visitor(request, staff=True)
        response = redirect("/staff")
        await self._sessions.log_out(request, response)
        if visitor:
            await self._lines.end_session(visitor.session)
        return response

    def _login(
        self,
        request: web.Request,
        status: int = 200,
        *,
        problem: str = "",
        name: str = "",
        code: str = "",
        as_admin: bool = False,
        desk: bool = False,
    ) -> web.Response:
        response = self._page(
            "login.html",
            status,
            problem=self._texts(problem) if problem else "",
            name=name,
            code=code,
            as_admin=ADMIN if as_admin else "",
            then="desk" if desk else "",
        )
        self._sessions.show_door(request, response)
        return response

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Answer with a script, a style sheet or the icon."""
        found = self._look.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return found.answer(request)

    def _chat_of(
        self, audience: str, account: str, name: str = "", room: str = "chat"
    ) -> dict[str, Any]:
        """Return what the template of a chat page shows to one of ``audience``."""
        return {
            "room": room,
            "account": account,
            "name": name,
            "menu": menu_of("room of admins" if room == ADMIN else audience),
            "page": page_words(self._texts, audience),
            "is_known": True,
        }

    def _page(self, template: str, status: int = 200, **context: Any) -> web.Response:
        html = self._look.render(template, **context)
        return web.Response(text=html, status=status, content_type="text/html", headers=NO_STORE)


def _codes(request: web.Request) -> dict[str, str]:
    return {name: request.query[name][:200] for name in CODES if name in request.query}


def address_with(settings: Settings, code: str) -> str:
    """Return the address that opens the chat with the code of a place or a topic."""
    name = "place" if code.startswith("p-") else "topic"
    return f"{site_of(settings)}/?{name}={code[2:]}"


def missing_page(look: Look) -> str:
    """Return the page for an unknown address."""
    return look.render("missing.html")


def _is_enough(visitor: Visitor, as_admin: bool) -> bool:
    return not as_admin or visitor.account == ADMIN


def redirect(to: str) -> web.Response:
    """Return an answer that leads the browser to ``to`` with a GET."""
    return web.Response(status=303, headers=NO_STORE | {"Location": to})
