"""The words between the rooms: what comes in is an Event, what goes out is a Reply."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, Literal, Self

FileKind = Literal["photo", "video", "document"]
Tone = Literal["plain", "primary", "good", "bad"]
LINE = 200
UNKEPT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Address:
    """A chat in a channel; as text ``telegram:-1001234567890``."""

    channel: str
    chat: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``channel:chat``; raises ValueError where it is not of that form."""
        channel, colon, chat = text.partition(":")
        if not (channel and colon and chat):
            raise ValueError(f"{text!r} is not of the form channel:chat")
        return cls(channel, chat)

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or pressed: an account in a channel, and the name it shows."""

    channel: str
    account: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file in a message that came: not yet fetched, ``ref`` is how its adapter finds it.

    ``ref`` is opaque outside the adapter (a file id, a JSON of ids and links).
    ``size`` is in bytes, 0 where the messenger does not say.
    """

    kind: FileKind
    ref: str
    name: str = ""
    mime: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (WGS 84), or a text, or both (a named venue)."""

    lat: float | None = None
    lon: float | None = None
    text: str = ""


def first_line(text: str) -> str:
    """As much of a message of ours as says what it is about."""
    return text.partition("\n")[0][:LINE]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a channel, in the words of the handlers.

    ``id`` is unique within the channel and the same when the messenger delivers it again.
    ``press`` is the payload of a pressed button, ``message`` the id of the message that came
    (of the message under which a button was pressed), ``reply_to`` the id it answers and, where
    that is one of our own, ``quoted`` its first line,
    ``album`` joins the parts of one album, ``unreadable`` names what we do not take
    (``sticker``, ``voice`` ...), ``change`` tells of the chat itself:
    ``blocked`` and ``unblocked`` (by the resident), ``moved`` (a group's new id in ``moved_to``),
    ``joined`` (the bot was put into a group), ``left`` (the person is in the group no more).
    ``doors``: whether strangers may come into the group where it was said, ``doors_why`` how, in
    words; only asked of the messenger for what makes a group a staff chat.
    """

    id: str
    address: Address
    person: Person
    at: datetime
    private: bool = True
    text: str = ""
    files: tuple[File, ...] = ()
    place: Place | None = None
    press: str = ""
    message: str = ""
    reply_to: str = ""
    quoted: str = ""
    album: str = ""
    edited: bool = False
    unreadable: str = ""
    change: Literal["", "blocked", "unblocked", "moved", "joined", "left"] = ""
    moved_to: str = ""
    doors: Literal["", "closed", "open"] = ""
    doors_why: str = ""

    def keepable(self) -> Self:
        """The event without characters that no database takes in a text."""
        place = self.place
        texts = (self.text, self.press, self.person.name, place.text if place else "")
        if not any(UNKEPT.search(text) for text in (*texts, *(file.name for file in self.files))):
            return self
        return replace(
            self,
            text=UNKEPT.sub("", self.text),
            press=UNKEPT.sub("", self.press),
            person=replace(self.person, name=UNKEPT.sub("", self.person.name)),
            place=replace(place, text=UNKEPT.sub("", place.text)) if place else None,
            files=tuple(replace(file, name=UNKEPT.sub("", file.name)) for file in self.files),
        )

    def to_json(self) -> dict[str, Any]:
        """A plain dict that ``from_json`` reads back."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        place = data["place"]
        return cls(
            **{
                **data,
                "address": Address(**data["address"]),
                "person": Person(**data["person"]),
                "at": datetime.fromisoformat(data["at"]),
                "files": tuple(File(**file) for file in data["files"]),
                "place": Place(**place) if place else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its press comes back as ``Event.press``, or it asks for a location, or opens a URL.

    ``number`` is what the option may be answered with where buttons do not fit (0: no option).
    """

    label: str
    press: str = ""
    kind: Literal["press", "location", "url"] = "press"
    url: str = ""
    tone: Tone = "plain"
    number: int = 0

    def to_json(self) -> dict[str, Any]:
        """A plain dict of its fields."""
        return {name: getattr(self, name) for name in self.__slots__}


Rows = tuple[tuple[Button, ...], ...]


class Priority(IntEnum):
    """What a scarce staff chat is sent first. From NEW on cards may be gathered in a list."""

    LATER = -1  # a card that stands is changed
    USUAL = 0
    NEW = 1
    URGENT = 2  # a topic with a short deadline
    DANGER = 3  # words of danger to life: before answers in a dialogue


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to a chat. Text is plain: no markup, every adapter shows it literally.

    ``files`` are ids of kept files (storage.files). ``appeal`` ties the sent message to an appeal,
    so that a reply to it finds the appeal. ``card``: the appeal's card in this chat, edited where
    it stands; ``fresh``: the card is sent anew and is the one that is edited from now on.
    ``under_card``: sent as an answer to that card. ``prompt``: a question to one employee, so a
    reply to it is no message to the resident. ``push``: not the answer to what a person just did,
    so it lets dialogue go first. ``coalesce``: an unsent reply with the same key
    in the same chat is replaced by this one. ``priority``: what goes first of what is pushed.
    ``lists``: appeals whose cards this message stands for. ``instead``: the id of the message in
    this chat that becomes this one; where that cannot be, nothing is sent.
    """

    to: Address
    text: str = ""
    rows: Rows = ()
    files: tuple[int, ...] = ()
    appeal: int | None = None
    card: bool = False
    fresh: bool = False
    under_card: bool = False
    prompt: bool = False
    push: bool = False
    coalesce: str = field(default="", compare=False)
    priority: Priority = field(default=Priority.USUAL, compare=False)
    lists: tuple[int, ...] = ()
    instead: str = ""

    def to_json(self) -> dict[str, Any]:
        """A plain dict that ``from_json`` reads back."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "to": {"channel": self.to.channel, "chat": self.to.chat},
            "rows": [[button.to_json() for button in row] for row in self.rows],
            "priority": int(self.priority),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; what a newer program added is left out."""
        known = {field.name for field in fields(cls)}
        return cls(
            **{
                **{name: value for name, value in data.items() if name in known},
                "to": Address(**data["to"]),
                "rows": tuple(tuple(Button(**b) for b in row) for row in data["rows"]),
                "files": tuple(data["files"]),
                "priority": Priority(data.get("priority", Priority.USUAL)),
                "lists": tuple(data.get("lists", ())),
            }
        )

    def and_then(self, text: str) -> Self:
        """The same reply with a further paragraph."""
        return replace(self, text=f"{self.text}\n\n{text}".strip())
