"""The web chat's frames, and the events that they become: pure."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from bot.protocol import Grid, Limits, Rate
from storage.bounds import first_line
from storage.messages import Address, Event, File, Person, Place
from storage.tables import WebMessage

CHANNEL = "web"
STAFF = "staff"

WEB_LIMITS = Limits(
    text=20_000,
    caption=20_000,
    label=100,
    payload=255,
    inline=Grid(rows=40, columns=3, buttons=200),
    keyboard=None,
    location="inline",
    album=10,
    album_buttons=True,
)
RESIDENT_LIMITS = replace(WEB_LIMITS, shows_presses=True)
WEB_RATE = Rate(messages_per_second=1000)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person at a page: a resident in a chat of their own, or an employee in the staff room.

    ``session`` is of an employee, or of a further device of a resident's; 0 for the browser in which
    a resident began. ``browser`` tells a resident's devices apart.
    """

    account: str
    name: str
    staff: bool
    session: int
    browser: str = ""
    among_admins: bool = False  # in their own room

    @property
    def chat(self) -> str:
        """The only chat that they take part in."""
        return STAFF if self.staff and not self.among_admins else self.account

    @property
    def person(self) -> Person:
        """The visitor, as events name a person."""
        return Person(CHANNEL, self.account, self.name)


# A page makes the ids of what it sends, so that what it sends again is known.
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,36}$")]
YEARS = Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(9000, 1, 1, tzinfo=UTC))
Edited = Annotated[AwareDatetime, YEARS]
MessageId = Annotated[str, StringConstraints(pattern=r"^\d{0,18}$")]
RowId = Annotated[int, Field(ge=0, lt=2**63)]


def _or_none(value: Any) -> str:
    return value if isinstance(value, str) and value.isdecimal() and len(value) <= 18 else ""


class Hello(BaseModel):
    """The page has connected; it shows the messages ``first`` to ``last``, edits up to ``edited``.

    ``count`` is the number of these messages; 0 comes from an older page, which counts none.
    """

    type: Literal["hello"]
    first: RowId = 0
    last: RowId = 0
    edited: Edited | None = None
    count: RowId = 0


class Older(BaseModel):
    """The page wants the messages before the message ``before``."""

    type: Literal["older"]
    before: RowId


class Ping(BaseModel):
    """The page asks whether its connection is still alive."""

    type: Literal["ping"]


class Worked(BaseModel):
    """The page has done the task that it was given: see ``proof_of_work``."""

    type: Literal["worked"]
    task: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    answer: Annotated[str, StringConstraints(pattern=r"^\d{1,12}$")]


class Said(BaseModel):
    """The person sends a text, files that were uploaded before (their refs), or both.

    A ``reply_to`` that is no message's id answers nothing: that costs no words.
    """

    type: Literal["say"]
    id: ClientId
    text: str = ""
    reply_to: Annotated[MessageId, BeforeValidator(_or_none)] = ""
    files: Annotated[tuple[str, ...], Field(max_length=WEB_LIMITS.album)] = ()


class Pressed(BaseModel):
    """The person presses the button with ``payload`` under ``message``."""

    type: Literal["press"]
    id: ClientId
    payload: Annotated[str, StringConstraints(min_length=1, max_length=WEB_LIMITS.payload)]
    message: MessageId


class Corrected(BaseModel):
    """The person puts other words in place of those of ``message``, which is theirs."""

    type: Literal["edit"]
    id: ClientId
    text: str
    message: MessageId


class Shared(BaseModel):
    """The person shares their place."""

    type: Literal["place"]
    id: ClientId
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Started(BaseModel):
    """The page was opened by a link or a poster with a ``code``: see ``Event.start``."""

    type: Literal["start"]
    id: ClientId
    code: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Named(BaseModel):
    id: ClientId


Act = Said | Corrected | Pressed | Shared | Started
Frame = Annotated[Hello | Older | Ping | Worked | Act, Field(discriminator="type")]
FRAME: TypeAdapter[Hello | Older | Ping | Worked | Act] = TypeAdapter(Frame)


def not_understood(data: str, text: str) -> dict[str, str]:
    """Return the answer to a frame that is not understood.

    By the id of an act, if there is one, the page gives the person back what they wrote.
    """
    try:
        named = _Named.model_validate_json(data).id
    except ValidationError:
        named = ""
    return {"type": "refused", "id": named, "text": text}


def plain(text: str) -> str:
    """Return the text without spaces around it, and without signs that no database keeps."""
    return text.replace("\0", "").strip()


def origin(visitor: Visitor, client_id: str) -> str:
    """Return the key of a person's message: the same if the page sends it again."""
    return f"in:{visitor.account}:{client_id}"


def event_id(visitor: Visitor, client_id: str) -> str:
    """Return the id of an act: the same if the page sends it again.

    The id is logged and kept for long, so it names nobody.
    """
    whose = blake2b(f"{visitor.chat} {visitor.account}".encode(), digest_size=12).hexdigest()
    return f"{whose}:{client_id}"


def former_id(visitor: Visitor, client_id: str) -> str:
    """Return the id that the program before this one gave to an act.

    To be removed once no such program can have answered an act that still comes again.
    """
    return f"{visitor.account}:{client_id}"


def to_event(visitor: Visitor, act: Act, kept: WebMessage | None, now: datetime) -> Event:
    """Return the event of an act; ``kept`` is the message that it became, if any."""
    return Event(
        id=event_id(visitor, act.id),
        address=Address(CHANNEL, visitor.chat),
        person=visitor.person,
        at=kept.at if kept and not isinstance(act, Corrected) else now,
        private=visitor.chat != STAFF,
        text=_words(act, kept),
        files=_files(kept) if kept else (),
        place=Place(act.lat, act.lon) if isinstance(act, Shared) else None,
        press=act.payload if isinstance(act, Pressed) else "",
        message=act.message if isinstance(act, Pressed) else str(kept.id) if kept else "",
        reply_to=kept.content.get("reply_to", "") if kept else "",
        quoted=_quoted(kept.content) if kept else "",
        edited=isinstance(act, Corrected),
        start=act.code if isinstance(act, Started) else "",
    )


def _words(act: Act, kept: WebMessage | None) -> str:
    if isinstance(act, Started):
        return "/start"
    return kept.content["text"] if kept and isinstance(act, Said | Corrected) else ""


def _files(kept: WebMessage) -> tuple[File, ...]:
    return tuple(
        File(file["kind"], file["ref"], file["name"], file["mime"], file["size"])
        for file in kept.content.get("files", ())
    )


def _quoted(content: dict[str, Any]) -> str:
    return first_line(content["quote"]["text"]) if content.get("quotes_bot") else ""


def is_picture(mime: str) -> bool:
    """Whether a page may show the file in place: every browser draws it, and it runs no script."""
    return mime in ("image/jpeg", "image/png", "image/gif", "image/webp")
