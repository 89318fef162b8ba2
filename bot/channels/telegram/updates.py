"""Telegram's updates, as far as they are read.

These models have the fields that ``bot.channels.telegram.events`` asks for, and leave out the rest.
aiogram's models have them all: reading one takes ten times as long, and an update whose unread part
is newer than the library is refused.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Read(BaseModel):
    """A part of an update. https://core.telegram.org/bots/api, read 2026-11."""

    model_config = ConfigDict(extra="ignore")


class User(_Read):
    """A person or a bot."""

    id: int
    is_bot: bool = False
    first_name: str
    last_name: str | None = None
    username: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


class Chat(_Read):
    """A private chat, a group or a channel."""

    id: int
    type: str
    title: str | None = None


class Media(_Read):
    """A file of any kind, and a photo in one of its sizes (in pixels)."""

    file_id: str
    file_unique_id: str
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
    title: str
    address: str


class Answered(_Read):
    """The message that another one answers."""

    message_id: int
    from_user: User | None = Field(None, alias="from")
    text: str | None = None
    caption: str | None = None
    forum_topic_created: Any = None


class Message(Answered):
    """A message; ``model_extra`` has what is not read, by its names."""

    model_config = ConfigDict(extra="allow")

    date: int  # seconds since 1970, like all times here
    chat: Chat
    sender_chat: Chat | None = None
    author_signature: str | None = None
    is_automatic_forward: bool = False
    edit_date: int | None = None
    reply_to_message: Answered | None = None
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


class PressedMessage(_Read):
    """The message under which a button was pressed; of an old one Telegram tells no more."""

    message_id: int
    chat: Chat


class CallbackQuery(_Read):
    """A press of a button."""

    from_user: User = Field(alias="from")
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
    from_user: User = Field(alias="from")
    date: int
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


# All that Update reads; Telegram sends nothing else.
ALLOWED_UPDATES = tuple(name for name in Update.model_fields if name != "update_id")
