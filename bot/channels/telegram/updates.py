"""Telegram's updates, as far as they are read.

These models have the fields that ``bot.channels.telegram.events`` asks for, and leave out the rest.
aiogram's models have them all: reading one takes ten times as long, and an update whose unread part
is newer than the library is refused. What is required here is what nothing can be said without: a
piece that is not as Telegram describes it is left out (``read_update``), and the rest is read.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError


class _Read(BaseModel):
    """A part of an update. https://core.telegram.org/bots/api, read 2026-11."""

    model_config = ConfigDict(extra="ignore")


class User(_Read):
    """A person or a bot."""

    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name or ''}".strip()


class Chat(_Read):
    """A private chat, a group or a channel."""

    id: int
    type: str = ""
    title: str | None = None


class Media(_Read):
    """A file of any kind, and a photo in one of its sizes (in pixels)."""

    file_id: str
    file_unique_id: str = ""
    file_size: int | None = None  # bytes
    file_name: str | None = None
    mime_type: str | None = None
    width: int = 0
    height: int = 0


class Location(_Read):
    """A point in degrees."""

    latitude: float
    longitude: float


class Venue(_Read):
    """A point with a name."""

    location: Location
    title: str = ""
    address: str = ""


class Origin(_Read):
    """The origin of a forwarded message; ``sender_user`` wrote it, if that is shown."""

    sender_user: User | None = None


class Answered(_Read):
    """The message that another one answers."""

    message_id: int
    from_user: User | None = Field(None, alias="from")
    text: str | None = None
    caption: str | None = None
    forum_topic_created: Any = None


class Placed(_Read):
    """The place of a message; ``message_thread_id`` is a topic's number in a topic only."""

    chat: Chat
    message_thread_id: int | None = None
    is_topic_message: bool = False


class Message(Answered, Placed):
    """A message; ``model_extra`` has what is not read, by its names."""

    model_config = ConfigDict(extra="allow")

    message_id: int = 0
    date: int | None = None  # seconds since 1970, like all times here
    sender_chat: Chat | None = None
    author_signature: str | None = None
    is_automatic_forward: bool = False
    edit_date: int | None = None
    reply_to_message: Answered | None = None
    forward_origin: Origin | None = None
    media_group_id: str | None = None
    photo: list[Media] = []
    video: Media | None = None
    animation: Media | None = None
    video_note: Media | None = None
    document: Media | None = None
    location: Location | None = None
    venue: Venue | None = None
    migrate_to_chat_id: int | None = None
    left_chat_member: User | None = None


class PressedMessage(Placed):
    """The message under which a button was pressed; of an old one Telegram tells no topic."""

    message_id: int = 0


class CallbackQuery(_Read):
    """A press of a button."""

    from_user: User | None = Field(None, alias="from")
    message: PressedMessage | None = None
    data: str | None = None


class ChatMember(_Read):
    """Somebody's standing in a chat."""

    status: str
    user: User
    is_member: bool = True


class ChatMemberUpdated(_Read):
    """A change of somebody's standing."""

    chat: Chat
    from_user: User | None = Field(None, alias="from")
    date: int | None = None
    old_chat_member: ChatMember
    new_chat_member: ChatMember


class Update(_Read):
    """One thing that happened; of the kinds that are read it has one at most."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None
    chat_member: ChatMemberUpdated | None = None

    _lost: int = PrivateAttr(0)

    @property
    def lost(self) -> int:
        """The number of pieces of its message that could not be read."""
        return self._lost


# All that Update reads; Telegram sends nothing else.
ALLOWED_UPDATES = tuple(name for name in Update.model_fields if name != "update_id")

# What a message brings; a document or a point also comes under the second name.
_PIECES = (
    ("text",),
    ("caption",),
    ("photo",),
    ("video",),
    ("video_note",),
    ("animation", "document"),
    ("venue", "location"),
    ("reply_to_message",),
)
_NOTHING: tuple[Any, ...] = (None, False, "", [])
_Place = tuple[int | str, ...]


def read_update(raw: Mapping[str, Any]) -> Update:
    """Read an update without the pieces of it that are not as Telegram describes them.

    Raises ValidationError if nothing can be read without one of them.
    """
    try:
        return Update.model_validate(raw)
    except ValidationError as error:
        return _read_in_pieces(raw, error)


def _read_in_pieces(raw: Mapping[str, Any], error: ValidationError) -> Update:
    left: Any = deepcopy(raw)
    while True:
        odd = {_innermost(left, one["loc"]) for one in error.errors()}
        if any(_is_needed(left, path) for path in odd):
            raise error
        for path in sorted(odd, key=_in_order, reverse=True):
            del _at(left, path[:-1])[path[-1]]
        try:
            update = Update.model_validate(left)
        except ValidationError as next_error:
            error = next_error
            continue
        for name in ("message", "edited_message"):
            if name in left:
                update._lost += _lost(raw[name], left[name])  # noqa: SLF001 - its own module
        return update


def _innermost(left: Any, place: _Place) -> _Place:
    """The innermost part of a place that is there: it is what cannot be read."""
    path: _Place = ()
    for name in place:
        holder = _at(left, path)
        if isinstance(holder, list):
            is_there = isinstance(name, int) and name < len(holder)
        else:
            is_there = isinstance(holder, dict) and name in holder
        if not is_there:
            break
        path = (*path, name)
    return path


def _at(left: Any, path: _Place) -> Any:
    for name in path:
        left = left[name]
    return left


def _is_needed(left: Any, path: _Place) -> bool:
    """Whether nothing can be said without that part."""
    if len(path) < 2 or path[0] not in ALLOWED_UPDATES:
        return True
    return _tells_who(path[1:], left[path[0]])


def _tells_who(path: _Place, holder: Mapping[str, Any]) -> bool:
    """Whether without that part nobody knows who spoke: of a private chat one does."""
    if path != ("from",):
        return path == ("sender_chat",)
    message = holder.get("message", holder)
    chat = message.get("chat") if isinstance(message, dict) else None
    number = chat.get("id") if isinstance(chat, dict) else None
    return not (isinstance(number, int) and number > 0)


def _in_order(place: _Place) -> tuple[str, ...]:
    """Later items of a list after earlier ones, so that taking them out moves none."""
    return tuple(f"{name:012}" if isinstance(name, int) else name for name in place)


def _lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """The number of pieces that were there and of which nothing is left."""
    return sum(
        any(before.get(name) not in _NOTHING for name in names)
        and all(after.get(name) in _NOTHING for name in names)
        for names in _PIECES
    )
