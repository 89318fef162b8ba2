"""Messages as the MAX bot API sends, edits and answers with them, as strict as the real one."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.max import keyboards
from tests.fakes.max.files import Stored
from tests.fakes.max.state import DELETES, WRITES, ApiError, Kept, bad, units
from tests.fakes.max.updates import MaxUpdates
from tests.fakes.messenger import Room, Shown

TEXT, ATTACHMENTS = 4000, 12
ALONE = {"file", "audio", "sticker", "contact"}
EDITED_FOR = 7 * 24 * 3600 * 1000  # milliseconds, of a message in a dialog without a keyboard
ALL, IN_CHAT = 30, 2  # calls of the bot, and messages or edits in a chat, a second
KINDS = {"image": "image", "video": "movie", "audio": "audio", "file": "file"}


@dataclass
class Call:
    """A request: the parts of its path, its query and its JSON."""

    name: str  # as the specification calls it: GET /chats/{chatId}
    parts: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


class TooMany(Exception):
    """A limit is reached: 429."""


class MaxMessages(MaxUpdates):
    """The calls about messages. ``rate_limited`` turns the limits of messages and edits on."""

    rate_limited = False

    def __init__(self, token: str, account: str, clock: Any) -> None:
        super().__init__(token, account, clock)
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    async def post_messages(self, call: Call) -> Any:
        if ("chat_id" in call.query) == ("user_id" in call.query):
            raise bad("Exactly one of `chat_id` and `user_id` required")
        chat = call.query.get("chat_id") or self.private_room_id(call.query["user_id"])
        room = self._writable(chat)
        self._limit("", ALL)
        self._limit(f"message {room.id}", IN_CHAT)
        body = call.body or {}
        text = self._text(body)
        link = self._link(body.get("link"))
        attachments, files = self._attachments(body.get("attachments") or [])
        if not text and not [one for one in attachments if one["type"] != "inline_keyboard"]:
            raise bad("errors.required")
        shown = Shown(
            "",
            "",
            text,
            keyboards.buttons_of(attachments),
            files,
            reply_to=(body.get("link") or {}).get("mid", ""),
        )
        kept = self.new_message(room, self.me, shown, attachments=attachments, link=link)
        await self.show(room, shown)
        return {"message": self._told(kept)}

    async def put_messages(self, call: Call) -> Any:
        kept = self._mine(call.query["message_id"])
        self._limit("", ALL)
        self._limit(f"edit {kept.room.id}", IN_CHAT)
        self._writable(kept.room.id)
        is_old = self.now - kept.raw["timestamp"] > EDITED_FOR
        if kept.room.private and is_old and not kept.has_keyboard:
            return {"success": False, "message": "Message is too old", "code": "message.too.old"}
        await self._edit(kept, call.body or {})
        return {"success": True}

    async def delete_messages(self, call: Call) -> Any:
        kept = self._kept(call.query["message_id"])
        group = self.groups[kept.room.id]
        may = kept.room.private or DELETES & set(group.rights if group.is_admin else ())
        if not may:
            raise ApiError(403, "access.denied", "Insufficient permissions to delete message")
        del self.messages[kept.shown.id]
        kept.room.shown.remove(kept.shown)
        await self.changed()
        return {"success": True}

    async def get_messages(self, call: Call) -> Any:
        if "message_ids" in call.query:
            asked = call.query["message_ids"].split(",")
            found = [self.messages[mid] for mid in asked if mid in self.messages]
        else:
            room = self._readable(call.query.get("chat_id", ""))
            mids = [shown.id for shown in reversed(room.shown)][: int(call.query.get("count", 50))]
            found = [self.messages[mid] for mid in mids if mid in self.messages]
        return {"messages": [self._told(kept) for kept in found]}

    async def get_messages_one(self, call: Call) -> Any:
        return self._told(self._kept(call.parts[0]))

    async def post_answers(self, call: Call) -> Any:
        mid = self._callbacks.get(call.query["callback_id"])
        body = call.body or {}
        if mid is None:
            raise bad("Unknown callback_id")
        if body.get("message") is None and body.get("notification") is None:
            raise bad("`message` or `notification` required")
        self._limit("", ALL)
        if body.get("message") is not None:
            if mid not in self.messages:
                return {"success": False, "message": "Message not found"}
            await self._edit(self.messages[mid], body["message"])
        self.answered.append(call.query["callback_id"])
        await self.changed()
        return {"success": True}

    # What they have in common

    def _readable(self, chat: str) -> Room:
        room = self.rooms.get(chat)
        if room is None or (room.private and self.dialogs.get(self.account_in(room)) is None):
            raise ApiError(404, "chat.not.found", f"Chat {chat} not found")
        if not room.private and not self.groups[room.id].is_member:
            raise ApiError(403, "chat.denied", "Bot is not a member of the chat")
        return room

    def _writable(self, chat: str) -> Room:
        room = self._readable(chat)
        if room.private:
            standing = self.dialogs[self.account_in(room)]
            if standing == "suspended":
                raise ApiError(403, "chat.denied", "error.dialog.suspended")
            if standing == "removed":
                raise ApiError(404, "chat.not.found", f"Chat {chat} not found")
        else:
            group = self.groups[room.id]
            if group.is_admin and WRITES not in group.rights:
                raise ApiError(403, "chat.denied", "Insufficient permissions to write")
        return room

    def _kept(self, mid: str) -> Kept:
        if mid not in self.messages:
            raise ApiError(404, "message.not.found", f"Message {mid} not found")
        return self.messages[mid]

    def _mine(self, mid: str) -> Kept:
        kept = self._kept(mid)
        if kept.shown.author:
            raise ApiError(403, "access.denied", "Insufficient permissions to edit message")
        return kept

    def _told(self, kept: Kept) -> dict[str, Any]:
        return kept.raw | {"body": self.files.fresh(kept.raw["body"])}

    def _limit(self, name: str, most: int) -> None:
        if not self.rate_limited:
            return
        now, times = asyncio.get_running_loop().time(), self._times[name]
        while times and times[0] <= now - 1:
            times.popleft()
        if len(times) >= most:
            self.refused_by_rate += 1
            raise TooMany
        times.append(now)

    @staticmethod
    def _text(body: Mapping[str, Any]) -> str:
        text = body.get("text") or ""
        if units(text) > TEXT:
            raise bad("text: size must be between 0 and 4000")
        return str(text)

    def _link(self, wanted: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if not wanted:
            return None
        link = self.reply(wanted["mid"])
        if link is None:
            raise bad("Linked message not found")
        return link | {"type": wanted["type"]}

    async def _edit(self, kept: Kept, body: Mapping[str, Any]) -> None:
        """Replace what is given; attachments that are not named stay."""
        shown = kept.shown
        text = shown.text if body.get("text") is None else self._text(body)
        buttons, files, attachments = shown.buttons, shown.files, kept.attachments
        if body.get("attachments") is not None:
            attachments, files = self._attachments(body["attachments"])
            buttons = keyboards.buttons_of(attachments)
        if not text and not files:
            raise bad("errors.required")
        is_news = shown.becomes(text, buttons)
        kept.raw["body"] |= {"text": text, "attachments": attachments}
        kept.callback = ""
        shown.files = files
        if is_news:
            shown.seq = self.next_seq()
        await self.changed()

    def _attachments(self, wanted: list[Any]) -> tuple[list[dict[str, Any]], list[bytes]]:
        """What a message has then, and its files."""
        if len(wanted) > ATTACHMENTS:
            raise bad("Too many attachments")
        kinds = [one["type"] for one in wanted]
        others = [kind for kind in kinds if kind != "inline_keyboard"]
        if kinds.count("inline_keyboard") > 1 or (len(others) > 1 and ALONE & set(others)):
            raise bad("Attachments that cannot be in one message")
        told, files = [], []
        for one in wanted:
            if one["type"] == "inline_keyboard":
                keyboards.look_at(one["payload"]["buttons"])
                told.append(one)
            elif one["type"] in KINDS:
                stored = self._stored(one["type"], one.get("payload") or {})
                files.append(stored.content)
                told.append(self.files.attachment(stored))
            elif one["type"] == "location" and one.get("latitude") is None:
                raise bad("latitude cannot be null")
            else:
                told.append(one)
        return told, files

    def _stored(self, kind: str, payload: Mapping[str, Any]) -> Stored:
        photos = list((payload.get("photos") or {}).values())
        token = payload.get("token") or (photos[0]["token"] if photos else None)
        if not isinstance(token, str):
            if kind == "image":
                raise bad("No `photos`, `url` or `token` provided. Check payload.")
            raise bad(f"Missing `token` in {kind} attachment")
        stored = self.files.stored.get(token)
        if stored is None or stored.kind != kind:
            raise bad(f"Key: errors.process.attachment.{KINDS[kind]}.not.found", "attachment.error")
        if not stored.is_ours:
            raise bad(f"Key: errors.process.attachment.{KINDS[kind]}.not.owner", "attachment.error")
        if stored.not_ready:
            stored.not_ready -= 1
            message = f"Key: errors.process.attachment.{KINDS[kind]}.not.processed"
            raise bad(message, "attachment.not.ready")
        return stored
