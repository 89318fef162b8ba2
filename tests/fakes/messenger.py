"""What all fake messengers share: rooms, what is shown in them, and people who talk there.

A test is a conversation, the same in every channel::

    anna = telegram.person("42", "Анна")
    await anna.says("/start")
    await anna.presses("Даю согласие")
    shown = await anna.sees("Что случилось?")
"""

import asyncio
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Upload:
    """A file that a person sends. ``kind`` is photo, video or document."""

    content: bytes
    name: str = "photo.jpg"
    mime: str = "image/jpeg"
    kind: str = "photo"


@dataclass(frozen=True)
class ShownButton:
    label: str
    payload: str
    kind: str = "press"  # press, location, url
    tone: str = "plain"  # where the messenger shows it


MOMENTS = itertools.count()


@dataclass
class Shown:
    """A message as its readers see it."""

    id: str
    author: str  # "" is the bot, else the account
    text: str = ""
    buttons: list[ShownButton] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    reply_to: str = ""
    edits: int = 0
    seq: int = 0  # when it was last shown or edited, over the whole messenger
    calls: tuple[str, ...] = ()  # numbers that a press calls, where a channel has such buttons
    alarm: bool = False
    former: list[ShownButton] = field(default_factory=list)  # that an edit took away
    told: list[tuple[int, str]] = field(
        default_factory=list
    )  # all it has said, in the order of all

    def __post_init__(self) -> None:
        self.told.append((next(MOMENTS), self.text))

    def becomes(self, text: str, buttons: list[ShownButton]) -> bool:
        """The bot edits it; return whether its readers have something new to read."""
        is_news = text != self.text or bool(buttons)
        if text != self.text:
            self.told.append((next(MOMENTS), text))
        self.former = [*self.buttons, *self.former]
        self.text, self.buttons, self.edits = text, buttons, self.edits + 1
        return is_news

    def button(self, label: str) -> ShownButton:
        # A phone that has not heard of the edit yet presses what it still shows.
        for button in (*self.buttons, *self.former):
            if label in button.label:
                return button
        labels = [button.label for button in self.buttons]
        raise AssertionError(f"no button {label!r} under {self.text!r}, only {labels}")


@dataclass
class Room:
    """A chat: private (its id is the account of its person), a group, or a topic of one (-1001/17)."""

    id: str
    private: bool
    shown: list[Shown] = field(default_factory=list)

    @property
    def group(self) -> str:
        """The id of the group, whichever topic it is."""
        return self.id.partition("/")[0]

    def message(self, message_id: str) -> Shown:
        return next(shown for shown in self.shown if shown.id == message_id)


class FakeMessenger(ABC):
    """A messenger's servers as far as the bot can tell, in memory."""

    channel: str

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self._seq = 0
        self._changed = asyncio.Condition()
        self._holding: set[str] = set()

    def room(self, room_id: str, *, private: bool = False) -> Room:
        """The room of that id, made where it is not there."""
        return self.rooms.setdefault(room_id, Room(room_id, private))

    def message_in(self, group: str, message_id: str) -> Shown:
        """The message of that id in the group, whichever topic it is in."""
        return next(
            shown
            for room in self.rooms.values()
            for shown in room.shown
            if room.group == group and shown.id == message_id
        )

    def person(self, account: str, name: str = "Анна") -> "Person":
        return Person(self, account, name, self.room(self.private_room_id(account), private=True))

    def private_room_id(self, account: str) -> str:
        return account

    async def show(self, room: Room, shown: Shown) -> None:
        """Put a new message into a room and wake who waits for it."""
        shown.seq = self.next_seq()
        room.shown.append(shown)
        await self.changed()

    async def changed(self) -> None:
        """Tell the waiting that a room changed (also after an edit, with a new ``seq``)."""
        async with self._changed:
            self._changed.notify_all()

    async def until_room(self, holds: Callable[[], object], seconds: float) -> None:
        """Wait until something holds of the rooms. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(holds)

    @property
    def is_pushing(self) -> bool:
        """Whether an update is on its way to a webhook of the bot."""
        return False

    async def until_pushed(self) -> None:
        """Return once nothing is."""
        await self.until_room(lambda: not self.is_pushing, 20)

    def next_seq(self) -> int:
        self._seq += 1
        return self._seq

    # Answers that are slow to come: the work is done, and the bot does not know it yet.

    def hold(self, method: str) -> None:
        """Carry the calls of a method out, but keep their answers back until ``release``."""
        self._holding.add(method)

    async def release(self) -> None:
        """Let all answers go."""
        self._holding.clear()
        await self.changed()

    async def held(self, method: str) -> None:
        """For the servers: return when the answer may go."""
        if method in self._holding:
            async with self._changed:
                await self._changed.wait_for(lambda: method not in self._holding)

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None: ...

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def follow(self, person: "Person", link: str) -> None:
        """The person opens a link of ours that brings a code, as a poster has it."""
        raise AssertionError(f"{self.channel} has no link {link}")

    # What people do; each also shows it in the room and queues the update for the bot.

    @abstractmethod
    async def say(self, person: "Person", room: Room, text: str, reply_to: str) -> Shown: ...

    @abstractmethod
    async def press(
        self, person: "Person", room: Room, shown: Shown, button: ShownButton
    ) -> None: ...

    @abstractmethod
    async def send_files(
        self, person: "Person", room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None: ...

    @abstractmethod
    async def send_place(self, person: "Person", room: Room, lat: float, lon: float) -> None: ...

    @abstractmethod
    async def send_unreadable(self, person: "Person", room: Room, what: str) -> None:
        """``what`` is sticker or voice."""

    @abstractmethod
    async def block(self, person: "Person") -> None:
        """The person blocks the bot: it gets told, and messages to them are refused."""


class Repeats:
    """The copies in which updates come: again at once, and once more after the next one."""

    def __init__(self) -> None:
        self._before: Any = None

    def of(self, update: Any, *, twice: bool, late: bool) -> list[Any]:
        """What comes now: the update, and what is repeated."""
        again = [update] if twice else []
        older = [self._before] if late and self._before is not None else []
        self._before = update
        return [update, *again, *older]


def code_in(link: str, base: str, name: str) -> str:
    """The code of a link that leads to ``base``."""
    there, _, question = link.partition("?")
    assert there == base, link
    [code] = parse_qs(question)[name]
    return code


class Person:
    """Someone with a phone, in one messenger."""

    def __init__(self, messenger: FakeMessenger, account: str, name: str, room: Room) -> None:
        self.messenger = messenger
        self.account = account
        self.name = name
        self.room = room
        self.since = 0

    def _acts(self) -> None:
        self.since = self.messenger.next_seq()

    async def says(
        self, text: str, *, room: Room | None = None, reply_to: Shown | None = None
    ) -> Shown:
        self._acts()
        return await self.messenger.say(
            self, room or self.room, text, reply_to.id if reply_to else ""
        )

    async def presses(
        self, label: str, *, on: Shown | None = None, room: Room | None = None
    ) -> None:
        """Press the button with that label (a part of it is enough), the latest shown or ``on``."""
        room = room or self.room
        if on is None:
            on = await self.waits_for(
                room, lambda shown: any(label in b.label for b in shown.buttons)
            )
        self._acts()
        await self.messenger.press(self, room, on, on.button(label))

    async def sends(
        self,
        *files: Upload,
        caption: str = "",
        room: Room | None = None,
        reply_to: Shown | None = None,
    ) -> None:
        """Send files; several are an album."""
        self._acts()
        await self.messenger.send_files(
            self, room or self.room, files, caption, reply_to.id if reply_to else ""
        )

    async def shares_place(self, lat: float, lon: float) -> None:
        self._acts()
        await self.messenger.send_place(self, self.room, lat, lon)

    async def sends_unreadable(self, what: str) -> None:
        self._acts()
        await self.messenger.send_unreadable(self, self.room, what)

    async def follows(self, link: str) -> None:
        """Open a link of ours that brings a code, as a poster has it."""
        self._acts()
        await self.messenger.follow(self, link)

    async def blocks_bot(self) -> None:
        await self.messenger.block(self)

    async def sees(self, fragment: str, *, room: Room | None = None, timeout: float = 20) -> Shown:  # noqa: ASYNC109
        """The newest message of the bot with that fragment, shown or edited since this person acted."""
        return await self.waits_for(
            room or self.room,
            lambda shown: fragment in shown.text and shown.seq > self.since,
            timeout=timeout,
            wanted=fragment,
        )

    async def sees_file(self, content: bytes, *, room: Room | None = None) -> Shown:
        """The newest message of the bot with a file of those bytes."""
        return await self.waits_for(
            room or self.room, lambda shown: content in shown.files, wanted="a file"
        )

    async def waits_for(
        self,
        room: Room,
        fits: Callable[[Shown], bool],
        *,
        timeout: float = 20,  # noqa: ASYNC109
        wanted: str = "",
    ) -> Shown:
        def newest() -> Shown | None:
            found = [shown for shown in room.shown if not shown.author and fits(shown)]
            return max(found, key=lambda shown: shown.seq, default=None)

        async with self.messenger._changed:
            try:
                async with asyncio.timeout(timeout):
                    while (shown := newest()) is None:
                        await self.messenger._changed.wait()
            except TimeoutError:
                lines = [
                    f"{s.author or 'bot'}: {s.text!r} {[b.label for b in s.buttons]}"
                    for s in room.shown
                ]
                raise AssertionError(f"{wanted!r} was not seen in\n" + "\n".join(lines)) from None
        return shown
