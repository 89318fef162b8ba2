"""A fake VK: its API, long poll, Callback API and upload servers over a real socket."""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.forms import form_of
from tests.fakes.messenger import (
    FakeMessenger,
    Person,
    Repeats,
    Room,
    Shown,
    ShownButton,
    Upload,
    code_in,
)
from tests.fakes.vk import execute, spec
from tests.fakes.vk.methods import CHATS_FROM, ApiError, Stored, VkMethods, VkState
from tests.fakes.vk.polling import LongPollServer

HANGS = -1  # in the place of a status
HANGING = "what hangs"
RATE = 20  # calls that one key may make in a second
MOST_TOLD = 3  # attachments, or forwards: of more a bot is told the first only


@dataclass(frozen=True)
class Request:
    """A call as it came."""

    method: str
    parameters: dict[str, str]
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Breakage:
    """What comes in place of an answer: a page of a proxy, or nothing (``status`` 0 or HANGS)."""

    status: int
    body: str
    after: bool


class FakeVk(FakeMessenger):
    """VK for one community. What tests may set stands in ``VkState`` (``fake.state``).

    ``async with FakeVk() as vk`` serves at ``vk.url`` for ``vk.token`` and ``vk.group_id``.
    Updates wait at the long poll; with ``callback_url`` set they are pushed there instead.
    """

    channel = "vk"

    def __init__(self, group_id: int = 77001) -> None:
        super().__init__()
        self.token = "vk1.a.a-token-that-nobody-may-see"
        self.group_id = group_id
        self.secret = "callback-secret"
        self.confirmation = "c0nf1rm"
        self.callback_url = ""
        self.url = ""
        self.state = VkState(group_id)
        self.long_poll = LongPollServer()
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.presses: set[str] = set()
        self.pushes: list[tuple[int, str]] = []  # what the pushes were answered with
        self.twice = False
        self.late = False
        self.latency = 0.0  # seconds on the way to VK, before the call is done
        self.refused_by_rate = 0
        self.tells_execute_errors = True
        self._methods = VkMethods(self, self.state)
        self._failing: dict[str, deque[int]] = defaultdict(deque)
        self._breaking: dict[str, deque[Breakage]] = defaultdict(deque)
        self.down = False
        self.expired_links_lead_to_a_page = False
        self._times: deque[float] = deque()
        self._numbers = itertools.count(456_239_001)
        self._events = itertools.count(1)
        self._messages: dict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(1))
        self._repeats = Repeats()
        self._unpushed = 0
        self._pushing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._pusher: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    # Knobs

    def fail_next(self, method: str, code: int, times: int = 1) -> None:
        """Refuse the next calls of a method with an error code of VK."""
        self._failing[method].extend([code] * times)

    def drop_next(self, method: str, *, after: bool = False) -> None:
        """Close the connection of the next call, before or after it has done its work."""
        self.break_next(method, 0, after=after)

    def break_next(
        self, method: str, status: int, body: str = "", *, times: int = 1, after: bool = False
    ) -> None:
        """Answer the next calls with a page and its status; before or after their work is done.

        ``status`` 0 drops the connection, HANGS leaves it open without an answer until ``release``.
        """
        self._breaking[method].extend([Breakage(status, body, after)] * times)

    def expire_links(self, *, page: bool = False) -> None:
        """Answer 403, or a ``page``, to the links that files have now; messages get new ones."""
        self.state.link_age += 1
        self.expired_links_lead_to_a_page = page

    async def go_down(self) -> None:
        """Drop every connection from now on; what is asked meanwhile is counted all the same."""
        self.down = True
        await self.long_poll.wake()
        await self.changed()

    async def come_back(self) -> None:
        """Answer again."""
        self.down = False

    def calls(self, method: str) -> list[dict[str, str]]:
        """The parameters of every call of a method."""
        return [request.parameters for request in self.requests if request.method == method]

    async def until(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Return once that holds of what the fake has been asked and shows."""
        async with self._changed, asyncio.timeout(seconds):
            await self._changed.wait_for(holds)

    # Rooms and people

    def conversation(self, number: int = 1) -> Room:
        """A conversation with the community in it, its id like ``2000000001``."""
        return self.room(str(CHATS_FROM + number))

    def person(self, account: str, name: str = "Анна") -> Person:
        self.state.names[account] = name
        return super().person(account, name)

    def next_message(self, room_id: str) -> str:
        """The next conversation_message_id of a room."""
        return str(next(self._messages[room_id]))

    async def say(self, person: Person, room: Room, text: str, reply_to: str) -> Shown:
        return await self.post(person, room, text=text, reply_to=reply_to)

    async def follow(self, person: Person, link: str) -> None:
        """The dialogue opens; its button «Начать» is the first message, which brings the code."""
        code = code_in(link, f"https://vk.me/club{self.group_id}", "ref")
        begins = {"payload": '{"command":"start"}', "ref": code, "ref_source": ""}
        await self.post(person, person.room, text="Начать", **begins)

    async def press(self, person: Person, room: Room, shown: Shown, button: ShownButton) -> None:
        """Press as a phone does; a button that is not in the keyboard is a forged press."""
        rows = self.state.keyboards.get((room.id, shown.id), {}).get("buttons", [])
        actions = [action["action"] for row in rows for action in row]
        kinds = [a["type"] for a in actions if a.get("payload") == button.payload]
        kind = kinds[0] if kinds else "text" if room.private else "callback"
        if button.kind != "press":
            raise AssertionError(f"{button.label!r} is a {button.kind} button")
        if kind == "text":
            mention = "" if room.private else f"[club{self.group_id}|Город] "
            await self.post(person, room, text=mention + button.label, payload=button.payload)
            return
        press = f"press{next(self._events)}"
        self.presses.add(press)
        pressed = {
            "user_id": int(person.account),
            "peer_id": int(room.id),
            "event_id": press,
            "payload": json.loads(button.payload),
            "conversation_message_id": int(shown.id),
        }
        await self.happens("message_event", pressed)

    async def send_files(
        self, person: Person, room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None:
        attachments = [self.upload(person, file) for file in files]
        await self.post(person, room, text=caption, reply_to=reply_to, attachments=attachments)

    async def send_place(self, person: Person, room: Room, lat: float, lon: float) -> None:
        place = {"title": "Кострома, Россия", "country": "Россия", "city": "Кострома"}
        coordinates = {"latitude": lat, "longitude": lon}
        geo = {"type": "point", "coordinates": coordinates, "place": place}
        await self.post(person, room, geo=geo)

    async def send_unreadable(self, person: Person, room: Room, what: str) -> None:
        voice = {
            "id": 1,
            "owner_id": int(person.account),
            "duration": 3,
            "link_ogg": "",
            "link_mp3": "",
        }
        attachments = {
            "sticker": {"type": "sticker", "sticker": {"sticker_id": 9008, "product_id": 279}},
            "voice": {"type": "audio_message", "audio_message": voice},
        }
        await self.post(person, room, attachments=[attachments[what]])

    async def block(self, person: Person) -> None:
        self.state.blocked_by.add(person.account)
        await self.happens("message_deny", {"user_id": int(person.account)})

    async def allow(self, person: Person) -> None:
        """The person takes messages (again)."""
        self.state.blocked_by.discard(person.account)
        await self.happens("message_allow", {"user_id": int(person.account), "key": ""})

    async def rewrite(self, person: Person, room: Room, shown: Shown, text: str) -> None:
        """The person edits a message of their own."""
        shown.text = text
        message = self._message(person, room, shown) | {"update_time": int(time.time()) + 60}
        whole = self.state.whole.get((room.id, shown.id), {})
        self.state.whole[room.id, shown.id] = whole | message
        await self.happens("message_edit", message)

    async def invite(self, person: Person, room: Room) -> None:
        """The person puts the community into a conversation."""
        action = {"type": "chat_invite_user", "member_id": -self.group_id}
        await self.post(person, room, action=action)

    async def post(
        self, person: Person, room: Room, *, text: str = "", reply_to: str = "", **fields: Any
    ) -> Shown:
        """A message of a person, with any fields of VK's message: geo, attachments, payload."""
        shown = Shown(self.next_message(room.id), person.account, text, reply_to=reply_to)
        await self.show(room, shown)
        message = self._message(person, room, shown) | fields
        # VK tells bots nothing of ids over all chats in conversations.
        message["id"] = int(shown.id) if room.private else 0
        self.state.whole[room.id, shown.id] = message
        told = {"message": cropped(message), "client_info": {"keyboard": True}}
        await self.happens("message_new", told)
        return shown

    async def answer_by_hand(
        self, administrator: Person, room: Room, text: str, reply_to: str = "", **fields: Any
    ) -> Shown:
        """An administrator writes in the community's dialogue: the bot is told who it was."""
        shown = Shown(self.next_message(room.id), "", text, reply_to=reply_to)
        await self.show(room, shown)
        admin = {"admin_author_id": int(administrator.account)}
        await self.tell_sent(room, shown, int(shown.id) + 7, **admin, **fields)
        return shown

    async def tell_sent(self, room: Room, shown: Shown, random_id: int, **fields: Any) -> None:
        """Tell the bot what the community has sent, itself or by hand, if that event is on."""
        if self.state.settings.get("message_reply") != "1":
            return
        sent = {"from_id": -self.group_id, "out": 1, "random_id": random_id, "is_hidden": False}
        message = self._message(None, room, shown) | sent | fields
        self.state.whole[room.id, shown.id] = message
        await self.happens("message_reply", message)

    def _message(self, person: Person | None, room: Room, shown: Shown) -> dict[str, Any]:
        message: dict[str, Any] = {
            "date": int(time.time()),
            "from_id": int(person.account) if person else -self.group_id,
            "peer_id": int(room.id),
            "out": 0,
            "conversation_message_id": int(shown.id),
            "text": shown.text,
            "attachments": [],
            "fwd_messages": [],
        }
        if shown.reply_to:
            replied = room.message(shown.reply_to)
            message["reply_message"] = {
                "conversation_message_id": int(replied.id),
                "from_id": int(replied.author or -self.group_id),
                "text": replied.text,
                "date": int(time.time()),
            }
        return message

    async def happens(self, kind: str, thing: dict[str, Any], **fields: Any) -> None:
        """Queue an update of any kind for the bot."""
        update = {
            "group_id": self.group_id,
            "type": kind,
            "event_id": f"{next(self._events):040x}",
            "v": "5.199",
            "object": thing,
        } | fields
        await self.deliver(update)

    async def deliver(self, update: Any) -> None:
        """Bring an update to the bot as it is.

        With ``twice`` it comes again at once, with ``late`` once more after the next one.
        """
        for copy in self._repeats.of(update, twice=self.twice, late=self.late):
            if self.callback_url:
                self._pushing.put_nowait(copy)
                self._unpushed += 1
            else:
                await self.long_poll.put(copy)

    # Files

    def upload(self, person: Person, file: Upload) -> dict[str, Any]:
        """A person's file, kept by VK; the attachment of a message."""
        kind = {"photo": "photo", "video": "video"}.get(file.kind, "doc")
        stored = self.store(kind, int(person.account), file.name, file.content, key="acce55")
        thing = {"photo": self.photo, "video": self.video, "doc": self.document}[kind](stored)
        return {"type": kind, kind: thing}

    def store(self, kind: str, owner: int, title: str, content: bytes, key: str = "") -> Stored:
        number = next(self._numbers)
        stored = Stored(f"{kind}{owner}_{number}", owner, number, content, title, key or "k3y")
        self.state.stored[stored.name] = self.state.by_number[number] = stored
        return stored

    def photo(self, stored: Stored) -> dict[str, Any]:
        """A photo with a small copy, which has other bytes."""
        url = f"{self.url}/files/{self.state.link_age}/{stored.number}"
        small = {"type": "s", "width": 75, "height": 56, "url": f"{url}?small=1"}
        large = {"type": "w", "width": 1280, "height": 960, "url": url}
        middle = {"type": "x", "width": 604, "height": 453, "url": f"{url}?small=1"}
        return self._thing(stored) | {"album_id": -3, "sizes": [small, large, middle], "text": ""}

    def document(self, stored: Stored) -> dict[str, Any]:
        title, _, extension = stored.title.rpartition(".")
        return self._thing(stored) | {
            "title": stored.title,
            "ext": extension if title else "",
            "size": len(stored.content),
            "type": 1,
            "url": f"{self.url}/files/{self.state.link_age}/{stored.number}",
        }

    def video(self, stored: Stored) -> dict[str, Any]:
        """A video: VK gives bots no address of its bytes."""
        return self._thing(stored) | {"title": stored.title, "duration": 7, "image": []}

    def _thing(self, stored: Stored) -> dict[str, Any]:
        return {
            "id": stored.number,
            "owner_id": stored.owner,
            "access_key": stored.key,
            "date": int(time.time()),
        }

    # The servers

    async def start(self) -> None:
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_post("/method/{method}", self._serve_method)
        app.router.add_get("/longpoll", self._serve_long_poll)
        app.router.add_post("/upload/{field}", self._serve_upload)
        app.router.add_get("/files/{age}/{number}", self._serve_file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = self.state.url = f"http://127.0.0.1:{port}"
        self._pusher = asyncio.create_task(self._push_all())

    async def stop(self) -> None:
        await self.release()
        await self.long_poll.close()
        if self._pusher:
            self._pusher.cancel()
            await asyncio.gather(self._pusher, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()

    async def _serve_method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        parameters, _ = await form_of(request)
        self.requests.append(Request(method, parameters))
        await self.changed()
        await asyncio.sleep(self.latency)
        self.violations += spec.violations(method, parameters)
        broken = self._breakage(method, parameters)
        if not self.down and (broken is None or broken.after):
            try:
                answer = await self._answer(method, parameters)
            except ApiError as refused:
                answer = {"error": self._error(refused, parameters)}
            await self.held(method)
        if self.down:
            return _dropped(request)
        return await self._break(request, broken) if broken else web.json_response(answer)

    def _breakage(self, method: str, parameters: dict[str, str]) -> Breakage | None:
        """What the request meets: a program of ``execute`` what any of its calls would meet."""
        for name in (method, *execute.CALL.findall(parameters.get("code", ""))):
            if self._breaking[name]:
                return self._breaking[name].popleft()
        return None

    async def _break(self, request: web.Request, broken: Breakage) -> web.Response:
        if broken.status == HANGS:
            self.hold(HANGING)
            await self.held(HANGING)
        if broken.status in {0, HANGS}:
            return _dropped(request)
        return web.Response(status=broken.status, text=broken.body, content_type="text/html")

    async def _answer(self, method: str, parameters: dict[str, str]) -> Any:
        if parameters.get("access_token") != self.token:
            raise ApiError(5, "User authorization failed: invalid access_token (4).")
        now = time.monotonic()
        while self._times and now - self._times[0] >= 1:
            self._times.popleft()
        self._times.append(now)
        if len(self._times) > RATE:
            self.refused_by_rate += 1
            raise ApiError(6, "Too many requests per second")
        if method == "execute":
            self._fail_where_told(method)
            answer = await execute.execute(parameters["code"], self._called_in_execute)
            if not self.tells_execute_errors:
                answer.pop("execute_errors", None)
            return answer
        return {"response": await self._carry_out(method, parameters)}

    async def _called_in_execute(self, method: str, parameters: dict[str, str]) -> Any:
        """A call of a program: it counts for the test as any other, and not for the rate."""
        self.requests.append(Request(method, parameters))
        self.violations += spec.violations(method, parameters)
        response = await self._carry_out(method, parameters)
        await self.held(method)
        return response

    async def _carry_out(self, method: str, parameters: dict[str, str]) -> Any:
        self._fail_where_told(method)
        return await self._methods.call(method, parameters)

    def _fail_where_told(self, method: str) -> None:
        if self._failing[method]:
            raise ApiError(self._failing[method].popleft(), "as the test wants it")

    def _error(self, refused: ApiError, parameters: dict[str, str]) -> dict[str, Any]:
        given = [{"key": name, "value": value} for name, value in parameters.items()]
        error = {"error_code": refused.code, "error_msg": str(refused), "request_params": given}
        if refused.code == 14:
            error |= {"captcha_sid": "1", "captcha_img": f"{self.url}/captcha"}
        return error

    async def _serve_long_poll(self, request: web.Request) -> web.Response:
        answer = await self.long_poll.answer(request.query, lambda: self.down)
        if self.down:
            return _dropped(request)
        return web.json_response(answer, content_type="text/javascript")

    async def _serve_upload(self, request: web.Request) -> web.Response:
        if self.down:
            return _dropped(request)
        name = request.match_info["field"]
        _, files = await form_of(request)
        part = files.get(name)
        if part is None:
            raise web.HTTPBadRequest
        ticket = f"ticket{next(self._numbers)}"
        refused = part.filename.endswith((".exe", ".mp3")) or name in self.state.refused_uploads
        if not refused:
            self.state.uploads[ticket] = (part.filename, part.content)
        if name == "photo":
            answer = {"server": 7, "photo": "[]" if refused else ticket, "hash": "hash"}
        else:
            answer = {"error": "no_file"} if refused else {"file": ticket}
        return web.json_response(answer, content_type="text/html")

    async def _serve_file(self, request: web.Request) -> web.Response:
        if self.down:
            return _dropped(request)
        if int(request.match_info["age"]) < self.state.link_age:
            if self.expired_links_lead_to_a_page:
                return web.Response(text="<html>Ссылка устарела</html>", content_type="text/html")
            raise web.HTTPForbidden
        stored = self.state.by_number.get(int(request.match_info["number"]))
        if stored is None:
            raise web.HTTPNotFound
        return web.Response(body=b"small" if "small" in request.query else stored.content)

    # Callback API

    async def confirm(self) -> str:
        """Ask the bot at ``callback_url`` for the confirmation string; what it answers."""
        question = {"type": "confirmation", "group_id": self.group_id}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.callback_url, json=question) as response,
        ):
            return await response.text()

    async def _push_all(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                update = await self._pushing.get()
                while not await self._push(session, update):  # noqa: ASYNC110 - VK pauses too
                    await asyncio.sleep(0.05)
                self._unpushed -= 1
                await self.changed()

    @property
    def is_pushing(self) -> bool:
        return self._unpushed > 0

    async def _push(self, session: aiohttp.ClientSession, update: Any) -> bool:
        body = update | {"secret": self.secret}
        try:
            async with session.post(self.callback_url, json=body) as response:
                self.pushes.append((response.status, await response.text()))
        except aiohttp.ClientError as error:
            self.pushes.append((0, type(error).__name__))
        await self.changed()
        return self.pushes[-1] == (200, "ok")


def cropped(message: dict[str, Any]) -> dict[str, Any]:
    """A message as an update brings it (github.com/negezor/vk-io/issues/536, 2023-03)."""
    left = dict(message)
    for name in ("attachments", "fwd_messages"):
        if len(message.get(name) or ()) > MOST_TOLD:
            left |= {name: message[name][:1], "is_cropped": True}
    left["fwd_messages"] = [cropped(inner) for inner in left.get("fwd_messages") or ()]
    return left


def _dropped(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
