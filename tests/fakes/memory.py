"""A messenger without sockets: people, rooms and the bot's adapter in one, for fast conversations."""

import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp.web import RouteDef

from bot.failures import Blocked, CannotEdit, RetryLater, Undeliverable, Untold
from bot.protocol import EventSink, Finding, Grid, Limits, Part, Rate, Standing
from storage.bounds import first_line
from storage.messages import Address, Event, File, Place
from storage.messages import Person as Author
from tests.fakes.messenger import FakeMessenger, Person, Room, Shown, ShownButton, Upload

ROOMY = Limits(
    text=4096,
    caption=1024,
    label=64,
    payload=64,
    inline=Grid(40, 8, 100),
    keyboard=Grid(40, 8, 100),
    location="keyboard",
    album=10,
)
FAST = Rate(messages_per_second=1000)


class MemoryMessenger(FakeMessenger):
    """Both the messenger and its adapter. Every event is delivered twice, as messengers do.

    ``limits`` are those of private chats, and of groups if ``of_groups`` are no others. Groups have
    negative ids, as in Telegram.
    """

    def __init__(
        self,
        channel: str = "telegram",
        limits: Limits = ROOMY,
        *,
        of_groups: Limits | None = None,
        rate: Rate = FAST,
    ) -> None:
        super().__init__()
        self.channel = channel
        self.limits = limits
        self.of_groups = of_groups or limits
        self.rate = rate
        self.account = ""
        self.polls = True
        self.examines = False
        self.inbox: EventSink | None = None
        self.deaf: set[str] = set()  # rooms that refuse messages
        self.down = False
        self.doors: dict[str, list[str]] = {}  # of rooms that strangers come into: how
        self.outside: set[tuple[str, str]] = set()  # room and account of those who left it
        self.anonymous: set[tuple[str, str]] = set()  # those who write there in its name
        self.tells = True  # of doors and members; without: as if it were away
        self.asked: list[tuple[str, str]] = []  # of whom it was asked whether they are in
        self.ids = itertools.count(1)
        self.contents: dict[str, bytes] = {}
        self.read_file = None
        self.sources: tuple[str, ...] = ()  # of the web address that all come from

    # The messenger

    async def start(self, inbox: EventSink | None = None) -> None:
        self.inbox = inbox

    async def stop(self) -> None:
        return None

    async def bring(self, event: Event) -> None:
        assert self.inbox
        await self.inbox.accept(event)
        await self.inbox.accept(event)

    def event(self, person: Person, room: Room, **what: object) -> Event:
        return replace(
            Event(
                id=f"e{next(self.ids)}",
                address=Address(self.channel, room.id),
                person=Author(self.channel, person.account, person.name),
                at=datetime.now(UTC),
                private=room.private,
                sources=self.sources,
            ),
            **what,  # type: ignore[arg-type]
        )

    async def _came(self, person: Person, room: Room, text: str = "", files: int = 0) -> str:
        shown = Shown(id=str(next(self.ids)), author=person.account, text=text)
        await self.show(room, shown)
        return shown.id

    async def say(self, person: Person, room: Room, text: str, reply_to: str) -> Shown:
        message = await self._came(person, room, text)
        await self.bring(
            self.event(
                person,
                room,
                text=text,
                message=message,
                reply_to=reply_to,
                quoted=_quoted(room, reply_to),
            )
        )
        return room.message(message)

    async def say_as(
        self, account: str, room: Room, text: str, reply_to: str = "", *, name: str = "Дежурные"
    ) -> Shown:
        """Somebody writes in the name of the group, or of a channel."""
        group = Person(self, account, name, room)
        group._acts()
        message = await self._came(group, room, text)
        event = self.event(group, room, text=text, message=message, anonymous=True)
        await self.bring(replace(event, reply_to=reply_to, quoted=_quoted(room, reply_to)))
        return room.message(message)

    async def edit_as(self, account: str, room: Room, shown: Shown, text: str) -> None:
        """Somebody edits what was written in that name."""
        group = Person(self, account, "Дежурные", room)
        group._acts()
        event = self.event(group, room, text=text, message=shown.id, anonymous=True)
        await self.bring(replace(event, edited=True))

    async def edit_said(self, person: Person, room: Room, shown: Shown, text: str) -> None:
        await self.bring(self.event(person, room, text=text, message=shown.id, edited=True))

    async def press(self, person: Person, room: Room, shown: Shown, button: ShownButton) -> None:
        if button.kind == "location":
            await self.send_place(person, room, 56.32, 44.0)
        elif button.payload:
            await self.bring(self.event(person, room, press=button.payload, message=shown.id))

    async def press_payload(self, person: Person, payload: str, room: Room | None = None) -> None:
        person._acts()
        await self.bring(self.event(person, room or person.room, press=payload, message="1"))

    async def send_files(
        self, person: Person, room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None:
        album = f"album{next(self.ids)}" if len(files) > 1 else ""
        for number, upload in enumerate(files):
            file = self._file(upload)
            message = await self._came(person, room, "" if number else caption)
            await self.bring(
                self.event(
                    person,
                    room,
                    text="" if number else caption,
                    files=(file,),
                    album=album,
                    message=message,
                    reply_to=reply_to,
                    quoted=_quoted(room, reply_to),
                )
            )

    async def edit_files(
        self, person: Person, room: Room, message: str, text: str, *files: Upload
    ) -> None:
        """The message is edited: it has that caption and those files now."""
        those = tuple(self._file(upload) for upload in files)
        what = {"text": text, "files": those, "message": message, "edited": True}
        await self.bring(self.event(person, room, **what))

    def _file(self, upload: Upload) -> File:
        """Its ref is another each time, the mark of the file itself is not."""
        ref = f"ref{next(self.ids)}"
        self.contents[ref] = upload.content
        same = hashlib.sha256(upload.content).hexdigest()[:16]
        size = len(upload.content)
        return File(upload.kind, ref, upload.name, upload.mime, size, same)  # type: ignore[arg-type]

    async def send_place(self, person: Person, room: Room, lat: float, lon: float) -> None:
        message = await self._came(person, room)
        await self.bring(self.event(person, room, place=Place(lat, lon), message=message))

    async def scan(self, person: Person, code: str, text: str = "/start") -> None:
        """A poster or a link with a code leads the person here."""
        person._acts()
        message = await self._came(person, person.room, text)
        event = self.event(person, person.room, text=text, message=message, start=code)
        await self.bring(event)

    async def send_unreadable(self, person: Person, room: Room, what: str) -> None:
        message = await self._came(person, room)
        await self.bring(self.event(person, room, unreadable=what, message=message))

    async def block(self, person: Person) -> None:
        self.deaf.add(person.room.id)
        await self.bring(self.event(person, person.room, change="blocked"))

    async def unblock(self, person: Person) -> None:
        self.deaf.discard(person.room.id)
        await self.bring(self.event(person, person.room, change="unblocked"))

    # The adapter

    def limits_of(self, chat: str) -> Limits:
        return self.of_groups if is_group(chat) else self.limits

    async def receive(self) -> None:
        return None

    def routes(self) -> Sequence[RouteDef]:
        return ()

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        if self.down:
            raise RetryLater("down", 0.05)
        if to.chat in self.deaf:
            raise Undeliverable("closed") if is_group(to.chat) else Blocked("blocked")
        contents = [self.contents.get(a.ref, a.key.encode()) for a in part.attachments]
        shown = Shown(
            id=str(next(self.ids)),
            author="",
            text=part.text,
            buttons=_shown_buttons(part),
            files=contents,
            reply_to=reply_to,
            calls=tuple(number for _, number in part.call.numbers) if part.call else (),
            alarm=part.alarm,
        )
        await self.show(self.room(to.chat), shown)
        return [shown.id]

    async def edit(self, to: Address, message: str, part: Part) -> None:
        try:
            shown = self.message_in(to.group.chat, message)
        except StopIteration:
            raise CannotEdit(message) from None
        if shown.author:
            raise CannotEdit(message)
        shown.alarm = part.alarm
        if shown.becomes(part.text, _shown_buttons(part)):
            shown.seq = self.next_seq()
        await self.changed()

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        yield self.contents[ref]

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        return []

    async def invitation(self, code: str) -> str:
        return f"https://{self.channel}.example/town?start={code}"

    async def ways_in(self, chat: str) -> Sequence[str]:
        if not self.tells:
            raise Untold("away")
        return self.doors.get(chat, [])

    async def standing(self, chat: str, account: str) -> Standing:
        self.asked.append((chat, account))
        await self.changed()
        await self.held("standing")
        if not self.tells:
            raise Untold("away")
        return Standing(
            inside=(chat, account) not in self.outside, anonymous=(chat, account) in self.anonymous
        )

    async def leave(self, person: Person, room: Room, *, told: bool = True) -> None:
        """The person leaves the room, or is put out; ``told``: the messenger says so by itself."""
        self.outside.add((room.id, person.account))
        if told:
            await self.bring(self.event(person, room, change="left"))

    async def close(self) -> None:
        return None


def is_group(chat: str) -> bool:
    return chat.startswith("-")


def _shown_buttons(part: Part) -> list[ShownButton]:
    buttons = [b for row in part.rows for b in row]
    assert all(len(b.press.encode()) <= 64 for b in buttons), json.dumps([b.press for b in buttons])
    return [ShownButton(b.label, b.url or b.press, b.kind, b.tone) for b in buttons]


def _quoted(room: Room, reply_to: str) -> str:
    """The first line of what is answered, where it is the bot's."""
    texts = [s.text for s in room.shown if s.id == reply_to and not s.author]
    return first_line(texts[0]) if texts else ""
