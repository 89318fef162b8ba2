"""Telegram's updates turned into events: pure, no network."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import (
    CallbackQuery,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from storage.messages import Address, Event, File, Person, Place, first_line

CHANNEL = "telegram"
COMMAND = re.compile(r"(/\w{1,64})@(\w{1,64})")

# All that to_event reads; Telegram sends nothing else.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)

# Content that a person sent and we do not take; whatever else has no text, file or place is a
# service message (someone joined, the title changed) that needs no answer.
_UNREADABLE = frozenset(
    {
        ContentType.AUDIO,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.PAID_MEDIA,
        ContentType.POLL,
        ContentType.RICH_MESSAGE,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.UNKNOWN,  # newer than our aiogram
        ContentType.VOICE,
    }
)


# Rights are added to these with nearly every Bot API, and aiogram requires those that it knows:
# without the defaults a server of another version could never tell that the bot became an
# administrator.
_MEMBERS: dict[str, dict[str, Any]] = {
    status: {
        name: False
        for name, field in kind.model_fields.items()
        if field.is_required() and field.annotation is bool
    }
    for status, kind in (
        (ChatMemberStatus.ADMINISTRATOR, ChatMemberAdministrator),
        (ChatMemberStatus.RESTRICTED, ChatMemberRestricted),
    )
}


def decoded(raw: Mapping[str, Any]) -> Update:
    """Return a raw update as aiogram's type. Raises pydantic's ValidationError."""
    for kind in ("my_chat_member", "chat_member"):
        change = raw.get(kind)
        if isinstance(change, Mapping):
            members = {
                name: _MEMBERS.get(str(member.get("status")), {}) | member
                for name in ("old_chat_member", "new_chat_member")
                if isinstance(member := change.get(name), dict)
            }
            raw = {**raw, kind: {**change, **members}}
    return Update.model_validate(raw)


def to_event(update: Update, *, username: str, now: datetime) -> Event | None:
    """Return the event of an update; None if the update is of no interest.

    ``username`` is the bot's own, without @. ``now`` is the time of a press: Telegram gives it
    none.
    """
    if update.message:
        return _from_message(update.update_id, update.message, username)
    if update.edited_message:
        return _from_edit(update.update_id, update.edited_message, username)
    if update.callback_query:
        return _from_press(update.update_id, update.callback_query, now)
    if update.my_chat_member:
        return _from_membership(update.update_id, update.my_chat_member)
    if update.chat_member:
        return _from_leaving(update.update_id, update.chat_member)
    return None


def _from_message(update_id: int, message: Message, username: str) -> Event | None:
    private = message.chat.type == ChatType.PRIVATE
    if not private and message.chat.type not in _GROUPS:
        return None  # a channel's post: nobody to answer
    author = _author(message)
    if message.migrate_to_chat_id:
        return Event(
            id=str(update_id),
            address=_address(message.chat.id),
            person=author or Person(CHANNEL, ""),
            at=message.date,
            private=False,
            message=str(message.message_id),
            change="moved",
            moved_to=str(message.migrate_to_chat_id),
        )
    if message.left_chat_member:
        return _left(update_id, message.chat.id, message.left_chat_member, message.date)
    text = own_command(message.text or message.caption or "", username)
    if author is None or text is None:
        return None
    files = _files(message)
    place = _place(message)
    unreadable = ""
    if not (text or files or place):
        if message.content_type not in _UNREADABLE:
            return None
        unreadable = ContentType(message.content_type).value
    return Event(
        id=str(update_id),
        address=_address(message.chat.id),
        person=author,
        at=message.date,
        private=private,
        text=text,
        files=files,
        place=place,
        message=str(message.message_id),
        reply_to=_reply_to(message),
        quoted=_quoted(message, username),
        album=message.media_group_id or "",
        unreadable=unreadable,
    )


def _from_edit(update_id: int, message: Message, username: str) -> Event | None:
    if message.location:
        return None  # a live location is "edited" every few seconds as its sender moves
    event = _from_message(update_id, message, username)
    if event is None:
        return None
    at = datetime.fromtimestamp(message.edit_date, UTC) if message.edit_date else event.at
    return replace(event, at=at, edited=True)


def _from_press(update_id: int, query: CallbackQuery, now: datetime) -> Event | None:
    if query.message is None or not query.data:
        return None  # a game, or a message that was sent through the inline mode
    return Event(
        id=str(update_id),
        address=_address(query.message.chat.id),
        person=_person(query.from_user),
        at=now,
        private=query.message.chat.type == ChatType.PRIVATE,
        press=query.data,
        message=str(query.message.message_id),
    )


def _from_membership(update_id: int, update: ChatMemberUpdated) -> Event | None:
    private = update.chat.type == ChatType.PRIVATE
    was_out = update.old_chat_member.status in _OUTSIDE
    is_out = update.new_chat_member.status in _OUTSIDE
    if was_out == is_out or not (private or update.chat.type in _GROUPS):
        return None
    if is_out and not private:
        return None  # put out of a group: the next message there tells it
    return Event(
        id=str(update_id),
        address=_address(update.chat.id),
        person=_person(update.from_user),
        at=update.date,
        private=private,
        change="blocked" if is_out else "unblocked" if private else "joined",
    )


def _from_leaving(update_id: int, update: ChatMemberUpdated) -> Event | None:
    """Somebody else is in the group no more; that somebody came is no news."""
    member = update.new_chat_member
    is_out = member.status in _OUTSIDE or (
        isinstance(member, ChatMemberRestricted) and not member.is_member
    )
    if not is_out or update.chat.type not in _GROUPS:
        return None
    return _left(update_id, update.chat.id, member.user, update.date)


def _left(update_id: int, chat: int, user: User, at: datetime) -> Event | None:
    if user.is_bot:
        return None
    return Event(
        id=str(update_id),
        address=_address(chat),
        person=_person(user),
        at=at,
        private=False,
        change="left",
    )


def own_command(text: str, username: str) -> str | None:
    """Return the text with ``/command@us`` as ``/command``; None for another bot's command."""
    match = COMMAND.match(text)
    if not match:
        return text
    if match[2].lower() != username.lower():
        return None
    return match[1] + text[match.end() :]


def _author(message: Message) -> Person | None:
    """Who wrote: a person, or the chat for which an anonymous administrator speaks."""
    if message.is_automatic_forward:
        return None  # a post of the channel to which this group belongs
    if message.sender_chat:
        # from_user is then a stand-in (GroupAnonymousBot, Channel_Bot) and the same for all:
        # https://core.telegram.org/bots/api#message, read 2026-11.
        chat = message.sender_chat
        return Person(CHANNEL, str(chat.id), message.author_signature or chat.title or "")
    if message.from_user is None or message.from_user.is_bot:
        return None
    return _person(message.from_user)


def _person(user: User) -> Person:
    return Person(CHANNEL, str(user.id), user.full_name)


def _address(chat_id: int) -> Address:
    return Address(CHANNEL, str(chat_id))


def _reply_to(message: Message) -> str:
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return ""  # in a forum each message of a topic "answers" the topic's first
    return str(answered.message_id)


def _quoted(message: Message, username: str) -> str:
    """The first line of a message of ours that this one answers."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.username != username:
        return ""
    return first_line(answered.text or answered.caption or "")


def _place(message: Message) -> Place | None:
    if message.venue:
        point = message.venue.location
        named = ", ".join(filter(None, (message.venue.title, message.venue.address)))
        return Place(point.latitude, point.longitude, named)
    if message.location:
        return Place(message.location.latitude, message.location.longitude)
    return None


def _files(message: Message) -> tuple[File, ...]:
    """Those that can be asked for again."""
    return tuple(file for file in _files_of(message) if file.ref)


def _files_of(message: Message) -> tuple[File, ...]:
    if message.photo:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        name = f"{photo.file_unique_id}.jpg"  # Telegram makes every photo a JPEG
        return (File("photo", photo.file_id, name, "image/jpeg", photo.file_size or 0),)
    # An animation also comes as a document, so it is asked first.
    if clip := message.video or message.animation:
        name = clip.file_name or f"{clip.file_unique_id}.mp4"
        mime = clip.mime_type or "video/mp4"
        return (File("video", clip.file_id, name, mime, clip.file_size or 0),)
    if note := message.video_note:  # a round video: people film holes in the road with it too
        name = f"{note.file_unique_id}.mp4"
        return (File("video", note.file_id, name, "video/mp4", note.file_size or 0),)
    if paper := message.document:
        size = paper.file_size or 0
        return (
            File("document", paper.file_id, paper.file_name or "", paper.mime_type or "", size),
        )
    return ()
