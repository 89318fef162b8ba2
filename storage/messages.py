"""The words between the rooms: what comes in is an Event, what goes out is a Reply."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, Literal, Self

from storage import bounds
from storage.addresses import Address, ChatMember

FileKind = Literal["photo", "video", "document"]
Tone = Literal["plain", "primary", "good", "bad"]
LINE = 200
# The program before may not know these.
_NEWER = ("anonymous", "cut", "cropped", "also_to", "to_another_bot", "further")
__all__ = ["Address", "ChatMember"]  # words of the rooms, too


@dataclass(frozen=True, slots=True)
class Person:
    """The person who wrote or pressed: an account in a channel, and the name it shows."""

    channel: str
    account: str
    name: str = ""

    def __post_init__(self) -> None:
        """Bound it."""
        _set(self, account=bounds.mark(self.account, bounds.MOST_ID))
        _set(self, name=bounds.words(self.name, bounds.MOST_NAME))


@dataclass(frozen=True, slots=True)
class File:
    """A file in a message that came: not yet fetched, ``ref`` is how its adapter finds it.

    ``ref`` is opaque outside the adapter (a file id, a JSON of ids and links). Empty: a piece of the
    message that could not be read. ``size`` is in bytes, 0 if the messenger does not say.
    ``same`` is the same each time the file comes, empty if there is no such mark.
    """

    kind: FileKind
    ref: str
    name: str = ""
    mime: str = ""
    size: int = 0
    same: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Bound it."""
        _set(self, ref=self.ref if len(self.ref) <= bounds.MOST_REF else "")
        _set(self, same=bounds.mark(self.same, bounds.MOST_ID))
        _set(self, name=bounds.words(self.name, bounds.MOST_FILE_NAME))
        _set(self, mime=bounds.words(self.mime, bounds.MOST_MIME), size=bounds.size(self.size))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read it from an event's JSON; what a newer program added is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (WGS 84), or a text, or both (a named venue)."""

    lat: float | None = None
    lon: float | None = None
    text: str = ""

    def __post_init__(self) -> None:
        """Bound it; a half of a point is none."""
        lat, lon = bounds.degrees(self.lat, 90), bounds.degrees(self.lon, 180)
        whole = lat is not None and lon is not None
        _set(self, lat=lat if whole else None, lon=lon if whole else None)
        _set(self, text=bounds.words(self.text, bounds.MOST_PLACE))


def _set(bounded: object, **values: Any) -> None:
    """Of a frozen one that is just being made."""
    for name, value in values.items():
        object.__setattr__(bounded, name, value)


LOST = File("document", "")  # a piece that could not be read


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a channel, in the words of the handlers.

    ``id`` is unique within the channel and the same when the messenger delivers it again.
    ``press`` is the payload of a pressed button, ``message`` the id of the message that came
    (of the message under which a button was pressed), ``reply_to`` the id it answers and, if
    that is one of our own, ``quoted`` its first line,
    ``album`` joins the parts of one album, ``unreadable`` names what we do not take
    (``sticker``, ``voice`` ...), ``change`` tells of the chat itself:
    ``blocked`` and ``unblocked`` (by the resident), ``moved`` (a group's new id in ``moved_to``),
    ``joined`` (the bot was put into a group), ``left`` (the person is in the group no more).
    ``doors``: whether strangers may come into the group in which it was said, ``doors_why`` how, in
    words; only asked of the messenger for what makes a group a staff chat.
    ``cut``: its text was longer than is taken. ``cropped``: the messenger did not give all of it.
    Pieces that could not be read stand among ``files``, lost.
    ``also_to``: further messages of ours that it answers at once.
    ``anonymous``: an administrator whom the messenger hides: a message is then the group's (or a
    channel's: ``person`` says whose), a press is still the person's own.
    ``to_another_bot``: it answers a message of a bot or community that is not ours now.
    ``further``: an app cut the text of which this is the next piece.
    ``sources``: hashes of the web address it came from, the narrowest first; kept nowhere with it.
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
    cut: bool = False
    cropped: bool = False
    also_to: tuple[str, ...] = ()
    anonymous: bool = False
    to_another_bot: bool = False
    further: bool = False
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Bound all that it brings, before anybody reads it."""
        _set(self, cut=self.cut or len(self.text) > bounds.MOST_TEXT)
        _set(self, text=bounds.words(self.text, bounds.MOST_TEXT))
        _set(self, press=bounds.words(self.press, bounds.MOST_PRESS))
        _set(self, quoted=bounds.words(self.quoted, bounds.LINE))
        _set(self, unreadable=bounds.words(self.unreadable, bounds.MOST_WORD))
        _set(self, doors_why=bounds.words(self.doors_why, bounds.MOST_WHY))
        _set(self, id=bounds.mark(self.id, bounds.MOST_EVENT_ID))
        for name in ("message", "reply_to", "album", "moved_to"):
            _set(self, **{name: bounds.mark(getattr(self, name), bounds.MOST_ID)})
        _set(self, also_to=bounds.marks(self.also_to))
        _set(self, files=self.files[: bounds.MOST_FILES])
        if self.lost == len(self.files) and not (self.text.strip() or self.place or self.press):
            _set(self, unreadable=self.unreadable or "file" if self.files else self.unreadable)
            _set(self, files=())

    @property
    def is_of_group(self) -> bool:
        """Whether the group itself says it: an administrator writes, and nobody is told which."""
        said = self.anonymous and not self.press
        return said and self.person.account == self.address.group.chat

    @property
    def is_command(self) -> bool:
        """Whether its text is a command; a correction of one and a piece of a text are none."""
        return self.text.startswith("/") and not (self.edited or self.further)

    @property
    def member(self) -> ChatMember:
        """The person who wrote or pressed, in the chat in which it happened."""
        return ChatMember(self.address.channel, self.address.chat, self.person.account)

    @property
    def lost(self) -> int:
        """The number of its pieces that could not be read."""
        return sum(not file.ref for file in self.files)

    @property
    def look(self) -> str:
        """A digest of what it shows, of its words and place and of its files: see ``bounds.same_words``."""
        files = [file.same for file in self.files]
        return bounds.digest(self.text.strip(), self.place) + bounds.digest(files)

    def ending_with(self, word: str) -> Self:
        """The same with a word at the end of its text that there was more."""
        return replace(self, text=f"{self.text[: bounds.MOST_TEXT - len(word)].rstrip()}{word}")

    def to_json(self) -> dict[str, Any]:
        """A plain dict that ``from_json`` reads back; so does the program before this one."""
        data = asdict(self) | {"at": self.at.isoformat()}
        del data["sources"]
        for file in data["files"]:
            if not file["same"]:
                del file["same"]  # the program before may not know it
        return {name: value for name, value in data.items() if value or name not in _NEWER}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; what a newer program added is left out."""
        place = data["place"]
        known = {field.name for field in fields(cls)}
        return cls(
            **{
                **{name: value for name, value in data.items() if name in known},
                "address": Address(**data["address"]),
                "person": Person(**data["person"]),
                "at": datetime.fromisoformat(data["at"]),
                "files": tuple(File.from_json(file) for file in data["files"]),
                "place": Place(**place) if place else None,
                "also_to": tuple(data.get("also_to", ())),
            }
        )


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its press comes back as ``Event.press``, or it asks for a location, or opens a URL.

    ``number`` answers the option if buttons do not fit (0: no option).
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
    """The order in which a scarce staff chat is sent messages. From NEW on cards may go in a list."""

    LATER = -1  # a card that stands is changed
    USUAL = 0
    NEW = 1
    URGENT = 2  # a topic with a short deadline
    DANGER = 3  # words of danger to life: before answers in a dialogue


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to a chat. Text is plain: no markup, every adapter shows it literally.

    ``files`` are ids of kept files (storage.files). ``appeal`` ties the sent message to an appeal,
    so that a reply to it finds the appeal. ``card``: the appeal's card in this chat, edited in
    its place; ``fresh``: the card is sent again and is the one that is edited from now on.
    ``under_card``: sent as an answer to that card. ``prompt``: a question to one employee, so a
    reply to it is no message to the resident. ``push``: not the answer to what a person just did;
    dialogue goes before it. ``coalesce``: an unsent reply with the same key
    in the same chat is replaced by this one. ``priority``: what goes first of what is pushed.
    ``late``: its files come after the message they were sent with, so each goes as soon as it is there.
    ``lists``: appeals whose cards this message stands for. ``instead``: the id of the message in
    this chat that becomes this one; if that cannot be, nothing is sent. ``holds``: the condition
    under which it stays true (handlers.appeals.standing); if it has waited and does not hold any
    more, it is not sent. Empty: it is always true.
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
    late: bool = False
    holds: str = ""

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
