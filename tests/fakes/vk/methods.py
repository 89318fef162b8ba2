"""The methods of VK's API that the fake answers, as dev.vk.com describes them for 5.199."""

import html
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.messenger import Room, Shown, ShownButton

CHATS_FROM = 2_000_000_000
JOINER = "\u200d"


class ApiError(Exception):
    """The call is answered with this error."""

    def __init__(self, code: int, text: str = "refused") -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Stored:
    """A file that VK keeps. ``key``: whoever is not its owner must know it."""

    name: str
    owner: int
    number: int
    content: bytes
    title: str = ""
    key: str = ""


@dataclass
class VkState:
    """What the servers know, and the knobs of tests (all may be changed at any time)."""

    group_id: int = 77001
    url: str = ""
    names: dict[str, str] = field(default_factory=dict)
    stored: dict[str, Stored] = field(default_factory=dict)
    by_number: dict[int, Stored] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    keyboards: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    sent: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    whole: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # room, message
    link_age: int = 1  # of the links to files that work
    keeps_whole: bool = True  # without: a message is gone when it is asked for
    answered_presses: list[str] = field(default_factory=list)
    # Knobs
    blocked_by: set[str] = field(default_factory=set)  # accounts that do not take messages: 901
    closed: set[str] = field(default_factory=set)  # conversations that the community is not in
    admin: bool = True  # of its conversations
    outside: set[tuple[str, str]] = field(default_factory=set)  # conversation, account: not in it
    chat_settings: dict[str, dict[str, Any]] = field(default_factory=dict)  # of a conversation
    bot_abilities: bool = True  # without: 912 for keyboards
    edits_expired: bool = False  # 909 for every edit
    rights: list[str] = field(default_factory=lambda: ["messages", "photos", "docs", "manage"])
    long_poll_on: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    callback_servers: list[dict[str, Any]] = field(default_factory=list)
    refused_uploads: set[str] = field(default_factory=set)  # photo, file
    tells_cmid: bool = True  # without: messages.send leaves conversation_message_id out


class VkMethods:
    """``await methods.call(name, parameters)``; raises Refused."""

    def __init__(self, fake: Any, state: VkState) -> None:
        self._fake = fake
        self._state = state
        self._message_ids = itertools.count(100_001)
        self._messages: dict[int, tuple[str, str]] = {}

    async def call(self, method: str, parameters: Mapping[str, str]) -> Any:
        answer = getattr(self, method.replace(".", "_").lower(), None)
        if answer is None:
            raise ApiError(3, "Unknown method passed")
        return await answer(parameters)

    # groups, users

    async def groups_getbyid(self, parameters: Mapping[str, str]) -> Any:
        return {"groups": [{"id": self._state.group_id, "name": "Город", "screen_name": "town"}]}

    async def groups_gettokenpermissions(self, parameters: Mapping[str, str]) -> Any:
        rights = [
            {"name": name, "setting": 1 << bit} for bit, name in enumerate(self._state.rights)
        ]
        return {"mask": 0, "permissions": rights}

    async def groups_getlongpollserver(self, parameters: Mapping[str, str]) -> Any:
        self._own_group(parameters)
        if not self._state.long_poll_on:
            raise ApiError(100, "longpoll for this group is not enabled")
        return self._fake.long_poll.place(f"{self._state.url}/longpoll")

    async def groups_setlongpollsettings(self, parameters: Mapping[str, str]) -> Any:
        self._own_group(parameters)
        self._state.settings = dict(parameters)
        self._state.long_poll_on = parameters.get("enabled") == "1"
        return 1

    async def groups_getlongpollsettings(self, parameters: Mapping[str, str]) -> Any:
        self._own_group(parameters)
        events = self._events()
        return {"api_version": "5.199", "is_enabled": self._state.long_poll_on, "events": events}

    async def groups_getcallbackservers(self, parameters: Mapping[str, str]) -> Any:
        self._own_group(parameters)
        servers = self._state.callback_servers
        return {"count": len(servers), "items": servers}

    async def groups_getcallbacksettings(self, parameters: Mapping[str, str]) -> Any:
        self._own_group(parameters)
        return {"api_version": "5.199", "events": self._events()}

    def _events(self) -> dict[str, int]:
        names = ("message_new", "message_edit", "message_reply", "message_allow", "message_deny")
        return {name: int(self._state.settings.get(name, "0")) for name in names}

    def _own_group(self, parameters: Mapping[str, str]) -> None:
        if parameters.get("group_id") != str(self._state.group_id):
            raise ApiError(15, "Access denied: no access to this group")

    async def users_get(self, parameters: Mapping[str, str]) -> Any:
        names = self._state.names
        asked = [account for account in parameters["user_ids"].split(",") if account in names]
        return [_profile(int(account), names[account]) for account in asked]

    # messages

    async def messages_send(self, parameters: Mapping[str, str]) -> Any:
        if "random_id" not in parameters:
            raise ApiError(100, "random_id is undefined")
        if "peer_ids" not in parameters:  # the old form tells no id in conversations
            item = await self._send(parameters["peer_id"], parameters)
            return item["message_id"]
        items: list[dict[str, Any]] = []
        for peer in parameters["peer_ids"].split(","):
            try:
                items.append({"peer_id": int(peer)} | await self._send(peer, parameters))
            except ApiError as refused:
                if refused.code not in (900, 901, 902):
                    raise
                error = {"code": refused.code, "description": str(refused)}
                items.append({"peer_id": int(peer), "message_id": 0, "error": error})
        return items

    async def _send(self, peer: str, parameters: Mapping[str, str]) -> dict[str, int]:
        room = self._open_room(peer)
        again = (peer, parameters["random_id"])
        if parameters["random_id"] != "0" and again in self._state.sent:
            return self._state.sent[again]
        shown = Shown(self._fake.next_message(peer), "")
        self._fill(room, shown, parameters)
        shown.edits = 0
        if forward := parameters.get("forward"):
            shown.reply_to = self._replied(room, json.loads(forward))
        await self._fake.show(room, shown)
        await self._fake.tell_sent(room, shown, int(parameters["random_id"]))
        message_id = next(self._message_ids) if room.private else 0
        self._messages[message_id] = (peer, shown.id)
        item = {"message_id": message_id}
        if self._state.tells_cmid:
            item["conversation_message_id"] = int(shown.id)
        self._state.sent[again] = item
        return item

    async def messages_edit(self, parameters: Mapping[str, str]) -> Any:
        room = self._open_room(parameters["peer_id"])
        shown = next((s for s in room.shown if s.id == parameters.get("cmid")), None)
        if shown is None or shown.author:
            raise ApiError(15, "Access denied: message can not be edited")
        if self._state.edits_expired:
            raise ApiError(909, "Can't edit this message, because it's too old")
        if self._fill(room, shown, parameters):
            shown.seq = self._fake.next_seq()
        await self._fake.changed()
        return 1

    async def messages_delete(self, parameters: Mapping[str, str]) -> Any:
        room = self._open_room(parameters["peer_id"])
        room.shown = [shown for shown in room.shown if shown.id != parameters["cmids"]]
        await self._fake.changed()
        return {parameters["cmids"]: 1}

    async def messages_getbyid(self, parameters: Mapping[str, str]) -> Any:
        ids = [int(message_id) for message_id in parameters["message_ids"].split(",")]
        found = [self._messages[message_id] for message_id in ids if message_id in self._messages]
        items = [{"peer_id": int(p), "conversation_message_id": int(m)} for p, m in found]
        return {"count": len(items), "items": items}

    async def messages_getbyconversationmessageid(self, parameters: Mapping[str, str]) -> Any:
        peer = parameters["peer_id"]
        self._open_room(peer)
        asked = [(peer, one) for one in parameters["conversation_message_ids"].split(",")]
        items = [self._state.whole[one] for one in asked if one in self._state.whole]
        items = items if self._state.keeps_whole else []
        links = re.sub(r"/files/\d+/", f"/files/{self._state.link_age}/", json.dumps(items))
        return {"count": len(items), "items": json.loads(links)}

    async def messages_getconversations(self, parameters: Mapping[str, str]) -> Any:
        if parameters.get("filter") != "unanswered":
            raise ApiError(100, "the fake knows the unanswered ones only")
        rooms = [r for r in self._fake.rooms.values() if r.shown and r.shown[-1].author]
        last = [(r, self._state.whole.get((r.id, r.shown[-1].id))) for r in rooms]
        items = [_conversation(room, message) for room, message in last if message]
        names = [_profile(int(account), name) for account, name in self._state.names.items()]
        return {"count": len(items), "items": items, "profiles": names}

    async def messages_sendmessageeventanswer(self, parameters: Mapping[str, str]) -> Any:
        if parameters["event_id"] not in self._fake.presses:
            raise ApiError(100, "event_id is invalid")
        self._state.answered_presses.append(parameters["event_id"])
        await self._fake.changed()
        return 1

    async def messages_getconversationmembers(self, parameters: Mapping[str, str]) -> Any:
        self._open_room(parameters["peer_id"])
        if not self._state.admin:
            raise ApiError(917, "You don't have access to this chat")
        peer, offset = parameters["peer_id"], int(parameters.get("offset", 0))
        items = [
            {"member_id": -self._state.group_id, "is_admin": True, "join_date": 1},
            *(
                {"member_id": int(account), "join_date": 1}
                for account in self._state.names
                if (peer, account) not in self._state.outside
            ),
        ]
        page = items[offset : offset + int(parameters.get("count", 20))]
        return {"count": len(items), "items": page}

    async def messages_getconversationsbyid(self, parameters: Mapping[str, str]) -> Any:
        items = []
        for peer in parameters["peer_ids"].split(","):
            if self._fake.rooms.get(peer) is None or peer in self._state.closed:
                continue
            settings = {
                "owner_id": 1,
                "title": "Сотрудники",
                "state": "in",
                "members_count": 3,
                "is_group_channel": False,
            } | self._state.chat_settings.get(peer, {})
            place = {"id": int(peer), "type": "chat", "local_id": int(peer) - CHATS_FROM}
            items.append({"peer": place, "chat_settings": settings})
        return {"count": len(items), "items": items}

    def _open_room(self, peer: str) -> Room:
        if peer in self._state.blocked_by:
            raise ApiError(901, "Can't send messages for users without permission")
        if peer in self._state.closed:
            raise ApiError(917, "You don't have access to this chat")
        room: Room | None = self._fake.rooms.get(peer)
        if room is None:
            code = 917 if int(peer) > CHATS_FROM else 901
            raise ApiError(code, "no such chat")
        return room

    def _fill(self, room: Room, shown: Shown, parameters: Mapping[str, str]) -> bool:
        text = parameters.get("message", "")
        names = [name for name in parameters.get("attachment", "").split(",") if name]
        if len(text) > 9000:
            raise ApiError(914, "Message is too long")
        if not (text or names) or len(names) > 10:
            raise ApiError(100, "One of the parameters specified was missing or invalid: message")
        files = [self._attached(name) for name in names]
        keyboard = self._keyboard(parameters.get("keyboard"))
        is_news = shown.becomes(as_seen(text), buttons_of(keyboard))
        shown.files = [file.content for file in files]
        self._state.keyboards[room.id, shown.id] = keyboard
        return is_news

    def _keyboard(self, given: str | None) -> dict[str, Any]:
        if given is None:
            return {}
        if not self._state.bot_abilities:
            raise ApiError(912, "This is a chat bot feature, change this status in settings")
        keyboard: dict[str, Any] = json.loads(given)
        if wrong := keyboard_mistake(keyboard):
            raise ApiError(911, f"Keyboard format is invalid: {wrong}")
        return keyboard

    def _attached(self, name: str) -> Stored:
        kind, owner, number, key = re.fullmatch(
            r"(photo|doc|video)(-?\d+)_(\d+)(?:_(\w+))?", name
        ).groups()  # type: ignore[union-attr]
        stored = self._state.stored.get(f"{kind}{owner}_{number}")
        if stored is None or (stored.key != (key or "") and int(owner) > 0):
            raise ApiError(
                100, "One of the parameters specified was missing or invalid: attachment"
            )
        return stored

    def _replied(self, room: Room, forward: Mapping[str, Any]) -> str:
        (cmid,) = forward["conversation_message_ids"]
        if str(forward["peer_id"]) != room.id or not forward["is_reply"]:
            raise ApiError(100, "One of the parameters specified was missing or invalid: forward")
        if all(shown.id != str(cmid) for shown in room.shown):
            raise ApiError(921, "Can't forward these messages")
        return str(cmid)

    # files

    async def photos_getmessagesuploadserver(self, parameters: Mapping[str, str]) -> Any:
        return {"upload_url": f"{self._state.url}/upload/photo", "album_id": -64, "group_id": 0}

    async def docs_getmessagesuploadserver(self, parameters: Mapping[str, str]) -> Any:
        self._open_room(parameters["peer_id"])
        return {"upload_url": f"{self._state.url}/upload/file"}

    async def photos_savemessagesphoto(self, parameters: Mapping[str, str]) -> Any:
        if parameters.get("hash") != "hash" or parameters.get("server") != "7":
            raise ApiError(118, "Invalid server")
        name, content = self._uploaded(parameters["photo"])
        stored = self._fake.store("photo", -self._state.group_id, name, content)
        return [self._fake.photo(stored)]

    async def docs_save(self, parameters: Mapping[str, str]) -> Any:
        name, content = self._uploaded(parameters["file"])
        title = parameters.get("title", name)
        stored = self._fake.store("doc", -self._state.group_id, title, content)
        return {"type": "doc", "doc": self._fake.document(stored)}

    def _uploaded(self, ticket: str) -> tuple[str, bytes]:
        if ticket not in self._state.uploads:
            raise ApiError(105, "Couldn't save file")
        return self._state.uploads.pop(ticket)


def _profile(account: int, name: str) -> dict[str, Any]:
    first, _, last = name.partition(" ")
    return {"id": account, "first_name": first, "last_name": last}


def _conversation(room: Room, last: dict[str, Any]) -> dict[str, Any]:
    peer = {"id": int(room.id), "type": "user" if room.private else "chat"}
    return {"conversation": {"peer": peer, "unanswered": True}, "last_message": last}


def as_seen(text: str) -> str:
    """What a reader sees: characters by number, mentions as names, nothing of a joiner in markup."""
    text = html.unescape(text)
    text = re.sub(r"\[(?:id|club|public|https?:)[^\]|]*\|([^\]]*)\]", r"\1", text)
    return re.sub(rf"([\[@*&]){JOINER}", r"\1", text)


def buttons_of(keyboard: Mapping[str, Any]) -> list[ShownButton]:
    """The buttons of a keyboard; VK labels a location button itself."""
    kinds = {"location": "location", "open_link": "url"}
    return [
        ShownButton(
            action.get("label", "Отправить местоположение"),
            action.get("payload", action.get("link", "")),
            kinds.get(action["type"], "press"),
        )
        for row in keyboard.get("buttons", ())
        for action in (button["action"] for button in row)
    ]


def keyboard_mistake(keyboard: Mapping[str, Any]) -> str:
    """What VK would not take, by dev.vk.com/api/bots/development/keyboard."""
    rows = keyboard["buttons"]
    inline = keyboard.get("inline", False)
    most_rows, most = (6, 10) if inline else (10, 40)
    if inline and keyboard.get("one_time"):
        return "inline and one_time"
    if len(rows) > most_rows or sum(map(len, rows)) > most:
        return "too many rows or buttons"
    for row in rows:
        if not 1 <= len(row) <= 5:
            return "a row has 1 to 5 buttons"
        for button in row:
            if wrong := _button_mistake(button, alone=len(row) == 1):
                return wrong
    return ""


def _button_mistake(button: Mapping[str, Any], *, alone: bool) -> str:
    action = button["action"]
    kind = action["type"]
    if kind == "location":
        return "" if alone and "color" not in button and "label" not in action else "location"
    if not 1 <= len(action.get("label", "")) <= 40:
        return "label"
    if kind == "open_link":
        return "" if "color" not in button and action.get("link") else "open_link"
    if kind not in ("text", "callback"):
        return "type"
    if button.get("color", "secondary") not in ("primary", "secondary", "positive", "negative"):
        return "color"
    payload = action.get("payload", "{}")
    if not isinstance(payload, str) or len(payload) > 255:
        return "payload"
    try:
        json.loads(payload)
    except ValueError:
        return "payload"
    return ""
