"""VK's updates turned into events: pure, no network."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from storage.bounds import MOST_FILES, MOST_TEXT
from storage.messages import Address, Event, File, Person, Place, first_line

CHANNEL = "vk"
CHATS_FROM = 2_000_000_000  # peers above are conversations
PAYLOAD = 255
DEEPEST = 8  # forwarded messages within forwarded messages
MOST_LOOKED_AT = 300  # messages and attachments of one: VK forwards a hundred at once
BETWEEN = "\n\n"  # texts that are forwarded
LONGEST_LINK = 2_000
EVENT_ID = re.compile(r"[\x21-\x7e]{1,100}")
MENTION = re.compile(r"\s{0,20}\[(?:club|public)(\d{1,20})\|[^\]\[]{0,300}\][\s,:]*")


def to_event(update: Mapping[str, Any], *, group_id: int, now: datetime) -> Event | None:
    """Return the event of an update of the long poll or the Callback API; None if it is not for us.

    ``now`` is the time of an update that VK does not date. Raises LookupError, TypeError,
    ValueError or AttributeError if the update is not as VK describes it.
    """
    match update["type"]:
        case "message_new":
            # Until 5.103 the message stood in ``object`` itself; a community's settings may
            # still name such a version.
            return _message(update, update["object"].get("message") or update["object"], group_id)
        case "message_edit":
            message = update["object"].get("message") or update["object"]
            return _message(update, message, group_id, edited=True)
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


def _message(
    update: Mapping[str, Any], message: Mapping[str, Any], group_id: int, *, edited: bool = False
) -> Event | None:
    author, peer = int(message["from_id"]), int(message["peer_id"])
    if author <= 0 or message.get("out"):
        return None  # a community: ourselves, or another bot
    private = peer < CHATS_FROM
    at = int(message.get("update_time") or message["date"]) if edited else int(message["date"])
    content = _Content()
    content.take(message)
    text = BETWEEN.join(content.texts)
    if not private:
        text = without_mention(text, group_id)
    command, press = read_payload(message.get("payload"))
    if command or press:
        text = command
    action = message.get("action") or {}
    joined = action.get("type") == "chat_invite_user" and action.get("member_id") == -group_id
    if action.get("type") == "chat_kick_user" and int(action.get("member_id") or 0) > 0:
        return Event(  # of themselves, or put out by somebody
            id=event_id(update),
            address=Address(CHANNEL, str(peer)),
            person=Person(CHANNEL, str(int(action["member_id"]))),
            at=datetime.fromtimestamp(at, UTC),
            private=private,
            change="left",
        )
    if action and not joined:
        return None  # somebody came, a new title, a pin
    return Event(
        id=event_id(update),
        address=Address(CHANNEL, str(peer)),
        person=Person(CHANNEL, str(author)),
        at=datetime.fromtimestamp(at, UTC),
        private=private,
        text=text,
        files=tuple(content.files),
        place=content.place,
        press=press,
        message=_id(message.get("conversation_message_id")),
        reply_to=_id((message.get("reply_message") or {}).get("conversation_message_id")),
        quoted=_quoted(message.get("reply_message") or {}, group_id),
        edited=edited,
        cut=content.cut and bool(text) and not press,
        unreadable="" if text or press or content.readable else content.unreadable,
        change="joined" if joined else "",
    )


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


@dataclass
class _Content:
    """What a message says: its own text and files, then those of what is forwarded in it.

    Bounded while it is put together: a hundred long messages never become one text.
    """

    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    place: Place | None = None
    unreadable: str = ""
    cut: bool = False  # of its texts something was left out
    room: int = MOST_TEXT + 1  # signs
    looked_at: int = 0

    @property
    def readable(self) -> bool:
        return bool(self.texts or self.files or self.place)

    def take(self, message: Mapping[str, Any], depth: int = 0) -> None:
        """Collect from a message, a forwarded message or a wall post."""
        if depth > DEEPEST or not self._may_look():
            self.cut = True
            return
        self._say(str(message.get("text") or ""))
        self.place = self.place or _place(message.get("geo"))
        for attachment in message.get("attachments") or ():
            self._attachment(attachment, depth)
        for inner in (*_list(message, "fwd_messages"), *_list(message, "copy_history")):
            self.take(inner, depth + 1)

    def _may_look(self) -> bool:
        self.looked_at += 1
        return self.looked_at <= MOST_LOOKED_AT

    def _say(self, text: str) -> None:
        room = max(self.room, 0)
        self.cut = self.cut or len(text) > room
        if said := text[:room].strip():
            self.texts.append(said)
            self.room -= len(said) + len(BETWEEN)

    def _attachment(self, attachment: Mapping[str, Any], depth: int) -> None:
        if len(self.files) > MOST_FILES or not self._may_look():
            return
        kind = str(attachment["type"])
        thing = attachment.get(kind)
        match kind:
            case "photo" if thing:
                self.files.append(_photo(thing))
            case "doc" if thing:
                self.files.append(_document(thing))
            case "video" if thing:
                self.files.append(_video(thing))
            case "wall" | "wall_reply" if thing:
                self.take(thing, depth + 1)
            case "link" if thing:
                url = str(thing.get("url") or "")[:LONGEST_LINK]
                if not any(url in text for text in self.texts):
                    self._say(url)
            case "audio_message":
                self.unreadable = "voice"
            case _:
                self.unreadable = self.unreadable or kind


def _photo(photo: Mapping[str, Any]) -> File:
    sizes = [size for size in photo.get("sizes") or () if size.get("url")]
    if original := photo.get("orig_photo"):
        sizes.append(original)
    largest = max(sizes, key=lambda size: int(size["width"]) * int(size["height"]))
    ref = _ref(a=_attachment_name("photo", photo), u=largest["url"])
    return File("photo", ref, f"photo{photo['id']}.jpg", "image/jpeg")


def _document(doc: Mapping[str, Any]) -> File:
    name, extension = str(doc.get("title") or "file"), str(doc.get("ext") or "")
    if extension and not name.lower().endswith(f".{extension.lower()}"):
        name = f"{name}.{extension}"
    ref = _ref(a=_attachment_name("doc", doc), u=doc["url"])
    return File("document", ref, name, size=int(doc.get("size") or 0))


def _video(video: Mapping[str, Any]) -> File:
    """A community's key cannot fetch videos (``video.get`` takes a user's only, 5.199).

    Within VK the video itself is passed on; elsewhere it becomes a text file with its address.
    """
    name = f"video{video['owner_id']}_{video['id']}"
    link = f"https://vk.com/{name}"
    if key := video.get("access_key"):
        link += f"?list={key}"
    ref = _ref(a=_attachment_name("video", video), link=link)
    return File("document", ref, f"{video.get('title') or name}.txt", "text/plain", len(link))


def _attachment_name(kind: str, thing: Mapping[str, Any]) -> str:
    key = f"_{thing['access_key']}" if thing.get("access_key") else ""
    return f"{kind}{int(thing['owner_id'])}_{int(thing['id'])}{key}"


def _ref(**parts: str) -> str:
    return json.dumps(parts, separators=(",", ":"))


def _place(geo: Any) -> Place | None:
    if not geo or not geo.get("coordinates"):
        return None
    point = geo["coordinates"]
    title = str((geo.get("place") or {}).get("title") or "")
    return Place(float(point["latitude"]), float(point["longitude"]), title)


def _list(message: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return list(message.get(name) or ())


def _quoted(answered: Mapping[str, Any], group_id: int) -> str:
    """The first line of a message of ours that is answered."""
    is_ours = answered.get("from_id") == -group_id
    return first_line(str(answered.get("text") or "")) if is_ours else ""


def _id(number: Any) -> str:
    return str(int(number)) if number else ""


def read_payload(payload: Any) -> tuple[str, str]:
    """Return what a payload means: a command as text, and a press; one or both are empty.

    Anybody may forge a payload, so this never raises. A text button's payload comes as a string of
    JSON, a callback button's as JSON itself. VK's own button "Start" sends ``{"command":"start"}``.
    """
    if isinstance(payload, str):
        try:
            payload = json.loads(payload[: 4 * PAYLOAD])
        except (ValueError, RecursionError):
            return "", ""
    if not isinstance(payload, Mapping):
        return "", ""
    if payload.get("command") == "start":
        return "/start", ""
    press = payload.get("p")
    return "", press if isinstance(press, str) and len(press) <= PAYLOAD else ""


def without_mention(text: str, group_id: int) -> str:
    """Return the text without a mention of the community at its beginning."""
    found = MENTION.match(text)
    return text[found.end() :] if found and found[1] == str(group_id) else text
