"""VK's updates turned into events: pure, no network."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.vk.reading.content import BETWEEN, Content, is_cropped, quoted, whole_number
from bot.channels.vk.reading.payloads import NOT_SUPPORTED, read_payload
from bot.failures import NothingReadable
from storage.messages import Address, Event, Person

CHANNEL = "vk"
CHATS_FROM = 2_000_000_000  # peers above are conversations
EVENT_ID = re.compile(r"[\x21-\x7e]{1,100}")
MENTION = re.compile(r"\s{0,20}\[(?:club|public)(\d{1,20})\|[^\]\[]{0,300}\][\s,:]*")


def to_event(update: Mapping[str, Any], *, group_id: int, now: datetime) -> Event | None:
    """Return the event of an update of the long poll or the Callback API; None if it is not for us.

    ``now`` is the time of an update that VK does not date. Raises NothingReadable if nothing that it
    says can be read; LookupError, TypeError, ValueError, OverflowError or AttributeError if not even
    its chat can be.
    """
    match update["type"]:
        case "message_new":
            return _message(update, said(update), group_id, now)
        case "message_edit":
            return _message(update, said(update), group_id, now, edited=True)
        case "message_reply":
            return None if is_our_own(update) else _by_hand(update, said(update), group_id, now)
        case "message_event":
            return _press(update, now)
        case "message_allow" | "message_deny" as kind:
            account = str(int(update["object"]["user_id"]))
            return Event(
                id=event_id(update),
                address=Address(CHANNEL, account),
                person=Person(CHANNEL, account),
                at=now,
                change="unblocked" if kind == "message_allow" else "blocked",
            )
        case _:
            return None


def is_our_own(update: Any) -> bool:
    """Whether the update only tells us what this program has sent.

    VK names an administrator who wrote it by hand (``admin_author_id`` in the schema of 5.199).
    """
    if not isinstance(update, Mapping) or update.get("type") != "message_reply":
        return False
    message = update.get("object")
    if isinstance(message, Mapping):
        message = message.get("message") or message
    return isinstance(message, Mapping) and not message.get("admin_author_id")


def event_id(update: Any) -> str:
    """Return VK's ``event_id``, which is the same if VK sends the update again.

    Without one, return a hash of the whole content.
    """
    if not isinstance(update, Mapping):
        update = {"object": update}
    given = update.get("event_id")
    if isinstance(given, str) and EVENT_ID.fullmatch(given):
        return given
    content = json.dumps([given, update.get("type"), update.get("object")], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def said(update: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message of an update.

    Until 5.103 it stood in ``object`` itself; a community's settings may still name such a version.
    """
    message: Mapping[str, Any] = update["object"].get("message") or update["object"]
    return message


def with_whole(update: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the update with a message that was asked for again in place of the cropped one."""
    cropped = {name: value for name, value in said(update).items() if name != "is_cropped"}
    return {**update, "object": {"message": {**cropped, **whole}}}


def _message(
    update: Mapping[str, Any],
    message: Mapping[str, Any],
    group_id: int,
    now: datetime,
    *,
    edited: bool = False,
) -> Event | None:
    """The event of a message. Only the chat must be readable: each other piece goes by itself."""
    peer = int(message["peer_id"])
    private = peer < CHATS_FROM
    author = whole_number(message.get("from_id"))
    if author is None and private:
        author = peer  # who else
    if author is None:
        raise ValueError("no sender")
    if author <= 0 or message.get("out"):
        return None  # a community: ourselves, or another bot
    at = (message.get("update_time") if edited else None) or message.get("date")
    sent = Event(
        id=event_id(update),
        address=Address(CHANNEL, str(peer)),
        person=Person(CHANNEL, str(author)),
        at=_time(at, now),
        private=private,
        message=_id(message.get("conversation_message_id")),
        edited=edited,
        start=_start(message) if private and not edited else "",
    )
    if isinstance(action := message.get("action"), Mapping) and action:
        return _happened(sent, action, group_id)
    own = str(message.get("text") or "")
    command, press = read_payload(message.get("payload"))
    if not (command or press) and NOT_SUPPORTED in own:
        command, press = read_payload(without_mention(own, group_id).strip())
    if command or press:
        return replace(sent, text=command, press=press)
    number = whole_number(message.get("conversation_message_id"))
    content = Content(group_id, (peer, number) if number else None)
    content.take(message, own if private else without_mention(own, group_id))
    cropped = is_cropped(message)
    if not (content.is_readable or cropped or content.unreadable or content.ours) and content.odd:
        raise NothingReadable(sent)
    reply_to, also_to, first = _answered(message, content, peer)
    unreadable = content.unreadable or ("ours" if content.ours else "")
    return replace(
        sent,
        text=BETWEEN.join(content.texts),
        files=content.files_and(one_more=cropped) if content.is_readable else (),
        place=content.place,
        reply_to=reply_to,
        also_to=tuple(also_to),
        quoted=first,
        to_another_bot=_is_another_bot(message.get("reply_message"), group_id),
        cut=content.cut and bool(content.texts),
        cropped=cropped,
        unreadable="" if content.is_readable else unreadable,
    )


def _start(message: Mapping[str, Any]) -> str:
    """The code of a link ``vk.me/club1?ref=…``: it comes with the first message after it.

    ``ref`` of a message in the schema of 5.199; github.com/VKCOM/vk-api-schema/issues/74, 2019-05.
    """
    ref = message.get("ref")
    return ref if isinstance(ref, str) else ""


def _by_hand(
    update: Mapping[str, Any], message: Mapping[str, Any], group_id: int, now: datetime
) -> Event | None:
    """The event of what an administrator wrote in the community's dialogue with a resident.

    Its files are the dialogue's: it only says that there are some.
    """
    author, peer = whole_number(message["admin_author_id"]) or 0, int(message["peer_id"])
    if author <= 0 or not 0 < peer < CHATS_FROM:
        return None  # in a conversation everybody reads it
    content = Content(group_id)
    content.take(message, str(message.get("text") or ""))
    return Event(
        id=event_id(update),
        address=Address(CHANNEL, str(peer)),
        person=Person(CHANNEL, str(author)),
        at=_time(message.get("date"), now),
        text=BETWEEN.join(content.texts),
        message=_id(message.get("conversation_message_id")),
        reply_to=_answered(message, content, peer)[0],
        unreadable=content.unreadable or ("file" if content.files_and(one_more=False) else ""),
        change="by_hand",
    )


def _happened(sent: Event, action: Mapping[str, Any], group_id: int) -> Event | None:
    """The event of something that happened in a conversation."""
    member = whole_number(action.get("member_id")) or 0
    match action.get("type"):
        case "chat_invite_user" if member == -group_id:
            return replace(sent, change="joined")
        case "chat_kick_user" if member > 0:  # of themselves, or put out by somebody
            return replace(sent, person=Person(CHANNEL, str(member)), message="", change="left")
        case _:
            return None  # somebody came, a new title, a pin


def _press(update: Mapping[str, Any], now: datetime) -> Event | None:
    thing = update["object"]
    if int(thing["user_id"]) <= 0:
        return None  # a community
    account, peer = str(int(thing["user_id"])), int(thing["peer_id"])
    command, press = read_payload(thing.get("payload"))
    return Event(
        id=event_id(update),
        address=Address(CHANNEL, str(peer)),
        person=Person(CHANNEL, account),
        at=now,
        private=peer < CHATS_FROM,
        text=command,
        press=press,
        message=_id(thing.get("conversation_message_id")),
    )


def _answered(
    message: Mapping[str, Any], content: Content, peer: int
) -> tuple[str, list[str], str]:
    """The message that this one answers, others of ours that it answers too, and its first line.

    Whoever answers several at once sends them along as forwards. Only those of this very chat can
    be found by their ids.
    """
    reply = message.get("reply_message")
    if isinstance(reply, Mapping):
        return _id(reply.get("conversation_message_id")), [], quoted(reply, content.group_id)
    here = [one for one in content.ours if whole_number(one.get("peer_id")) == peer]
    ids = [found for one in here if (found := _id(one.get("conversation_message_id")))]
    newest: Any = [None, *content.ours, *here][-1]
    return ids[-1] if ids else "", ids[:-1], quoted(newest, content.group_id)


def _is_another_bot(answered: Any, group_id: int) -> bool:
    """Whether a message of another community is answered: their ids are negative."""
    from_id = answered.get("from_id") if isinstance(answered, Mapping) else None
    return isinstance(from_id, int) and from_id < 0 and from_id != -group_id


def _id(number: Any) -> str:
    found = whole_number(number)
    return str(found) if found else ""


def _time(seconds: Any, now: datetime) -> datetime:
    """The moment that VK tells; ``now`` if it cannot be read."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OSError, OverflowError, TypeError, ValueError):
        return now


def without_mention(text: str, group_id: int) -> str:
    """Return the text without a mention of the community at its beginning."""
    found = MENTION.match(text)
    return text[found.end() :] if found and found[1] == str(group_id) else text
