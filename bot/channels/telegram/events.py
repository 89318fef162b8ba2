"""Telegram's updates turned into events: pure, no network."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from aiogram.enums import ChatMemberStatus, ChatType, ContentType

from bot.channels.telegram import content, topics
from bot.channels.telegram.updates import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Message,
    PressedMessage,
    Update,
    User,
)
from bot.failures import NothingReadable
from storage.bounds import first_line
from storage.messages import LOST, Address, Event, Person

CHANNEL = "telegram"
# t.me/<bot>?start=<code> comes as this message: core.telegram.org/bots/features#deep-linking, 2026-11.
START = re.compile(r"/start[ ]+(?P<code>\S.*)", re.DOTALL)
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
# Of these nobody misses anything beside words.
_MISSED = frozenset(_UNREADABLE).difference({"dice", "game", "sticker"})
_SERVICE = {kind.value for kind in ContentType}.difference(_UNREADABLE)


def to_event(update: Update, *, username: str, now: datetime) -> Event | None:
    """Return the event of an update; None if the update is of no interest.

    ``username`` is the bot's own, without @. ``now`` is the time of a press: Telegram gives it
    none. Raises NothingReadable if nothing that somebody said can be read.
    """
    if update.message:
        return _from_message(update, update.message, username, now)
    if update.edited_message:
        return _from_edit(update, update.edited_message, username, now)
    if update.callback_query:
        return _from_press(update.update_id, update.callback_query, now)
    if update.my_chat_member:
        return _from_membership(update.update_id, update.my_chat_member, now)
    if update.chat_member:
        return _from_leaving(update.update_id, update.chat_member, now)
    return None


def _from_message(update: Update, message: Message, username: str, now: datetime) -> Event | None:
    private = _is_private(message.chat)
    if not private and not _is_group(message.chat):
        return None  # a channel's post: nobody to answer
    author = _author(message)
    sent = Event(
        id=str(update.update_id),
        address=_address_of(message),
        person=author or Person(CHANNEL, ""),
        at=_time(message.date, now),
        private=private,
        message=str(message.message_id or ""),
    )
    if message.migrate_to_chat_id:
        return replace(sent, change="moved", moved_to=str(message.migrate_to_chat_id))
    if message.left_chat_member:
        return _left(update.update_id, message.chat, message.left_chat_member, sent.at)
    text = own_command(message.text or message.caption or "", username)
    if author is None or text is None:
        return None
    if (start := START.fullmatch(text)) and private:
        return replace(sent, text="/start", start=start["code"].strip())
    if _is_ours(message, username):
        return replace(sent, unreadable="ours")
    files, place = content.files(message), content.place(message)
    is_readable = bool(text or files or place)
    unreadable = _unreadable(message)
    if not is_readable and unreadable is None:
        return None
    if not is_readable and update.lost and unreadable not in _UNREADABLE:
        raise NothingReadable(sent)
    lost = update.lost + (unreadable in _MISSED)
    return replace(
        sent,
        text=text,
        files=(*files, *[LOST] * lost) if is_readable else (),
        place=place,
        reply_to=_reply_to(message),
        quoted=_quoted(message, username),
        to_another_bot=_is_another_bot(message, username),
        album=message.media_group_id or "",
        unreadable="" if is_readable else unreadable or "",
        anonymous=message.sender_chat is not None,
    )


def _from_edit(update: Update, message: Message, username: str, now: datetime) -> Event | None:
    if message.location:
        return None  # a live location is "edited" every few seconds as its sender moves
    event = _from_message(update, message, username, now)
    if event is None:
        return None
    return replace(event, at=_time(message.edit_date, event.at), edited=True)


def _from_press(update_id: int, query: CallbackQuery, now: datetime) -> Event | None:
    if query.message is None or not query.data:
        return None  # a game, or a message that was sent through the inline mode
    chat = query.message.chat
    person = _somebody(query.from_user, chat)
    if person is None:
        return None
    return Event(
        id=str(update_id),
        address=_address_of(query.message),
        person=person,
        at=now,
        private=_is_private(chat),
        press=query.data,
        message=str(query.message.message_id or ""),
    )


def _from_membership(update_id: int, update: ChatMemberUpdated, now: datetime) -> Event | None:
    private = _is_private(update.chat)
    was_out = update.old_chat_member.status in _OUTSIDE
    is_out = update.new_chat_member.status in _OUTSIDE
    if was_out == is_out or not (private or _is_group(update.chat)):
        return None
    if is_out and not private:
        return None  # put out of a group: the next message there tells it
    return Event(
        id=str(update_id),
        address=_address(update.chat),
        person=_somebody(update.from_user, update.chat) or Person(CHANNEL, ""),
        at=_time(update.date, now),
        private=private,
        change="blocked" if is_out else "unblocked" if private else "joined",
    )


def _from_leaving(update_id: int, update: ChatMemberUpdated, now: datetime) -> Event | None:
    """Somebody else is in the group no more; that somebody came is no news."""
    member = update.new_chat_member
    if _is_inside(member) or not _is_group(update.chat):
        return None
    return _left(update_id, update.chat, member.user, _time(update.date, now))


def _left(update_id: int, chat: Chat, user: User, at: datetime) -> Event | None:
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
    is_service = message.forum_topic_created is not None or not _SERVICE.isdisjoint(present)
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
    return _somebody(message.from_user, message.chat)


def _somebody(user: User | None, chat: Chat) -> Person | None:
    """A person; in a private chat it is whose chat it is, whatever else can be read."""
    if user is None:
        return Person(CHANNEL, str(chat.id)) if _is_private(chat) else None
    return None if user.is_bot else _person(user)


def _is_ours(message: Message, username: str) -> bool:
    """Whether somebody forwards what we wrote."""
    origin = message.forward_origin
    return bool(origin and origin.sender_user and origin.sender_user.username == username)


def _is_private(chat: Chat) -> bool:
    """Whether it is a chat with one person: those alone have ids above zero."""
    return chat.type == ChatType.PRIVATE or (not chat.type and chat.id > 0)


def _is_group(chat: Chat) -> bool:
    return chat.type in _GROUPS or (not chat.type and chat.id < 0)


def _person(user: User) -> Person:
    return Person(CHANNEL, str(user.id), user.full_name)


def _time(seconds: int | None, otherwise: datetime) -> datetime:
    """The moment that Telegram tells, if it can be read."""
    try:
        return otherwise if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OSError, OverflowError, ValueError):
        return otherwise


def _address(chat: Chat) -> Address:
    return Address(CHANNEL, str(chat.id))


def _address_of(message: Message | PressedMessage) -> Address:
    """Where it stands: in a topic, or in the chat itself.

    An answer in an ordinary supergroup has the number of a thread, too, but is in no topic.
    """
    is_in_topic = message.is_topic_message and _is_group(message.chat)
    topic = message.message_thread_id if is_in_topic else None
    return Address(CHANNEL, topics.named(message.chat.id, topic))


def _reply_to(message: Message) -> str:
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return ""  # in a forum each message of a topic "answers" the topic's first
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return ""  # the same, of a first message that is told otherwise
    return str(answered.message_id)


def _quoted(message: Message, username: str) -> str:
    """The first line of a message of ours that this one answers."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.username != username:
        return ""
    return first_line(answered.text or answered.caption or "")


def _is_another_bot(message: Message, username: str) -> bool:
    """Whether a message of another bot is answered."""
    answered = message.reply_to_message
    sender = answered.from_user if answered else None
    return sender is not None and sender.is_bot and sender.username != username
