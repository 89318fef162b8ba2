"""The words between the rooms: what comes in is an Event, what goes out is a Reply."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Self

from storage import bounds
from storage.addresses import Address, ChatMember
from storage.replies import Button, Call, Priority, Reply, Rows, Tone, known_fields

FileKind = Literal["photo", "video", "document"]
Change = Literal["", "blocked", "unblocked", "moved", "joined", "left", "sees", "blind", "by_hand"]
LINE = 200
# The program before may not know these.
_NEWER = ("anonymous", "cut", "cropped", "also_to", "to_another_bot", "further", "start")
__all__ = [  # words of the rooms, too
    "Address",
    "Button",
    "Call",
    "ChatMember",
    "Priority",
    "Reply",
    "Rows",
    "Tone",
]


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
        return cls(**known_fields(cls, data))


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
    ``joined`` (the bot was put into a group), ``left`` (the person is in the group no more),
    ``sees`` and ``blind`` (an administrator lets the bot read the group's messages, or does not; of
    channels without ``reads_groups``, whenever the messenger tells of the bot's rights there),
    ``by_hand`` (the person answered the resident of this private chat in our name, past the program).
    ``doors``: whether strangers may come into the group in which it was said, ``doors_why`` how, in
    words; only asked of the messenger for what makes a group a staff chat.
    ``cut``: its text was longer than is taken. ``cropped``: the messenger did not give all of it.
    Pieces that could not be read stand among ``files``, lost.
    ``also_to``: further messages of ours that it answers at once.
    ``anonymous``: an administrator whom the messenger hides: a message is then the group's (or a
    channel's: ``person`` says whose), a press is still the person's own.
    ``to_another_bot``: it answers a message of a bot or community that is not ours now.
    ``further``: an app cut the text of which this is the next piece.
    ``start``: the code with which a link or a poster led here, ``bounds.NO_CODE`` if no code of ours
    looks so. Its text is then ``/start``, or the words that came along.
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
    change: Change = ""
    moved_to: str = ""
    doors: Literal["", "closed", "open"] = ""
    doors_why: str = ""
    cut: bool = False
    cropped: bool = False
    also_to: tuple[str, ...] = ()
    anonymous: bool = False
    to_another_bot: bool = False
    further: bool = False
    start: str = ""
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
        _set(self, start=bounds.code(self.start))
        _set(self, files=self.files[: bounds.MOST_FILES])
        if self.lost == len(self.files) and not (self.text.strip() or self.place or self.press):
            _set(self, unreadable=self.unreadable or "file" if self.files else self.unreadable)
            _set(self, files=())

    @property
    def is_of_group(self) -> bool:
        """Whether the group itself says it: an administrator writes, and nobody is told which."""
        said = self.anonymous and not self.press
        return said and self.person.account == self.address.group.chat

    def pressing(self, press: str) -> Self:
        """The press of a button whose label it says: no message of ours was under the finger."""
        return replace(self, press=press, text="", message="")

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
        return cls(
            **{
                **known_fields(cls, data),
                "address": Address(**data["address"]),
                "person": Person(**data["person"]),
                "at": datetime.fromisoformat(data["at"]),
                "files": tuple(File.from_json(file) for file in data["files"]),
                "place": Place(**place) if place else None,
                "also_to": tuple(data.get("also_to", ())),
            }
        )
