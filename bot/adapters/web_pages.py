"""The pages of the web chat: the resident's chat, the staff room and its login, both at once."""

import json
from pathlib import Path

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.adapters.web_lines import Lines
from bot.adapters.web_messages import CHANNEL, STAFF, WEB_LIMITS
from bot.adapters.web_sessions import ADMIN, Sessions, Tokens, WrongTries, clean_name
from config.settings import Settings
from config.texts import Texts

WEB = Path(__file__).parent.parent / "web"
NO_STORE = {"Cache-Control": "no-store"}

PAGE_TEXTS = {
    "start": "web-start",
    "bot": "web-bot",
    "me": "web-me",
    "reply": "web-reply",
    "answering": "web-answering",
    "cancelReply": "web-cancel-reply",
    "sending": "web-sending",
    "unsent": "web-unsent",
    "offline": "web-offline",
    "connecting": "web-connecting",
    "refreshed": "web-refreshed",
    "uploading": "web-uploading",
    "uploadFailed": "web-upload-failed",
    "retry": "web-retry",
    "tooLarge": "web-file-too-large",
    "tooMany": "web-too-many-files",
    "locating": "web-locating",
    "noPlace": "web-no-place",
    "tooLong": "web-text-at-limit",
    "today": "web-today",
    "yesterday": "web-yesterday",
    "noCookie": "web-no-cookie",
}
# These hold a name that only the page knows: it fills in ``{name}``.
PAGE_TEXTS_WITH_NAME = {
    "removeFile": "web-remove-file",
    "photo": "web-photo",
    "download": "web-download",
    "pressed": "web-pressed",
    "unread": "web-unread",
}

log = structlog.get_logger()


class Pages:
    """Renders and answers the pages."""

    def __init__(
        self,
        settings: Settings,
        texts: Texts,
        sessions: Sessions,
        tokens: Tokens,
        tries: WrongTries,
        lines: Lines,
    ) -> None:
        self._settings = settings
        self._texts = texts
        self._sessions = sessions
        self._tokens = tokens
        self._tries = tries
        self._lines = lines
        self._static = frozenset(path.name for path in (WEB / "static").iterdir())
        self._templates = Environment(
            loader=FileSystemLoader(WEB / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._templates.globals["t"] = texts
        self._templates.globals["municipality"] = settings.municipality
        self._templates.globals["for_residents"] = settings.web_chat_on

    async def desk(self, request: web.Request) -> web.StreamResponse:
        """Resident and staff side by side where both are here, else the one that is."""
        if "token" in request.query:
            return await self._log_in(request, request.query["token"], "", "/")
        if self._settings.staff_chat != f"{CHANNEL}:{STAFF}":
            return _redirect("/chat")
        if not self._settings.web_chat_on:
            return _redirect("/staff")
        return self._page("desk.html")

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """The resident's chat; the cookie it gives is all that a resident has."""
        response = self._page("chat.html", room="chat", account="resident", name="", page=self._js)
        self._sessions.welcome(request, response)
        return response

    async def staff(self, request: web.Request) -> web.StreamResponse:
        """The staff room, or its login."""
        if "token" in request.query:
            return await self._log_in(request, request.query["token"], "", "/staff")
        visitor = await self._sessions.visitor(request, staff=True)
        if visitor is None:
            return self._page("login.html", problem="", name="")
        return self._page(
            "chat.html", room="staff", account=visitor.account, name=visitor.name, page=self._js
        )

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """The login form came."""
        if not self._sessions.is_same_origin(request):
            raise web.HTTPForbidden
        form = await request.post()
        name = clean_name(str(form.get("name", "")))
        return await self._log_in(request, str(form.get("token", "")), name, "/staff")

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """An employee leaves; their open pages go back to the login."""
        if not self._sessions.is_same_origin(request):
            raise web.HTTPForbidden
        visitor = await self._sessions.visitor(request, staff=True)
        response = _redirect("/staff")
        await self._sessions.log_out(request, response)
        if visitor:
            await self._lines.end_session(visitor.session)
        return response

    async def _log_in(
        self, request: web.Request, given: str, name: str, then: str
    ) -> web.StreamResponse:
        """Check the token and go on to a page whose address has none.

        Who came by an address with the token in it has given no name.
        """
        address = request.remote or ""
        if self._tries.too_many(address):
            return self._refuse("web-login-wait", name, 429)
        admin = self._tokens.admin.opens(given)
        if not admin and not self._tokens.staff.opens(given):
            self._tries.count(address)
            log.warning("web_login_refused")
            return self._refuse("web-login-wrong", name, 403)
        if not name and request.method == "POST":
            return self._refuse("web-login-nameless", name, 400)
        response = _redirect(then)
        known = await self._sessions.visitor(request, staff=True)
        if known is None or (name and known.name != name) or admin != (known.account == ADMIN):
            name = name or self._texts("web-admin" if admin else "web-employee")
            await self._sessions.log_in(request, response, name, admin=admin)
        return response

    def _refuse(self, problem: str, name: str, status: int) -> web.Response:
        return self._page("login.html", status, problem=self._texts(problem), name=name)

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Scripts, styles, the icon."""
        name = request.match_info["name"]
        if name not in self._static:
            raise web.HTTPNotFound
        return web.FileResponse(WEB / "static" / name, headers={"Cache-Control": "no-cache"})

    def _page(self, template: str, status: int = 200, **context: str) -> web.Response:
        html = self._templates.get_template(template).render(context)
        return web.Response(text=html, status=status, content_type="text/html", headers=NO_STORE)

    @property
    def _js(self) -> str:
        """What the script needs of the texts and limits, as JSON."""
        texts = {name: self._texts(key) for name, key in PAGE_TEXTS.items()}
        texts |= {
            name: self._texts(key, name="{name}") for name, key in PAGE_TEXTS_WITH_NAME.items()
        }
        return json.dumps(
            {"texts": texts, "text": WEB_LIMITS.text, "files": WEB_LIMITS.album},
            ensure_ascii=False,
        )


def _redirect(to: str) -> web.Response:
    return web.Response(status=303, headers=NO_STORE | {"Location": to})
