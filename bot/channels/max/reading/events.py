"""MAX's updates turned into events: pure, no network.

The shapes are those of dev.max.ru's schema 0.0.33 and of real updates (read 2026-11). Updates have
no ids: an event's is made of what is the same when the update comes again.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.max.reading.content import Content
from bot.failures import NothingReadable
from storage.bounds import MOST_EVENT_ID, first_line, mark
from storage.messages import Address, Event, Person

CHANNEL = "max"
COMMAND = re.compile(
    r"(?:@(?P<before>\w{1,64})\s+)?(?P<command>/\w{1,64})(?:@(?P<after>\w{1,64}))?"
)
READS = "read_all_messages"
TYPES = (
    *("message_created", "message_callback", "message_edited", "message_removed"),
    *("bot_started", "bot_stopped", "bot_added", "bot_removed", "bot_admin_permissions_changed"),
    *("user_removed", "dialog_removed"),
)
# Of these nothing follows. Types that the platform will add are acknowledged like them, and counted.
NO_NEWS = frozenset(
    {
        *("message_removed", "bot_removed", "user_added", "chat_title_changed"),
        *("dialog_cleared", "dialog_muted", "dialog_unmuted"),
        *("comment_created", "comment_edited", "comment_removed"),
    }
)


def kind_of(update: Any) -> str:
    """Return the type of an update; empty if it has none."""
    kind = update.get("update_type") if isinstance(update, Mapping) else None
    return kind if isinstance(kind, str) else ""


def has_nothing(update: Mapping[str, Any]) -> bool:
    """Whether it is a message of which the platform gives neither text nor sender.

    Voice messages and round videos come so (TS client's issue 250, open, read 2026-11).
    """
    is_message = kind_of(update) in ("message_created", "message_edited")
    return is_message and not isinstance(update.get("message"), Mapping)


def event_id(update: Mapping[str, Any]) -> str:
    """Return an id that is the same each time the update comes, and fits. Never raises."""
    return mark(_event_id(update), MOST_EVENT_ID)


def _event_id(update: Mapping[str, Any]) -> str:
    kind, at = kind_of(update), update.get("timestamp")
    message, callback = _mapping(update, "message"), _mapping(update, "callback")
    mid = _mapping(message, "body").get("mid")
    match kind:
        case "message_created" if mid:
            return str(mid)
        case "message_edited" if mid:
            return f"{mid} {at}"
        case "message_callback" if callback.get("callback_id"):
            user = _mapping(callback, "user").get("user_id")
            pressed = f"{callback['callback_id']} {callback.get('timestamp')} {user}"
            return f"press {_digest(pressed)}"
        case _ if "chat_id" in update:
            who = _mapping(update, "user").get("user_id", update.get("bot_id"))
            return f"{kind} {update['chat_id']} {who} {at}"
        case _:
            return f"{kind} {at} {_digest(json.dumps(update, sort_keys=True))}"


def to_event(
    update: Mapping[str, Any], *, me: str, username: str, now: datetime, chats: Mapping[str, str]
) -> Event | None:
    """Return the event of an update; None if the update is of no interest.

    ``me`` and ``username`` are the bot's own. ``chats``: the dialogs of accounts that are known.
    Raises NothingReadable if nothing that somebody said can be read, and what reading what MAX
    does not describe raises.
    """
    match kind_of(update):
        case "message_created" | "message_edited" if not has_nothing(update):
            return _message(update, me, username, now)
        case "message_callback":
            return _press(update, chats, now)
        case "bot_started":
            start = str(update.get("payload") or "")
            return _of_chat(update, now, private=True, text="/start", start=start)
        case "bot_stopped" | "dialog_removed":
            return _of_chat(update, now, private=True, change="blocked")
        case "bot_added" if not update.get("is_channel"):
            return _of_chat(update, now, private=False, change="joined")
        case "bot_admin_permissions_changed" if not update.get("is_channel"):
            return _rights(update, me, now)
        case "user_removed" if not update.get("is_channel"):
            return _left(update, me, now)
        case _:
            return None


def _message(update: Mapping[str, Any], me: str, username: str, now: datetime) -> Event | None:
    message = update["message"]
    recipient, sender = message["recipient"], message.get("sender")
    chat_type = recipient["chat_type"]
    if chat_type not in ("dialog", "chat") or not isinstance(sender, Mapping):
        return None  # a channel's post: nobody to answer
    if sender.get("is_bot"):
        return None
    edited = kind_of(update) == "message_edited"
    body = _mapping(message, "body")
    sent = Event(
        id=event_id(update),
        address=Address(CHANNEL, str(int(recipient["chat_id"]))),
        person=_person(sender),
        at=_time(update.get("timestamp") if edited else message.get("timestamp"), now),
        private=chat_type == "dialog",
        message=str(body.get("mid") or _mapping(update, "message").get("mid") or ""),
        edited=edited,
    )
    content = Content(me)
    content.take(message)
    if content.odd and not content.is_readable:
        raise NothingReadable(sent)
    link = _mapping(message, "link")
    answered = link if link.get("type") == "reply" else {}
    by_bot = _mapping(answered, "sender")
    quoted = _mapping(answered, "message")
    is_ours = str(by_bot.get("user_id")) == me
    text = _own_command(content.text, username, private=sent.private)
    if text is None:
        return None
    word, _, start = text.partition(" ")
    if sent.private and word == "/start" and start.strip() and not edited:
        return replace(sent, text=word, start=start.strip())
    return replace(
        sent,
        text=text,
        files=content.all_files if content.is_readable else (),
        place=content.place,
        reply_to=str(quoted.get("mid") or ""),
        quoted=first_line(str(quoted.get("text") or "")) if is_ours else "",
        to_another_bot=bool(by_bot.get("is_bot")) and not is_ours,
        unreadable="" if content.is_readable else content.unreadable,
    )


def _press(update: Mapping[str, Any], chats: Mapping[str, str], now: datetime) -> Event | None:
    callback, message = update["callback"], _mapping(update, "message")
    press = callback.get("payload")
    person = _person(callback["user"])
    recipient = _mapping(message, "recipient")
    # Of a message that is deleted meanwhile only the presser is told: it was in his own dialog.
    chat = str(int(recipient["chat_id"])) if recipient else chats.get(person.account, "")
    if not press or not chat:
        return None
    return Event(
        id=event_id(update),
        address=Address(CHANNEL, chat),
        person=person,
        at=_time(callback.get("timestamp"), now),
        private=recipient.get("chat_type", "dialog") == "dialog",
        press=str(press),
        message=str(_mapping(message, "body").get("mid") or ""),
    )


def _of_chat(update: Mapping[str, Any], now: datetime, **what: Any) -> Event:
    """The event of something that happened to a chat; ``bot_added`` may come without a user."""
    user = update.get("user")
    account = update.get("user_id")
    known = Person(CHANNEL, str(account) if account is not None else "")
    if what["private"] and not isinstance(user, Mapping):
        known = Person(CHANNEL, str(int(update["user_id"])))  # a dialog is with somebody
    return Event(
        id=event_id(update),
        address=Address(CHANNEL, str(int(update["chat_id"]))),
        person=_person(user) if isinstance(user, Mapping) else known,
        at=_time(update.get("timestamp"), now),
        **what,
    )


def _left(update: Mapping[str, Any], me: str, now: datetime) -> Event | None:
    """Somebody is in the group no more; ``user`` is who left or was put out."""
    user = update["user"]
    if user.get("is_bot") or str(user["user_id"]) == me:
        return None
    return _of_chat(update, now, private=False, change="left")


def _rights(update: Mapping[str, Any], me: str, now: datetime) -> Event | None:
    """Somebody has changed what a bot may do in the group: ours reads there now, or does not."""
    if str(update.get("bot_id", me)) != me:
        return None
    sees = bool(update.get("is_admin")) and READS in (update.get("permissions") or ())
    return _of_chat(update, now, private=False, change="sees" if sees else "blind")


def _own_command(text: str, username: str, *, private: bool) -> str | None:
    """The text without a mention of the bot before a command or in it, as in ``/id@bot``.

    None: in a group, a command for another bot.
    """
    match = COMMAND.match(text)
    if not match or not username:
        return text
    named = {name.lower() for name in (match["before"], match["after"]) if name}
    if named == {username.lower()}:
        return match["command"] + text[match.end() :]
    return text if private or not named else None


def _person(user: Mapping[str, Any]) -> Person:
    names = (str(user.get("first_name") or ""), str(user.get("last_name") or ""))
    name = " ".join(filter(None, names)) or str(user.get("name") or "")
    return Person(CHANNEL, str(int(user["user_id"])), name)


def _time(milliseconds: Any, now: datetime) -> datetime:
    """The moment that MAX tells; ``now`` if it cannot be read."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (OSError, OverflowError, TypeError, ValueError):
        return now


def _mapping(within: Any, name: str) -> Mapping[str, Any]:
    """A part of an update; an empty one if it is absent, null or of another kind."""
    found = within.get(name) if isinstance(within, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:40]
