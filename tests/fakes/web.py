"""People who use the real web chat of a running bot: the client side, over HTTP and WebSocket."""

import asyncio
import hashlib
import io
import itertools
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

import aiohttp
import pytest
import yarl

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

STAFF, ADMIN = "staff", "admin"
GivesCode = Callable[[], Awaitable[str]]  # a one-time code of the staff room


async def given_cookie(url: str, address: str = "127.0.0.1") -> str:
    """The resident's cookie that a new browser of that address is given, as ``name=value``."""
    async with (
        aiohttp.ClientSession(headers={"X-Forwarded-For": address}) as http,
        http.get(f"{url}/chat") as response,
    ):
        assert response.status == 200
        [cookie] = [one for name, one in response.cookies.items() if "resident" in name]
        return f"{cookie.key}={cookie.value}"


def solved(task: str, bits: int) -> str:
    """A number whose SHA-256 with the task begins with so many bits of zero."""
    most = 1 << (256 - bits)
    for number in itertools.count():
        digest = hashlib.sha256(f"{task}:{number}".encode()).digest()
        if int.from_bytes(digest) < most:
            return str(number)
    raise AssertionError


async def no_code() -> str:
    """For people of whom none is an employee."""
    raise AssertionError("nobody gives codes here")


class WebPeople(FakeMessenger):
    """Everybody who has a page of the bot at ``url`` open.

    A person who acts in the room ``staff`` logs in there under their name, with a code of their own:
    ``give_code`` makes a one-time code.
    Everything is sent ``twice``, as a page does that lost its line before the acknowledgement; with
    ``late`` once more after what the page sends next.
    ``url`` may be changed while the bot is down: the pages come back there.
    """

    channel = "web"

    def __init__(self, url: str, give_code: GivesCode = no_code, *, twice: bool = True) -> None:
        super().__init__()
        self.url = url
        self.give_code = give_code
        self.twice = twice
        self.late = False
        self.public_url = url  # as links name it
        self.patience = 20.0  # seconds that they wait for an acknowledgement or a page
        self.edited: dict[str, str] = {}  # of a message, when it was last seen edited
        self._pages: dict[tuple[str, str], Page] = {}

    @property
    def staff_room(self) -> Room:
        return self.room(STAFF)

    def person(self, account: str, name: str = "Анна") -> "WebPerson":
        return WebPerson(
            self, account, name, self.room(self.private_room_id(account), private=True)
        )

    def employee(self, name: str) -> "WebPerson":
        """Someone in the staff room, who acts and sees there unless told otherwise."""
        return WebPerson(self, name, name, self.staff_room)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def start(self) -> None:
        """Pages open when somebody acts or looks."""

    async def stop(self) -> None:
        for page in self._pages.values():
            await page.close()
        self._pages.clear()

    async def page(self, person: Person, room: Room) -> "Page":
        """The person's page of that room, opened where it is not."""
        key = (person.account, name_of(room))
        if key not in self._pages:
            page = self.new_page(person, room)
            if page.name == ADMIN:  # one login opens both rooms
                await page.joins(await self.page(person, self.staff_room))
            self._pages[key] = page
        await self._pages[key].open()
        return self._pages[key]

    def new_page(self, person: Person, room: Room) -> "Page":
        return Page(self, person, room)

    def comes_with(self, person: Person) -> dict[str, str]:
        """Headers of all requests of that person, as of a proxy in between."""
        return {}

    async def say(self, person: Person, room: Room, text: str, reply_to: str) -> Shown:
        page = await self.page(person, room)
        return await page.says(text, reply_to, [])

    async def follow(self, person: Person, link: str) -> None:
        """The page opens, and tells the code of its address as ``start.js`` does."""
        code = "p-" + code_in(link, f"{self.public_url}/", "place")
        page = await self.page(person, person.room)
        await page.does({"type": "start", "code": code})

    async def press(self, person: Person, room: Room, shown: Shown, button: ShownButton) -> None:
        page = await self.page(person, room)
        await page.does({"type": "press", "payload": button.payload, "message": shown.id})

    async def send_files(
        self, person: Person, room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None:
        page = await self.page(person, room)
        refs = await page.uploads(files)
        if refs:
            await page.says(caption, reply_to, refs)

    async def send_place(self, person: Person, room: Room, lat: float, lon: float) -> None:
        page = await self.page(person, room)
        await page.does({"type": "place", "lat": lat, "lon": lon})

    async def send_unreadable(self, person: Person, room: Room, what: str) -> None:
        pytest.skip(f"the web chat has no {what}")

    async def block(self, person: Person) -> None:
        pytest.skip("nobody can block the web chat")


class WebPerson(Person):
    """Someone at a browser."""

    messenger: WebPeople

    async def opens(self, room: Room | None = None) -> "Page":
        """Open the page, without a word."""
        return await self.messenger.page(self, room or self.room)

    async def waits_for(
        self,
        room: Room,
        fits: Callable[[Shown], bool],
        *,
        timeout: float = 20,  # noqa: ASYNC109
        wanted: str = "",
    ) -> Shown:
        await self.opens(room)
        return await super().waits_for(room, fits, timeout=timeout, wanted=wanted)


def name_of(room: Room) -> str:
    """The page on which the room is seen."""
    return room.id if room.id in (STAFF, ADMIN) else "chat"


class Page:
    """An open page: logs in, comes back after a lost line, sends again what was not acknowledged."""

    def __init__(self, people: WebPeople, person: Person, room: Room) -> None:
        self.people = people
        self.person = person
        self.room = room
        self.name = name_of(room)
        self.hidden: set[str] = set()  # of messages that a colleague alone may read
        # A browser behind a public address speaks HTTPS; here nothing stands in between.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[yarl.URL(people.url)])
        self.http = aiohttp.ClientSession(cookie_jar=jar, headers=people.comes_with(person))
        self.unsent: dict[str, dict[str, Any]] = {}
        self._repeats = Repeats()
        self._done: dict[str, asyncio.Future[str]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.ready = asyncio.Event()
        self._edited = ""  # edits were seen up to then
        self._living: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def joins(self, other: "Page") -> None:
        """Be a page of the same browser."""
        await self.http.close()
        self.http = other.http

    @property
    def headers(self) -> dict[str, str]:
        return {"Origin": self.people.url}

    async def open(self) -> None:
        """Load the page (the login first, for an employee) and wait until its history is there."""
        async with self._opening:
            async with asyncio.timeout(self.people.patience):
                while self._living is None:
                    try:
                        await self._load()
                    except aiohttp.ClientError:  # nobody there: people load it again
                        await asyncio.sleep(0.2)
                    else:
                        self._living = asyncio.create_task(self._live())
        async with asyncio.timeout(self.people.patience):
            await self.ready.wait()

    async def close(self) -> None:
        if self._living:
            self._living.cancel()
            with suppress(asyncio.CancelledError):
                await self._living
        await self.http.close()

    async def loses_line(self) -> None:
        """The network goes; the page comes back by itself."""
        self.ready.clear()
        if self._socket:
            await self._socket.close()

    async def says(self, text: str, reply_to: str, refs: list[str]) -> Shown:
        message = await self.does(
            {"type": "say", "text": text, "reply_to": reply_to, "files": refs}
        )
        return self.room.message(message)

    async def does(self, act: dict[str, Any]) -> str:
        """Send until acknowledged; the id of the message (of the notice where it was refused)."""
        frame = act | {"id": uuid.uuid4().hex}
        self.unsent[frame["id"]] = frame
        done = self._done[frame["id"]] = asyncio.get_running_loop().create_future()
        people = self.people
        for copy in self._repeats.of(frame, twice=people.twice, late=people.late):
            await self.send(copy)
        async with asyncio.timeout(self.people.patience):
            message: str = await done
        return message

    async def uploads(self, files: tuple[Upload, ...]) -> list[str]:
        """Upload files; their refs, none where they were refused (the page tells why)."""
        form = aiohttp.FormData(quote_fields=False)  # names in UTF-8, as browsers do
        for file in files:
            form.add_field(
                "file", io.BytesIO(file.content), filename=file.name, content_type=file.mime
            )
        url = f"{self.people.url}/files?room={self.name}"
        async with self.http.post(url, data=form, headers=self.headers) as response:
            answer = await response.json()
        if "error" in answer:
            await self._notice(answer["error"])
            return []
        return [file["ref"] for file in answer["files"]]

    async def file(self, message: str, index: int) -> bytes:
        url = f"{self.people.url}/files/{message}/{index}"
        async with self.http.get(url) as response:
            return await response.read() if response.ok else b""

    async def _load(self) -> None:
        url = f"{self.people.url}/{self.name}"
        if self.name == STAFF:
            form = {"code": await self.people.give_code(), "name": self.person.name}
            async with self.http.post(url, data=form, headers=self.headers) as response:
                assert response.status == 200, f"the staff room is closed: {response.status}"
        else:
            async with self.http.get(url) as response:
                assert response.status == 200

    async def _live(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, ConnectionError):
                url = f"{self.people.url}/ws/{self.name}"
                async with self.http.ws_connect(url, headers=self.headers) as socket:
                    self._socket = socket
                    await self.send({"type": "hello", **self._seen()})
                    for frame in list(self.unsent.values()):
                        await self.send(frame)
                    async for message in socket:
                        await self._hear(message.json())
            await asyncio.sleep(0.05)  # as a page waits before it tries again

    def _seen(self) -> dict[str, Any]:
        """What the page shows, as ``seen`` of log.js tells it."""
        ids = [int(shown.id) for shown in self.room.shown if shown.id.isdecimal()]
        if not ids or not self._edited:
            return {}
        return {
            "first": min(ids),
            "last": max(ids),
            "edited": self._edited,
            "count": len(ids),
        }

    async def send(self, frame: dict[str, Any]) -> None:
        if self._socket and not self._socket.closed:
            with suppress(ConnectionError):
                await self._socket.send_json(frame)

    async def _hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "history":
                await self._catch_up(frame)
            case "message":
                await self._show(frame["message"])
            case "gone":
                gone = {str(one) for one in frame["ids"]}
                self._keep_only({shown.id for shown in self.room.shown} - gone)
                await self.people.changed()
            case "look":
                await self.send({"type": "hello", **self._seen()})
            case "ack":
                self._acknowledged(frame["id"], frame["message"])
            case "refused":
                self._acknowledged(frame["id"], await self._notice(frame["text"]))
            case "work":
                self._working = asyncio.ensure_future(self._work(frame["task"], frame["bits"]))
            case "retry":
                asyncio.get_running_loop().call_later(0.1, self._again, frame["id"])

    async def _catch_up(self, frame: dict[str, Any]) -> None:
        self._edited = frame["now"]
        if frame["reset"]:
            self._keep_only({str(message["id"]) for message in frame["messages"]})
        for message in frame["messages"]:
            await self._show(message)
        self.ready.set()

    async def _work(self, task: str, bits: int) -> None:
        """Do what the server wants to see done first, and send all again."""
        answer = await asyncio.to_thread(solved, task, bits)
        await self.send({"type": "worked", "task": task, "answer": answer})
        for frame in list(self.unsent.values()):
            await self.send(frame)

    def _keep_only(self, ids: set[str]) -> None:
        self.room.shown[:] = [one for one in self.room.shown if one.id in ids]

    def _again(self, frame_id: str) -> None:
        if frame_id in self.unsent:
            self._sending = asyncio.ensure_future(self.send(self.unsent[frame_id]))

    def _acknowledged(self, frame_id: str, message: str) -> None:
        self.unsent.pop(frame_id, None)
        done = self._done.pop(frame_id, None)
        if done and not done.done():
            done.set_result(message)

    async def _notice(self, text: str) -> str:
        """What the page itself tells, not as a message of the chat."""
        shown = Shown(f"notice-{uuid.uuid4().hex[:8]}", "", text)
        await self.people.show(self.room, shown)
        return shown.id

    async def _show(self, message: dict[str, Any]) -> None:
        if message["hidden"]:
            assert [message["text"], message["rows"], message["files"]] == ["", [], []]
            self.hidden.add(str(message["id"]))
            await self.people.changed()
            return
        self.hidden.discard(str(message["id"]))
        shown = Shown(
            id=str(message["id"]),
            author="" if message["bot"] else message["author"],
            text=message["text"],
            buttons=[
                ShownButton(button["label"], button["press"] or button["url"], button["kind"])
                for row in message["rows"]
                for button in row
            ],
            files=[await self.file(str(message["id"]), n) for n, _ in enumerate(message["files"])],
            reply_to=message["reply_to"],
        )
        if message["mine"]:
            shown.author = self.person.account
        known = next((other for other in self.room.shown if other.id == shown.id), None)
        if known is None:
            self.people.edited[shown.id] = message["edited"]
            await self.people.show(self.room, shown)
            return
        if message["mine"]:
            known.author = shown.author
        if message["edited"] > self.people.edited.get(shown.id, ""):
            self.people.edited[shown.id] = message["edited"]
            known.files = shown.files
            if known.becomes(shown.text, shown.buttons):
                known.seq = self.people.next_seq()
            await self.people.changed()
