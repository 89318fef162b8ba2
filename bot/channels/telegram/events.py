"""Telegram's updates turned into events: pure, no network."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from aiogram.enums import ChatMemberStatus, ChatType, ContentType

from bot.channels.telegram.updates import (
    CallbackQuery,
    ChatMember,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)
from storage.messages import Address, Event, File, Person, Place, first_line

CHANNEL = "telegram"
COMMAND = re.compile(r"(/\w{1,64})@(\w{1,64})")

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)

# Content that a person sent and we do not take. Whatever else aiogram has a name for is a service
# message (someone joined, the title changed), which needs no answer; what it has none for is new.
_UNREADABLE = (
    "audio",
    "checklist",
    "contact",
    "dice",
    "game",
    "paid_media",
    "poll",
    "rich_message",
    "sticker",
    "story",
    "voice",
)
_SERVICE = {kind.value for kind in ContentType}.difference(_UNREADABLE)


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
            at=_time(message.date),
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
    unreadable = "" if text or files or place else _unreadable(message)
    if unreadable is None:
        return None
    return Event(
        id=str(update_id),
        address=_address(message.chat.id),
        person=author,
        at=_time(message.date),
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
    at = _time(message.edit_date) if message.edit_date else event.at
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
        at=_time(update.date),
        private=private,
        change="blocked" if is_out else "unblocked" if private else "joined",
    )


def _from_leaving(update_id: int, update: ChatMemberUpdated) -> Event | None:
    """Somebody else is in the group no more; that somebody came is no news."""
    member = update.new_chat_member
    if _is_inside(member) or update.chat.type not in _GROUPS:
        return None
    return _left(update_id, update.chat.id, member.user, update.date)


def _left(update_id: int, chat: int, user: User, at: int) -> Event | None:
    if user.is_bot:
        return None
    return Event(
        id=str(update_id),
        address=_address(chat),
        person=_person(user),
        at=_time(at),
        private=False,
        change="left",
    )


def _is_inside(member: ChatMember) -> bool:
    """Whether the person is in the chat: who is restricted may be so from outside."""
    return member.status not in _OUTSIDE and member.is_member


def _unreadable(message: Message) -> str | None:
    """The name of the content that we do not take; None: a service message."""
    # An empty object is there all the same: video_chat_started has nothing in it.
    extra = (message.model_extra or {}).items()
    present = {name for name, value in extra if value not in (None, False, [])}
    if unread := [kind for kind in _UNREADABLE if kind in present]:
        return unread[0]
    is_service = message.forum_topic_created or not _SERVICE.isdisjoint(present)
    return None if is_service else ContentType.UNKNOWN.value


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


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


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
