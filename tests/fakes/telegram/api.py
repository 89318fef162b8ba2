"""The Bot API's methods over rooms in memory, as strict as the real ones."""

import asyncio
import re
import time
from typing import Any

from tests.fakes.messenger import Room, Shown, ShownButton
from tests.fakes.telegram.state import (
    ApiError,
    Call,
    StoredFile,
    TelegramState,
    bad,
    units,
    visible,
    without_reply,
)

KIND_NAMES = {"photo": "Photo", "video": "Video", "document": "Document"}
HTML_TAGS = r"</?(b|strong|i|em|u|ins|s|strike|del|code|pre|a|blockquote|tg-spoiler)(\s[^<>]*)?>"


class BotApi(TelegramState):
    """What the bot may call; a method of the Bot API is ``on_<its name in snake case>``."""

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
                        lambda: self._updates or self._closing or self.down or self._poller != mine
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

    async def on_send_chat_action(self, call: Call) -> Any:
        """Topics are not looked at: a deleted one is taken (tdlib/telegram-bot-api issue 732)."""
        self._room(call)
        return True

    async def on_delete_message(self, call: Call) -> Any:
        group, number = self._room(call).group, str(call.params["message_id"])
        for room in self.rooms.values():
            found = [one for one in room.shown if room.group == group and one.id == number]
            if found:
                room.shown.remove(found[0])
                return True
        raise bad("message to delete not found")

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
            "permissions": {"can_send_messages": room.group not in self.muted_in},
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
            **self.facts.get(room.group, {}),
        }

    async def on_get_chat_member(self, call: Call) -> Any:
        room = self._room(call)
        account = str(call.params["user_id"])
        if account != str(self.bot_id):
            user = self._user(account)
            status = self.outside.get((room.group, account), "member")
            if (room.group, account) in self.anonymous:
                return self.membership("administrator", user) | {"is_anonymous": True}
            if int(account) < 0:
                raise bad("invalid user_id specified")
            if status == "unknown":
                raise bad("PARTICIPANT_ID_INVALID")
            if status == "hidden":
                raise bad("member list is inaccessible")
            return self.membership(status, user)
        return self.membership("administrator" if room.group in self.admin_in else "member")

    async def on_get_chat_administrators(self, call: Call) -> Any:
        room = self._room(call)
        hidden = [
            self.membership("administrator", self._user(account)) | {"is_anonymous": True}
            for group, account in sorted(self.anonymous)
            if group == room.group
        ]
        return hidden + ([self.membership("administrator")] if room.group in self.admin_in else [])

    @staticmethod
    def _user(account: str) -> dict[str, Any]:
        return {"id": int(account), "is_bot": False, "first_name": "Мария"}

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
        if room.group in self.muted_in:
            raise bad("not enough rights to send text messages to the chat")
        room = self._topic(room, str(call.params.get("message_thread_id", "")))
        self._limit(room)
        return room

    def _topic(self, group: Room, number: str) -> Room:
        """The room of a topic. Descriptions as the real server has them (collected 2026-11)."""
        if number and number not in self.topics.get(group.id, ()):
            raise bad("message thread not found")  # General, number 1, is none for the server
        room = self.room(f"{group.id}/{number}") if number else group
        if room.id in self.closed_topics:
            raise bad("TOPIC_CLOSED")
        return room

    def _limit(self, room: Room) -> None:
        """Where it is on: 30 messages a second, 20 a minute in a group, edits too.

        A private chat takes one a second for long, and 20 at once.
        """
        if not self.rate_limited:
            return
        now = asyncio.get_running_loop().time()
        windows = [("", 30, 1.0), (room.group, 20, 20.0 if room.private else 60.0)]
        for name, most, seconds in windows:
            times = self._sent_at[name]
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= most:
                self.refused_by_rate += 1
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
        message = self.messages.get((room.group, str(wanted["message_id"])))
        if message is None:
            if wanted.get("allow_sending_without_reply"):
                return None
            raise bad("message to be replied not found")
        return without_reply(message)

    async def _edit(self, call: Call, what: str, most: int, too_long: str) -> Any:
        room = self._target(call)
        message = self.messages.get((room.group, str(call.params["message_id"])))
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
        shown = self.message_in(room.group, str(message["message_id"]))
        if shown.becomes(text, buttons):
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
