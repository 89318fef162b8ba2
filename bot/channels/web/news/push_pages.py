"""Answers to a resident's page about news: it is told of it, or left alone, or reads it."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import Allowances
from bot.channels.web.doors.sessions import Sessions
from bot.channels.web.events import CHANNEL, Visitor
from bot.channels.web.news.pushes import Pushes
from bot.http.bodies import form_in
from config.lengths import cut
from config.settings import Settings
from config.texts import Texts
from storage.database import Database
from storage.people import residents
from storage.web import messages, subscriptions

NO_STORE = {"Cache-Control": "no-store"}
MAX_FORM = 8 * 1024
ASKS = 30, 30 / 3600  # of one resident at once, and a second
LATEST = 20  # messages in which news is looked for
SHOWN = 180  # signs of it


class PushPages:
    """Answers what pages and their workers ask about news."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        texts: Texts,
        sessions: Sessions,
        pushes: Pushes,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._settings = settings
        self._texts = texts
        self._sessions = sessions
        self._pushes = pushes
        self._clock = clock
        self._asks = Allowances(*ASKS, clock)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of these pages."""
        return [
            web.get("/chat/push", self.key),
            web.post("/chat/push", self.begin),
            web.post("/chat/push/end", self.end),
            web.get("/chat/news", self.news),
        ]

    async def key(self, _request: web.Request) -> web.StreamResponse:
        """Return the key by which a browser's maker knows us."""
        vapid = await self._pushes.vapid()
        return web.json_response({"key": vapid.public_key}, headers=NO_STORE)

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Tell this browser of news from now on."""
        visitor = await self._asked_by(request)
        endpoint = (await form_in(request, MAX_FORM)).get("endpoint", "")
        if not self._pushes.is_endpoint(endpoint):
            raise web.HTTPBadRequest
        if not self._asks.take(visitor.account):
            raise web.HTTPTooManyRequests

        def work(session: Session) -> bool:
            if not residents.keeps_consent(session, CHANNEL, visitor.account):
                return False
            subscriptions.keep(session, visitor.account, visitor.browser, endpoint, self._clock())
            return True

        async with self._database.begin() as session:
            if not await session.run_sync(work):
                raise web.HTTPConflict
        return web.Response(status=204, headers=NO_STORE)

    async def end(self, request: web.Request) -> web.StreamResponse:
        """Tell this browser nothing from now on."""
        visitor = await self._asked_by(request)
        async with self._database.begin() as session:
            await session.run_sync(subscriptions.forget_browser, visitor.account, visitor.browser)
        return web.Response(status=204, headers=NO_STORE)

    async def _asked_by(self, request: web.Request) -> Visitor:
        visitor = None
        if self._sessions.cookies.is_same_origin(request):
            visitor = await self._sessions.visitor(request, staff=False)
        if visitor is None:
            raise web.HTTPForbidden
        return visitor

    async def news(self, request: web.Request) -> web.StreamResponse:
        """Return the latest news of the resident who asks, for a notification."""
        find = await self._sessions.resident(request)

        def read(session: Session) -> dict[str, str]:
            visitor = find(session)
            latest = messages.latest(session, visitor.chat, LATEST) if visitor else ()
            for message in reversed(latest):
                if message.content.get("news") and message.content["text"]:
                    text = cut(" ".join(message.content["text"].split()), SHOWN)
                    return {"text": text, "tag": str(message.id)}
            return {}

        async with self._database.reading() as session:
            news = await session.run_sync(read)
        title = {"title": self._settings.municipality or self._texts("web-chat-title")}
        return web.json_response(title | news, headers=NO_STORE)
