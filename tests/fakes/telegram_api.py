"""The Bot API's methods over rooms in memory, as strict as the real ones."""

import asyncio
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.messenger import FakeMessenger, Room, Shown, ShownButton

KIND_NAMES = {"photo": "Photo", "video": "Video", "document": "Document"}
HTML_TAGS = r"</?(b|strong|i|em|u|ins|s|strike|del|code|pre|a|blockquote|tg-spoiler)(\s[^<>]*)?>"


class ApiError(Exception):
    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> dict[str, Any]:
        body = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


@dataclass(frozen=True)
class StoredFile:
    content: bytes
    kind: str
    name: str
    mime: str


@dataclass
class Queued:
    raw: dict[str, Any]
    confirmed: int = 0


@dataclass
class Call:
    """One request: its parameters (JSON decoded) and the files that came with it."""

    params: dict[str, Any]
    uploads: dict[str, StoredFile] = field(default_factory=dict)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


class BotApi(FakeMessenger):
    """Telegram's servers: what the bot may call. What people do is in FakeTelegram."""

    channel = "telegram"

    def __init__(self, token: str, username: str) -> None:
        super().__init__()
        self.token = token
        self.username = username
        self.bot_id = int(token.partition(":")[0])
        self.files: dict[str, StoredFile] = {}
        self.commands: list[dict[str, str]] = []
        self.answered: list[str] = []
        self.blocked: set[str] = set()
        self.met: set[str] = set()
        self.kicked_from: set[str] = set()
        self.admin_in: set[str] = set()
        self.muted_in: set[str] = set()
        self.privacy = False
        self.moved: dict[str, str] = {}
        self.twice = False
        self.rate_limited = False
        self.webhook: dict[str, Any] = {}
        self.webhook_error = ""
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self._updates: list[Queued] = []
        self._update_ids = count(1000)
        self._message_ids: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
        self._file_ids = count(1)
        self._queries: set[str] = set()
        self._allowed: list[str] = []
        self._poller = 0
        self._closing = False
        self._sent_at: defaultdict[str, deque[float]] = defaultdict(deque)

    # What messages look like

    @property
    def me(self) -> dict[str, Any]:
        return {"id": self.bot_id, "is_bot": True, "first_name": "МЦУ", "username": self.username}

    def chat(self, room: Room) -> dict[str, Any]:
        if room.private:
            return {"id": int(room.id), "type": "private", "first_name": "Anna"}
        kind = "supergroup" if room.id.startswith("-100") else "group"
        return {"id": int(room.id), "type": kind, "title": f"Group {room.id}"}

    def new_message(self, room: Room, sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        """Keep a new message. Supergroups count for themselves, other chats share one count."""
        counter = self._message_ids[room.id if room.id.startswith("-100") else ""]
        message = {
            "message_id": next(counter),
            "date": int(time.time()),
            "chat": self.chat(room),
            "from": sender,
            **{name: value for name, value in content.items() if value},
        }
        self.messages[room.id, str(message["message_id"])] = message
        return message

    def keep_file(self, file: StoredFile) -> str:
        file_id = f"{file.kind}-{next(self._file_ids)}-of-{self.bot_id}"
        self.files[file_id] = file
        return file_id

    def media(self, file_id: str) -> dict[str, Any]:
        """The field of a message that holds a file."""
        file = self.files[file_id]
        common = {"file_id": file_id, "file_unique_id": f"u{file_id}"}
        whole = common | {"file_size": len(file.content)}
        named = whole | {"file_name": file.name, "mime_type": file.mime}
        if file.kind == "photo":
            small = self.keep_file(StoredFile(file.content[:10], "photo", "", ""))
            thumb = {"file_id": small, "file_unique_id": f"u{small}", "width": 90, "height": 60}
            return {"photo": [thumb, whole | {"width": 1280, "height": 853}]}
        if file.kind == "video":
            return {"video": named | {"width": 640, "height": 480, "duration": 5}}
        return {"document": named}

    async def queue(self, **content: Any) -> int:
        """Queue an update of any content for the bot; its id."""
        update_id = next(self._update_ids)
        if not self._allowed or next(iter(content)) in self._allowed:
            self._updates.append(Queued({"update_id": update_id, **content}))
        await self.changed()
        return update_id

    def confirm(self, queued: Queued) -> None:
        queued.confirmed += 1
        if queued.confirmed >= (2 if self.twice else 1):
            self._updates.remove(queued)

    # Methods: on_<name in snake case>

    async def on_get_me(self, call: Call) -> Any:
        return self.me | {"can_join_groups": True, "can_read_all_group_messages": not self.privacy}

    async def on_get_updates(self, call: Call) -> Any:
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        offset = int(call.params.get("offset", 0))
        limit = int(call.params.get("limit", 100))
        self._allowed = call.params.get("allowed_updates", self._allowed)
        self._poller += 1
        mine = self._poller
        for queued in list(self._updates):
            if queued.raw["update_id"] < offset:
                self.confirm(queued)
        async with self._changed:
            self._changed.notify_all()
            try:
                async with asyncio.timeout(int(call.params.get("timeout", 0))):
                    await self._changed.wait_for(
                        lambda: self._updates or self._closing or self._poller != mine
                    )
            except TimeoutError:
                return []
        if self._poller != mine:
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return [queued.raw for queued in self._updates[:limit]]

    async def on_set_webhook(self, call: Call) -> Any:
        self._allowed = call.params.get("allowed_updates", self._allowed)
        self.webhook = {
            "url": call.params["url"],
            "secret": call.params.get("secret_token", ""),
        }
        return True

    async def on_delete_webhook(self, call: Call) -> Any:
        self.webhook = {}
        if call.params.get("drop_pending_updates") == "true":
            self._updates.clear()
        return True

    async def on_get_webhook_info(self, call: Call) -> Any:
        info = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self.webhook_error:
            now = int(time.time())
            info |= {"last_error_message": self.webhook_error, "last_error_date": now}
        return info

    async def on_set_my_commands(self, call: Call) -> Any:
        for command in call.params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= units(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = call.params["commands"]
        return True

    async def on_send_message(self, call: Call) -> Any:
        room = self._target(call)
        text = self._text(call, call.params.get("text", ""), 4096, "message is too long")
        if not text:
            raise bad("message text is empty")
        return await self._deliver(room, call, text, {"text": text}, [])

    async def on_send_photo(self, call: Call) -> Any:
        return await self._send_file(call, "photo")

    async def on_send_video(self, call: Call) -> Any:
        return await self._send_file(call, "video")

    async def on_send_document(self, call: Call) -> Any:
        return await self._send_file(call, "document")

    async def on_send_media_group(self, call: Call) -> Any:
        room = self._target(call)
        media = call.params["media"]
        if not 2 <= len(media) <= 10:
            raise bad("group send failed: wrong number of messages to send")
        kinds = {item["type"] for item in media}
        if "document" in kinds and len(kinds) > 1:
            raise bad("documents can't be mixed with other media types")
        captions = [
            self._text(call, item.get("caption", ""), 1024, "message caption is too long")
            for item in media
        ]
        ids = [self._file(call, item["type"], item["media"]) for item in media]
        album = {"media_group_id": str(next(self._file_ids))}
        return [
            await self._deliver(
                room, call, caption, {"caption": caption} | album | self.media(file_id), [file_id]
            )
            for file_id, caption in zip(ids, captions, strict=True)
        ]

    async def on_edit_message_text(self, call: Call) -> Any:
        return await self._edit(call, "text", 4096, "message is too long")

    async def on_edit_message_caption(self, call: Call) -> Any:
        return await self._edit(call, "caption", 1024, "message caption is too long")

    async def on_answer_callback_query(self, call: Call) -> Any:
        query = call.params["callback_query_id"]
        if query not in self._queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._queries.remove(query)
        self.answered.append(query)
        return True

    async def on_get_file(self, call: Call) -> Any:
        file_id = call.params["file_id"]
        file = self.files.get(file_id)
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(file.content) > 20 * 1024 * 1024:
            raise bad("file is too big")
        path = f"{file.kind}s/{file_id}"
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_path": path}

    async def on_get_chat(self, call: Call) -> Any:
        room = self._room(call)
        return self.chat(room) | {
            "accent_color_id": 1,
            "max_reaction_count": 11,
            "permissions": {"can_send_messages": room.id not in self.muted_in},
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    async def on_get_chat_member(self, call: Call) -> Any:
        room = self._room(call)
        if int(call.params["user_id"]) != self.bot_id:
            raise bad("user not found")
        return self.membership("administrator" if room.id in self.admin_in else "member")

    async def on_get_chat_administrators(self, call: Call) -> Any:
        room = self._room(call)
        return [self.membership("administrator")] if room.id in self.admin_in else []

    def membership(self, status: str) -> dict[str, Any]:
        member: dict[str, Any] = {"status": status, "user": self.me}
        if status == "kicked":
            member["until_date"] = 0
        if status == "administrator":
            rights = "be_edited manage_chat delete_messages manage_video_chats restrict_members"
            rights += " promote_members change_info invite_users post_stories edit_stories"
            rights += " delete_stories send_welcome_messages"
            member |= {"is_anonymous": False}
            member |= {f"can_{right}": True for right in rights.split()}
        return member

    # What they have in common

    def _room(self, call: Call) -> Room:
        chat = str(call.params["chat_id"])
        if chat in self.moved:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=int(self.moved[chat]),
            )
        room = self.rooms.get(chat)
        if room is None:
            raise bad("chat not found")
        if chat in self.kicked_from:
            raise ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        return room

    def _target(self, call: Call) -> Room:
        room = self._room(call)
        if room.id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if room.private and room.id not in self.met:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if room.id in self.muted_in:
            raise bad("not enough rights to send text messages to the chat")
        self._limit(room)
        return room

    def _limit(self, room: Room) -> None:
        """Where it is on: 30 messages a second, 20 a minute in a group, edits too."""
        if not self.rate_limited:
            return
        now = time.monotonic()
        windows = [("", 30, 1.0)] + ([] if room.private else [(room.id, 20, 60.0)])
        for name, most, seconds in windows:
            times = self._sent_at[name]
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= most:
                wait = int(times[0] + seconds - now) + 1
                raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        for name, _, _ in windows:
            self._sent_at[name].append(now)

    def _text(self, call: Call, text: str, most: int, too_long: str) -> str:
        mode = call.params.get("parse_mode", "")
        if mode.upper() == "HTML":
            text = re.sub(HTML_TAGS, "", text)
            if "<" in text:
                at = text.index("<")
                raise bad(f"can't parse entities: Unsupported start tag at byte offset {at}")
        elif mode and text.count("*") % 2 + text.count("_") % 2:
            raise bad("can't parse entities: Can't find end of the entity")
        text = text.strip()  # the real one drops white space around a text too
        if units(text) > most:
            raise bad(too_long)
        return text

    def _file(self, call: Call, kind: str, media: str) -> str:
        if media.startswith("attach://"):
            upload = call.uploads[media.removeprefix("attach://")]
            if not upload.content:
                raise bad("file must be non-empty")
            return self.keep_file(StoredFile(upload.content, kind, upload.name, upload.mime))
        file = self.files.get(media)
        if file is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad(f"can't use file of type {KIND_NAMES[file.kind]} as {KIND_NAMES[kind]}")
        return media

    async def _send_file(self, call: Call, kind: str) -> Any:
        room = self._target(call)
        caption = self._text(
            call, call.params.get("caption", ""), 1024, "message caption is too long"
        )
        file_id = self._file(call, kind, call.params[kind])
        content = {"caption": caption} | self.media(file_id)
        return await self._deliver(room, call, caption, content, [file_id])

    async def _deliver(
        self, room: Room, call: Call, text: str, content: dict[str, Any], files: list[str]
    ) -> Any:
        markup = call.params.get("reply_markup", {})
        buttons = self._buttons(room, markup)
        reply = self._reply(room, call.params.get("reply_parameters", {}))
        message = self.new_message(
            room,
            self.me,
            **content,
            reply_markup=markup if "inline_keyboard" in markup else None,
            reply_to_message=reply,
        )
        shown = Shown(
            id=str(message["message_id"]),
            author="",
            text=text,
            buttons=buttons,
            files=[self.files[file_id].content for file_id in files],
            reply_to=str(reply["message_id"]) if reply else "",
        )
        if markup and "inline_keyboard" not in markup:
            message["_reply_keyboard"] = True  # such a message cannot be edited later
        await self.show(room, shown)
        return visible(message)

    def _reply(self, room: Room, wanted: dict[str, Any]) -> dict[str, Any] | None:
        if not wanted:
            return None
        message = self.messages.get((room.id, str(wanted["message_id"])))
        if message is None:
            if wanted.get("allow_sending_without_reply"):
                return None
            raise bad("message to be replied not found")
        return without_reply(message)

    async def _edit(self, call: Call, what: str, most: int, too_long: str) -> Any:
        room = self._target(call)
        message = self.messages.get((room.id, str(call.params["message_id"])))
        if message is None:
            raise bad("message to edit not found")
        if message["from"]["id"] != self.bot_id or "_reply_keyboard" in message:
            raise bad("message can't be edited")
        is_text = "text" in message
        if is_text != (what == "text"):
            there = "text" if what == "text" else "caption"
            raise bad(f"there is no {there} in the message to edit")
        text = self._text(call, call.params.get(what, ""), most, too_long)
        if not text and is_text:
            raise bad("message text is empty")
        markup = call.params.get("reply_markup", {})
        if "inline_keyboard" not in markup and markup:
            raise bad("inline keyboard expected")
        buttons = self._buttons(room, markup)
        if text == message.get(what, "") and markup == message.get("reply_markup", {}):
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        message |= {what: text, "reply_markup": markup, "edit_date": int(time.time())}
        if not markup:
            del message["reply_markup"]
        shown = room.message(str(message["message_id"]))
        shown.text, shown.buttons, shown.edits = text, buttons, shown.edits + 1
        shown.seq = self.next_seq()
        await self.changed()
        return visible(message)

    def _buttons(self, room: Room, markup: dict[str, Any]) -> list[ShownButton]:
        inline = [button for row in markup.get("inline_keyboard", []) for button in row]
        keys = [button for row in markup.get("keyboard", []) for button in row]
        if len(inline) > 100 or len(keys) > 300:
            raise bad("reply markup is too long")
        for button in (*inline, *keys):
            if not button.get("text"):
                raise bad("can't parse keyboard button: Text must be non-empty")
            if button.get("style") not in (None, "primary", "success", "danger"):
                raise bad("can't parse button: invalid button style specified")
        return [inline_button(b) for b in inline] + [self._key(room, b) for b in keys]

    @staticmethod
    def _key(room: Room, button: dict[str, Any]) -> ShownButton:
        asks_place = button.get("request_location", False)
        if asks_place and not room.private:
            raise bad("location can be requested in private chats only")
        return ShownButton(button["text"], "", "location" if asks_place else "press")


def inline_button(button: dict[str, Any]) -> ShownButton:
    if "callback_data" in button:
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
        return ShownButton(button["text"], button["callback_data"])
    if "url" in button:
        if not re.match(r"(https?|tg)://[^\s/]+", button["url"]):
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
        return ShownButton(button["text"], button["url"], "url")
    raise bad("can't parse inline keyboard button: Text buttons are unallowed")


def visible(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if not name.startswith("_")}


def without_reply(message: dict[str, Any]) -> dict[str, Any]:
    """As it stands in reply_to_message: without what it answered itself."""
    return {k: v for k, v in visible(message).items() if k != "reply_to_message"}
