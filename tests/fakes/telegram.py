"""Telegram in memory, over a real socket: people and groups on one side, the Bot API on the other.

The bot, as an object or a whole process, is pointed at ``url`` with ``token``.
"""

import asyncio
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.messenger import Person, Room, Shown, ShownButton, Upload
from tests.fakes.telegram_api import (
    ApiError,
    BotApi,
    Call,
    StoredFile,
    units,
    visible,
    without_reply,
)
from tests.fakes.telegram_spec import TelegramSpec

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
RED_SQUARE = (55.7539, 37.6208)


@dataclass
class Fault:
    """``status`` 0 drops the connection; ``after``: only when the request was carried out."""

    status: int
    description: str
    retry_after: int | None
    body: str | None
    after: bool


class FakeTelegram(BotApi):
    """Bot API server, people and groups.

    Knobs: ``fail_next``, ``rate_limited``, ``twice`` (each update comes a second time),
    ``privacy`` and ``admin_in`` (what the bot may read in groups), ``muted_in``, ``kicked_from``,
    ``webhook_base`` (where the webhook's host really is), ``webhook_pause``.
    """

    def __init__(
        self,
        token: str = "4200000001:FAKE-token-of-the-fake-telegram",
        username: str = "mcu_test_bot",
    ) -> None:
        super().__init__(token, username)
        self.requests: list[tuple[str, dict[str, Any]]] = []
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
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, shutdown_timeout=1)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._bringing = asyncio.create_task(self._bring())

    async def stop(self) -> None:
        self._closing = True
        await self.changed()
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

        ``status`` 0 drops the connection, ``body`` is sent instead of JSON, ``after`` carries the
        request out first and only loses the answer.
        """
        description = description or DESCRIPTIONS.get(status, "Error")
        description = description.format(retry_after=retry_after)
        for _ in range(times):
            self._faults[method].append(Fault(status, description, retry_after, body, after))

    def called(self, method: str) -> list[dict[str, Any]]:
        """Parameters of all calls of a method, in order."""
        return [params for name, params in self.requests if name == method]

    async def until(self, fits: Callable[[], object], seconds: float = 20) -> None:
        """Wait for something to be so; looked at after each request and each message."""
        async with self._changed, asyncio.timeout(seconds):
            await self._changed.wait_for(fits)

    @property
    def waiting(self) -> list[dict[str, Any]]:
        """Updates that the bot has not confirmed."""
        return [queued.raw for queued in self._updates]

    # HTTP

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        if http.match_info["token"] != self.token:
            return answer(ApiError(401, "Unauthorized"))
        method = http.match_info["method"]
        call, form = await self._read(http)
        if self._spec:
            self.violations += self._spec.check(method, form, call.uploads.keys())
        self.requests.append((method, call.params))
        try:
            return await self._answer(http, method, call)
        finally:
            await self.changed()

    async def _answer(self, http: web.Request, method: str, call: Call) -> web.StreamResponse:
        faults = self._faults[method]
        fault = faults.popleft() if faults else None
        if fault and not fault.after:
            return self._fail(http, fault)
        snake = re.sub("(?=[A-Z])", "_", method).lower()
        handler = getattr(self, f"on_{snake}", None)
        if handler is None:
            return answer(ApiError(404, "Not Found: method not found"))
        try:
            result = await handler(call)
        except ApiError as error:
            return answer(error)
        if fault:
            return self._fail(http, fault)
        return web.json_response({"ok": True, "result": result})

    @staticmethod
    def _fail(http: web.Request, fault: Fault) -> web.StreamResponse:
        if not fault.status:
            if http.transport:
                http.transport.abort()
            return web.Response()
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body)
        more = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
        return answer(ApiError(fault.status, fault.description, **more))

    @staticmethod
    async def _read(http: web.Request) -> tuple[Call, dict[str, str]]:
        form: dict[str, str] = {}
        uploads: dict[str, StoredFile] = {}
        for name, value in (await http.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                uploads[name] = StoredFile(content, "", value.filename, value.content_type)
            else:
                form[name] = str(value)
        params: dict[str, Any] = {
            name: json.loads(value) if name in JSON_PARAMS else value
            for name, value in form.items()
        }
        return Call(params, uploads), form

    async def _serve_file(self, http: web.Request) -> web.StreamResponse:
        file = self.files.get(http.match_info["path"].rpartition("/")[2])
        self.requests.append(("file", {"path": http.match_info["path"]}))
        if http.match_info["token"] != self.token or file is None:
            return answer(ApiError(404, "Not Found"))
        faults = self._faults["file"]
        if faults:
            return self._fail(http, faults.popleft())
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _bring(self) -> None:
        """Bring updates to the webhook while one is set; again until it says 2xx."""
        async with ClientSession(timeout=ClientTimeout(10)) as client:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self.webhook and self._updates)
                queued = self._updates[0]
                url = self.webhook["url"]
                if self.webhook_base:
                    url = re.sub(r"^https?://[^/]+", self.webhook_base, url)
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]}
                try:
                    async with client.post(url, json=queued.raw, headers=headers) as response:
                        status = response.status
                except (ClientError, TimeoutError):
                    status = 0
                self.webhook_answers.append(status)
                if 200 <= status < 300:
                    self.webhook_error = ""
                    self.confirm(queued)
                else:
                    self.webhook_error = f"Wrong response from the webhook: {status}"
                    await asyncio.sleep(self.webhook_pause)
                await self.changed()

    # What people do

    def user(self, person: Person) -> dict[str, Any]:
        first, _, last = person.name.partition(" ")
        user = {"id": int(person.account), "is_bot": False, "first_name": first}
        return user | ({"last_name": last} if last else {})

    async def say(self, person: Person, room: Room, text: str, reply_to: str) -> Shown:
        if units(text) > 4096:
            raise AssertionError("Telegram's apps cut such a text in two")
        return await self._write(person, room, text, reply_to, {"text": text})

    async def press(self, person: Person, room: Room, shown: Shown, button: ShownButton) -> None:
        if button.kind == "location":
            await self.send_place(person, room, *RED_SQUARE)
        elif button.kind == "press" and not button.payload:
            await self.say(person, room, button.label, "")  # a key below the input field
        elif button.kind == "press":
            await self.press_data(person, room, shown.id, button.payload)

    async def press_data(self, person: Person, room: Room, message: str, data: str) -> str:
        """Press with any data, forged or old; the id of the query."""
        query = f"q{next(self._file_ids)}"
        self._queries.add(query)
        await self.queue(
            callback_query={
                "id": query,
                "from": self.user(person),
                "message": visible(self.messages[room.id, message]),
                "chat_instance": f"i{room.id}",
                "data": data,
            }
        )
        return query

    async def send_files(
        self, person: Person, room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None:
        album = {"media_group_id": str(next(self._file_ids))} if len(files) > 1 else {}
        for n, file in enumerate(files):
            stored = StoredFile(file.content, file.kind, file.name, file.mime)
            text = "" if n else caption
            content = {"caption": text} | album | self.media(self.keep_file(stored))
            await self._write(person, room, text, reply_to, content, [file.content])

    async def send_place(self, person: Person, room: Room, lat: float, lon: float) -> None:
        content = {"location": {"latitude": lat, "longitude": lon}}
        await self._write(person, room, "", "", content)

    async def send_unreadable(self, person: Person, room: Room, what: str) -> None:
        common = {"file_id": f"{what}-1", "file_unique_id": "u1"}
        contents: dict[str, dict[str, Any]] = {
            "voice": common | {"duration": 3},
            "audio": common | {"duration": 3},
            "contact": {"phone_number": "+70000000000", "first_name": "Иван"},
            "dice": {"emoji": "🎲", "value": 4},
            "sticker": common
            | {"type": "regular", "width": 512, "height": 512}
            | {"is_animated": False, "is_video": False},
        }
        await self._write(person, room, "", "", {what: contents[what]})

    async def block(self, person: Person) -> None:
        self.blocked.add(person.account)
        await self._membership(person, person.room, "member", "kicked")

    async def unblock(self, person: Person) -> None:
        self.blocked.discard(person.account)
        await self._membership(person, person.room, "kicked", "member")

    async def invite(self, person: Person, room: Room) -> None:
        """The person puts the bot into a group."""
        self.kicked_from.discard(room.id)
        await self._membership(person, room, "left", "member")

    async def forward(self, person: Person, text: str, files: tuple[Upload, ...] = ()) -> None:
        """The person forwards a channel's post to the bot."""
        channel = {"id": -1009, "type": "channel", "title": "Новости города"}
        origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 7}
        content: dict[str, Any] = {"forward_origin": origin, ("caption" if files else "text"): text}
        for file in files[:1]:
            stored = StoredFile(file.content, file.kind, file.name, file.mime)
            content |= self.media(self.keep_file(stored))
        await self._write(person, person.room, text, "", content)

    async def edit(self, person: Person, room: Room, shown: Shown, text: str) -> None:
        """The person edits a message of their own."""
        message = self.messages[room.id, shown.id]
        message |= {
            "text" if "text" in message else "caption": text,
            "edit_date": int(time.time()),
        }
        shown.text, shown.edits, shown.seq = text, shown.edits + 1, self.next_seq()
        await self.queue(edited_message=visible(message))

    async def say_as_group(self, person: Person, room: Room, text: str) -> Shown:
        """An anonymous administrator writes: Telegram hides who."""
        stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        content = {"text": text, "sender_chat": self.chat(room), "from": stand_in}
        return await self._write(person, room, text, "", content)

    async def migrate(self, room: Room) -> Room:
        """The group becomes a supergroup under a new id; its messages stay behind."""
        new = self.room(f"-100{room.id.lstrip('-')}")
        self.moved[room.id] = new.id
        owner = {"id": 1, "is_bot": False, "first_name": "Owner"}
        gone = self.new_message(room, owner, migrate_to_chat_id=int(new.id))
        await self.queue(message=gone)
        here = self.new_message(new, owner, migrate_from_chat_id=int(room.id))
        await self.queue(message=here)
        return new

    async def _membership(self, person: Person, room: Room, old: str, new: str) -> None:
        await self.queue(
            my_chat_member={
                "chat": self.chat(room),
                "from": self.user(person),
                "date": int(time.time()),
                "old_chat_member": self.membership(old),
                "new_chat_member": self.membership(new),
            }
        )

    async def _write(
        self,
        person: Person,
        room: Room,
        text: str,
        reply_to: str,
        content: dict[str, Any],
        files: list[bytes] | None = None,
    ) -> Shown:
        if room.private:
            self.met.add(room.id)
        answered = self.messages.get((room.id, reply_to))
        reply = {"reply_to_message": without_reply(answered)} if answered else {}
        sender = content.pop("from", None) or self.user(person)
        message = self.new_message(room, sender, **content, **reply)
        shown = Shown(
            id=str(message["message_id"]),
            author=person.account,
            text=text,
            files=files or [],
            reply_to=reply_to,
        )
        await self.show(room, shown)
        if self._bot_reads(room, message):
            await self.queue(message=visible(message))
        return shown

    def _bot_reads(self, room: Room, message: dict[str, Any]) -> bool:
        """In privacy mode a bot gets a group's commands and answers to its own messages only."""
        if room.private or not self.privacy or room.id in self.admin_in:
            return room.id not in self.kicked_from
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        return str(message.get("text")).startswith("/") or bool(answered == self.bot_id)


def answer(error: ApiError) -> web.Response:
    return web.json_response(error.body, status=error.status)
