"""The fake MAX's HTTP side: the bot API, faults to order, and what was asked of it."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from tests.fakes.max.files import dropped
from tests.fakes.max.messages import Call, TooMany
from tests.fakes.max.methods import MaxMethods
from tests.fakes.max.spec import MaxSpec
from tests.fakes.max.state import ApiError

HANGS = -1  # in the place of a status
HANGING = "what hangs"
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
HALF = '{"message": {"recipient": {"chat_id": 4721'
TOO_MANY = {"code": "too.many.requests", "message": "Too many requests"}
TOO_MANY_WORDS = "too manyrequests"  # as it was seen in place of JSON (pymaxgram, 2026)
# The last part of a path, after what is a name of its own.
NAMES = {"me", "commands", "members", "admins", "actions", "pin", "comments"}
RateForm = Literal["json", "text"]


@dataclass(frozen=True)
class Request:
    """A call as it came."""

    name: str  # POST /messages, GET /chats/{chatId}
    query: Mapping[str, str]
    body: Any
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Fault:
    """``status`` 0 drops the connection, HANGS answers nothing; ``after``: once it was carried out."""

    status: int
    body: Any
    headers: Mapping[str, str]
    after: bool


class MaxServer(MaxMethods):
    """The bot API over a socket; files are on two other ports.

    ``violations``: what the bot asked against the specification, and each time that its token came to
    a host of files. ``own_mistakes``: what the fake itself said against the specification.
    ``rate_form``, ``retry_after``: what a 429 looks like.
    """

    rate_form: RateForm = "json"
    retry_after: int | None = None
    latency = 0.0  # seconds on the way to MAX, before the call is done

    def __init__(self, token: str, account: str, clock: Any) -> None:
        super().__init__(token, account, clock)
        self.requests: list[Request] = []
        self.slowed: list[tuple[float, str]] = []  # when an answer asked to wait, of which chat
        self.own_mistakes: list[str] = []
        self._port = 0
        self._spec = MaxSpec.load()
        self._violations: list[str] = []
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None
        self._pushing: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def violations(self) -> list[str]:
        return self._violations + self.files.violations

    async def start(self) -> None:
        """Serve; after a ``stop`` on the same port as before."""
        self._closing = False
        app = web.Application(client_max_size=8 * 1024**2)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        await self.files.start(self.changed)
        self._pushing = asyncio.create_task(self.push_all())

    async def stop(self) -> None:
        self._closing = True
        await self.release()
        if self._pushing:
            self._pushing.cancel()
            await asyncio.gather(self._pushing, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()
        await self.files.stop()

    # Knobs

    def fail_next(
        self,
        name: str,
        status: int = 500,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Let the next calls of that name (``POST /messages``) fail.

        ``status`` 0 drops the connection, HANGS leaves it open without an answer until ``release``.
        ``body`` is JSON if it is no text; none is the page of a proxy, and for 429 what
        ``rate_form`` says. ``after`` carries the request out first and only loses the answer.
        """
        if status == 429 and body is None:
            body, headers = self._too_many()
        fault = Fault(status, PAGE if body is None else body, headers or {}, after)
        self._faults[name].extend([fault] * times)

    def refuse_next(self, name: str, *, code: str = "", times: int = 1) -> None:
        """Let the next calls say no with status 200, with a ``code`` or without."""
        refusal = {"success": False, "message": "Refused"} | ({"code": code} if code else {})
        self.fail_next(name, 200, refusal, times=times)

    def called(self, name: str) -> list[Any]:
        """The bodies of all calls of that name, in order."""
        return [request.body for request in self.requests if request.name == name]

    def called_at(self, *names: str) -> list[float]:
        """When they were called, by the monotonic clock."""
        return [request.at for request in self.requests if request.name in names]

    async def go_down(self) -> None:
        """Drop every connection from now on; what is asked meanwhile is counted all the same."""
        self.down = self.files.down = True
        await self.changed()

    async def come_back(self) -> None:
        """Answer again."""
        self.down = self.files.down = False
        await self.changed()

    # Serving

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        given = await http.text()
        body = json.loads(given) if given else None
        call = Call(*_named(http.method, http.path), dict(http.query), body)
        self.requests.append(Request(call.name, call.query, body))
        await self.changed()
        if self.latency:
            await asyncio.sleep(self.latency)
        try:
            if self.down:
                return dropped(http)
            response = await self._answer(http, call)
            return dropped(http) if self.down else response
        finally:
            await self.changed()

    async def _answer(self, http: web.Request, call: Call) -> web.StreamResponse:
        if http.headers.get("Authorization") != self.token or "access_token" in http.query:
            return web.json_response(
                {"code": "verify.token", "message": "Invalid access_token"}, status=401
            )
        if self._spec:
            told = self._spec.request(http.method, http.path, call.query, call.body)
            self._violations += told
        faults = self._faults[call.name]
        fault = faults.popleft() if faults else None
        if fault and not fault.after:
            return await self._fail(http, fault)
        status, answer, headers = await self._outcome(call)
        if self._spec and not isinstance(answer, str) and call.name != "GET /updates":
            self.own_mistakes += self._spec.answer(http.method, http.path, status, answer)
        await self.held(call.name)
        return await self._fail(http, fault) if fault else _response(status, answer, headers)

    async def _outcome(self, call: Call) -> tuple[int, Any, Mapping[str, str]]:
        try:
            return 200, await self.carry_out(call), {}
        except TooMany:
            self.slowed.append((time.monotonic(), call.query.get("chat_id", "")))
            return 429, *self._too_many()
        except ApiError as error:
            return error.status, error.body, {}
        except (LookupError, TypeError, ValueError):
            return 400, {"code": "proto.payload", "message": "Can't deserialize body"}, {}

    def _too_many(self) -> tuple[Any, Mapping[str, str]]:
        wait = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return TOO_MANY if self.rate_form == "json" else TOO_MANY_WORDS, wait

    async def _fail(self, http: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status == HANGS:
            self.hold(HANGING)
            await self.held(HANGING)
        if fault.status in {0, HANGS}:
            return dropped(http)
        if fault.status == 429:
            self.slowed.append((time.monotonic(), http.query.get("chat_id", "")))
        return _response(fault.status, fault.body, fault.headers)

    async def queue(self, raw: Any) -> None:
        """As elsewhere; what the fake makes itself is to be as the specification says."""
        if self._spec:
            self.own_mistakes += self._spec.wrong("Update", raw)
        await super().queue(raw)

    async def queue_odd(self, raw: Any) -> None:
        """Bring an update that the specification does not know."""
        await super().queue(raw)


def _response(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    if not isinstance(body, str):
        return web.json_response(body, status=status, headers=headers)
    kind = {"<": "text/html", "{": "application/json"}.get(body[:1], "text/plain")
    return web.Response(status=status, text=body, content_type=kind, headers=headers)


def _named(method: str, path: str) -> tuple[str, tuple[str, ...]]:
    """The call's name and what its path names: ``GET /chats/{chatId}/members/me``, ``("-7",)``."""
    first, *others = path.strip("/").split("/")
    names = {"chats": "{chatId}", "messages": "{messageId}", "videos": "{videoToken}"}
    parts = tuple(word for word in others if word not in NAMES)
    template = [word if word in NAMES else names.get(first, word) for word in others]
    return f"{method} /{'/'.join([first, *template])}", parts
