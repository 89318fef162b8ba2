"""The fake Telegram's HTTP side: the Bot API, files, webhooks, faults to order."""

import asyncio
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.forms import form_of
from tests.fakes.telegram.api import BotApi
from tests.fakes.telegram.spec import TelegramSpec
from tests.fakes.telegram.state import ApiError, Call, StoredFile

HANGS = -1  # in the place of a status
HANGING = "what hangs"
DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
# Parameters that come as JSON in a form.
JSON_PARAMS = (
    "allowed_updates",
    "commands",
    "link_preview_options",
    "media",
    "reply_markup",
    "reply_parameters",
)


@dataclass
class Fault:
    """``status`` 0 drops the connection, HANGS answers nothing; ``after``: once it was carried out."""

    status: int
    description: str
    retry_after: int | None
    body: str | None
    after: bool


class TelegramServer(BotApi):
    """The Bot API over a socket."""

    def __init__(
        self,
        token: str = "4200000001:FAKE-token-of-the-fake-telegram",
        username: str = "mcu_test_bot",
    ) -> None:
        super().__init__(token, username)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.times: list[float] = []  # of those, by the monotonic clock
        self.slowed: list[float] = []  # when an answer asked to wait
        self.violations: list[str] = []
        self.webhook_answers: list[int] = []
        self.webhook_base = ""
        self.webhook_pause = 0.02
        self._port = 0
        self._spec = TelegramSpec.load()
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None
        self._bringing: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Serve; after a ``stop`` on the same port as before."""
        self._closing = False
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._serve_file)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._bringing = asyncio.create_task(self._bring())

    async def stop(self) -> None:
        self._closing = True
        await self.release()
        if self._bringing:
            self._bringing.cancel()
            await asyncio.gather(self._bringing, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()

    def fail_next(
        self,
        method: str,
        status: int = 500,
        description: str = "",
        *,
        retry_after: int | None = None,
        body: str | None = None,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Let the next calls of a method fail.

        ``status`` 0 drops the connection, HANGS leaves it open without an answer until ``release``,
        ``body`` is sent instead of JSON, ``after`` carries the request out first and only loses the
        answer.
        """
        description = description or DESCRIPTIONS.get(status, "Error")
        description = description.format(retry_after=retry_after)
        for _ in range(times):
            self._faults[method].append(Fault(status, description, retry_after, body, after))

    def called(self, method: str) -> list[dict[str, Any]]:
        """Parameters of all calls of a method, in order."""
        return [params for name, params in self.requests if name == method]

    def called_at(self, method: str) -> list[float]:
        """When a method was called."""
        calls = zip(self.requests, self.times, strict=True)
        return [at for (name, _), at in calls if name == method]

    async def go_down(self) -> None:
        """Drop every connection from now on; what is asked meanwhile is counted all the same."""
        self.down = True
        await self.changed()

    async def come_back(self) -> None:
        """Answer again."""
        self.down = False
        await self.changed()

    async def until(self, fits: Callable[[], object], seconds: float = 20) -> None:
        """Wait for something to be so; looked at after each request and each message."""
        async with self._changed, asyncio.timeout(seconds):
            await self._changed.wait_for(fits)

    @property
    def is_pushing(self) -> bool:
        return bool(self.webhook and self._updates)

    @property
    def waiting(self) -> list[dict[str, Any]]:
        """Updates that the bot has not confirmed."""
        return [queued.raw for queued in self._updates]

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        if http.match_info["token"] != self.token:
            return answer(ApiError(401, "Unauthorized"))
        method = http.match_info["method"]
        call, form = await self._read(http)
        if self._spec:
            self.violations += self._spec.check(method, form, call.uploads.keys())
        self._asked(method, call.params)
        await self.changed()
        try:
            response = await self._answer(http, method, call)
            return _dropped(http) if self.down else response
        finally:
            await self.changed()

    async def _answer(self, http: web.Request, method: str, call: Call) -> web.StreamResponse:
        if self.down:
            return _dropped(http)
        faults = self._faults[method]
        fault = faults.popleft() if faults else None
        if fault and not fault.after:
            return await self._fail(http, fault)
        snake = re.sub("(?=[A-Z])", "_", method).lower()
        handler = getattr(self, f"on_{snake}", None)
        if handler is None:
            return answer(ApiError(404, "Not Found: method not found"))
        try:
            result = await handler(call)
        except ApiError as error:
            return answer(error)
        await self.held(method)
        if fault:
            return await self._fail(http, fault)
        return web.json_response({"ok": True, "result": result})

    def _asked(self, method: str, params: dict[str, Any]) -> None:
        self.requests.append((method, params))
        self.times.append(time.monotonic())

    async def _fail(self, http: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status == HANGS:
            self.hold(HANGING)
            await self.held(HANGING)
        if fault.status in {0, HANGS}:
            return _dropped(http)
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body)
        if fault.retry_after is not None:
            self.slowed.append(time.monotonic())
        more = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
        return answer(ApiError(fault.status, fault.description, **more))

    @staticmethod
    async def _read(http: web.Request) -> tuple[Call, dict[str, str]]:
        uploads: dict[str, StoredFile] = {}
        if http.content_type == "application/json":
            params = await http.json()
            form = {
                name: value if isinstance(value, str) else json.dumps(value)
                for name, value in params.items()
            }
            return Call(
                {name: _as_in_a_form(value) for name, value in params.items()}, uploads
            ), form
        form, files = await form_of(http)
        for name, file in files.items():
            uploads[name] = StoredFile(file.content, "", file.filename, file.mime)
        params = {
            name: json.loads(value) if name in JSON_PARAMS else value
            for name, value in form.items()
        }
        return Call(params, uploads), form

    async def _serve_file(self, http: web.Request) -> web.StreamResponse:
        file = self.files.get(http.match_info["path"].rpartition("/")[2])
        self._asked("file", {"path": http.match_info["path"]})
        if self.down:
            return _dropped(http)
        if http.match_info["token"] != self.token or file is None:
            return answer(ApiError(404, "Not Found"))
        faults = self._faults["file"]
        if faults:
            return await self._fail(http, faults.popleft())
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _bring(self) -> None:
        """Bring updates to the webhook while one is set; again until it says 2xx."""
        async with ClientSession(timeout=ClientTimeout(10)) as client:
            while True:
                async with self._changed:
                    await self._changed.wait_for(
                        lambda: self.webhook and self._updates and not self.down
                    )
                queued = self._updates[0]
                url = self.webhook["url"]
                if self.webhook_base:
                    url = re.sub(r"^https?://[^/]+", self.webhook_base, url)
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]}
                try:
                    async with client.post(url, json=queued.raw, headers=headers) as response:
                        status = response.status
                        called = (
                            await response.json() if response.ok and response.content_length else {}
                        )
                except (ClientError, TimeoutError):
                    status, called = 0, {}
                if 200 <= status < 300 and called:
                    await self._carry_out(called)
                self.webhook_answers.append(status)
                if 200 <= status < 300:
                    self.webhook_error = ""
                    self.confirm(queued)
                else:
                    self.webhook_error = f"Wrong response from the webhook: {status}"
                    await asyncio.sleep(self.webhook_pause)
                await self.changed()

    async def _carry_out(self, called: dict[str, Any]) -> None:
        """A call of the Bot API in the answer to an update; its outcome is told to nobody."""
        method, params = called.pop("method"), called
        self.requests.append((method, params))
        snake = re.sub("(?=[A-Z])", "_", method).lower()
        with suppress(ApiError):
            await getattr(self, f"on_{snake}")(Call(params))


def _dropped(http: web.Request) -> web.Response:
    if http.transport:
        http.transport.abort()
    return web.Response()


def answer(error: ApiError) -> web.Response:
    return web.json_response(error.body, status=error.status)


def _as_in_a_form(value: Any) -> Any:
    """A parameter of a JSON body, as the methods get it from a form: numbers are texts there."""
    return value if isinstance(value, dict | list) else str(value)
