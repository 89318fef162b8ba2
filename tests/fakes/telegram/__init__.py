"""Telegram in memory, over a real socket: people and groups on one side, the Bot API on the other.

The bot, as an object or a whole process, is pointed at ``url`` with ``token``.
"""

import time
from typing import Any

from tests.fakes.messenger import Person, Room, Shown, ShownButton, Upload, code_in
from tests.fakes.telegram.server import TelegramServer
from tests.fakes.telegram.state import StoredFile, units, visible, without_reply

RED_SQUARE = (55.7539, 37.6208)
GROUP = "-1001"  # where tests of one group speak


class FakeTelegram(TelegramServer):
    """Bot API server, people and groups.

    Knobs: ``fail_next``, ``rate_limited``, ``twice`` (each update comes a second time), ``late``
    (and once more after the next one; without ``twice`` polling has confirmed it by then),
    ``privacy`` and ``admin_in`` (what the bot may read in groups), ``muted_in``, ``kicked_from``,
    ``webhook_base`` (where the webhook's host really is), ``webhook_pause``.
    """

    def user(self, person: Person) -> dict[str, Any]:
        first, _, last = person.name.partition(" ")
        user = {"id": int(person.account), "is_bot": False, "first_name": first}
        return user | ({"last_name": last} if last else {})

    async def say(self, person: Person, room: Room, text: str, reply_to: str) -> Shown:
        if units(text) > 4096:
            raise AssertionError("Telegram's apps cut such a text in two")
        return await self._write(person, room, text, reply_to, {"text": text})

    async def follow(self, person: Person, link: str) -> None:
        """The app opens the chat, and its button «Начать» sends the code."""
        code = code_in(link, f"https://t.me/{self.username}", "start")
        await self.say(person, person.room, f"/start {code}", "")

    async def press(self, person: Person, room: Room, shown: Shown, button: ShownButton) -> None:
        if button.kind == "location":
            await self.send_place(person, room, *RED_SQUARE)
        elif button.kind == "press" and not button.payload:
            await self.say(person, room, button.label, "")  # a key below the input field
        elif button.kind == "press":
            await self.press_data(person, room, shown.id, button.payload)

    async def press_data(self, person: Person, room: Room, message: str, data: str) -> str:
        """Press with any data, forged or old; the id of the query."""
        query = f"q{next(self._file_ids)}"
        self._queries.add(query)
        await self.queue(
            callback_query={
                "id": query,
                "from": self.user(person),
                "message": visible(self.messages[room.group, message]),
                "chat_instance": f"i{room.id}",
                "data": data,
            }
        )
        return query

    async def send_files(
        self, person: Person, room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None:
        album = {"media_group_id": str(next(self._file_ids))} if len(files) > 1 else {}
        for n, file in enumerate(files):
            stored = StoredFile(file.content, file.kind, file.name, file.mime)
            text = "" if n else caption
            content = {"caption": text} | album | self.media(self.keep_file(stored))
            await self._write(person, room, text, reply_to, content, [file.content])

    async def send_place(self, person: Person, room: Room, lat: float, lon: float) -> None:
        content = {"location": {"latitude": lat, "longitude": lon}}
        await self._write(person, room, "", "", content)

    async def send_unreadable(self, person: Person, room: Room, what: str) -> None:
        common = {"file_id": f"{what}-1", "file_unique_id": "u1"}
        contents: dict[str, dict[str, Any]] = {
            "voice": common | {"duration": 3},
            "audio": common | {"duration": 3},
            "contact": {"phone_number": "+70000000000", "first_name": "Иван"},
            "dice": {"emoji": "🎲", "value": 4},
            "sticker": common
            | {"type": "regular", "width": 512, "height": 512}
            | {"is_animated": False, "is_video": False},
        }
        await self._write(person, room, "", "", {what: contents[what]})

    async def block(self, person: Person) -> None:
        self.blocked.add(person.account)
        await self._membership(person, person.room, "member", "kicked")

    async def unblock(self, person: Person) -> None:
        self.blocked.discard(person.account)
        await self._membership(person, person.room, "kicked", "member")

    async def invite(self, person: Person, room: Room) -> None:
        """The person puts the bot into a group."""
        self.kicked_from.discard(room.id)
        await self._membership(person, room, "left", "member")

    async def leave(self, person: Person, room: Room, *, told: str = "") -> None:
        """The person leaves a group: ``told`` by a service message, to an administrator, or not."""
        self.outside[room.group, person.account] = "left"
        user = self.user(person)
        if told == "message":
            gone = self.new_message(room, user, left_chat_member=user)
            await self.queue(message=visible(gone))
        elif told == "administrator":
            await self.queue(
                chat_member={
                    "chat": self.chat(room),
                    "from": user,
                    "date": int(time.time()),
                    "old_chat_member": self.membership("member", user),
                    "new_chat_member": self.membership("left", user),
                }
            )

    async def forward(self, person: Person, text: str, files: tuple[Upload, ...] = ()) -> None:
        """The person forwards a channel's post to the bot."""
        channel = {"id": -1009, "type": "channel", "title": "Новости города"}
        origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 7}
        content: dict[str, Any] = {"forward_origin": origin, ("caption" if files else "text"): text}
        for file in files[:1]:
            stored = StoredFile(file.content, file.kind, file.name, file.mime)
            content |= self.media(self.keep_file(stored))
        await self._write(person, person.room, text, "", content)

    async def edit(self, person: Person, room: Room, shown: Shown, text: str) -> None:
        """The person edits a message of their own."""
        message = self.messages[room.group, shown.id]
        message |= {
            "text" if "text" in message else "caption": text,
            "edit_date": int(time.time()),
        }
        shown.text, shown.edits, shown.seq = text, shown.edits + 1, self.next_seq()
        await self.queue(edited_message=visible(message))

    async def say_as_group(
        self, person: Person, room: Room, text: str, reply_to: str = ""
    ) -> Shown:
        """An anonymous administrator writes: Telegram hides who."""
        stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        content = {"text": text, "sender_chat": self.chat(room), "from": stand_in}
        return await self._write(person, room, text, reply_to, content)

    async def open_topic(self, group: Room, name: str = "Дороги") -> Room:
        """Somebody opens a topic; the group has topics from now on if it had none."""
        self.topics.setdefault(group.id, set())
        number = str(next(self._message_ids[group.id]) + 1)  # that of the message that tells it
        self.topics[group.id].add(number)
        room = self.room(f"{group.id}/{number}")
        owner = {"id": 1, "is_bot": False, "first_name": "Owner"}
        told = {"name": name, "icon_color": 7322096}
        opened = self.new_message(room, owner, forum_topic_created=told)
        assert str(opened["message_id"]) == number
        await self.queue(message=visible(opened))
        return room

    def without_topics(self, group: Room) -> None:
        """The group has no topics any more: what was in them is shown in the group."""
        del self.topics[group.id]

    async def migrate(self, room: Room) -> Room:
        """The group becomes a supergroup under a new id; its messages stay behind."""
        new = self.room(f"-100{room.id.lstrip('-')}")
        self.moved[room.id] = new.id
        owner = {"id": 1, "is_bot": False, "first_name": "Owner"}
        gone = self.new_message(room, owner, migrate_to_chat_id=int(new.id))
        await self.queue(message=gone)
        here = self.new_message(new, owner, migrate_from_chat_id=int(room.id))
        await self.queue(message=here)
        return new

    async def _membership(self, person: Person, room: Room, old: str, new: str) -> None:
        await self.queue(
            my_chat_member={
                "chat": self.chat(room),
                "from": self.user(person),
                "date": int(time.time()),
                "old_chat_member": self.membership(old),
                "new_chat_member": self.membership(new),
            }
        )

    async def _write(
        self,
        person: Person,
        room: Room,
        text: str,
        reply_to: str,
        content: dict[str, Any],
        files: list[bytes] | None = None,
    ) -> Shown:
        if room.private:
            self.met.add(room.id)
        topic = room.id.partition("/")[2]  # in a topic what answers nothing "answers" its first
        answered = self.messages.get((room.group, reply_to or topic))
        reply = {"reply_to_message": without_reply(answered)} if answered else {}
        sender = content.pop("from", None) or self.user(person)
        message = self.new_message(room, sender, **content, **reply)
        shown = Shown(
            id=str(message["message_id"]),
            author=person.account,
            text=text,
            files=files or [],
            reply_to=reply_to,
        )
        await self.show(room, shown)
        if self._bot_reads(room, message):
            await self.queue(message=visible(message))
        return shown

    def _bot_reads(self, room: Room, message: dict[str, Any]) -> bool:
        """In privacy mode a bot gets a group's commands and answers to its own messages only."""
        if room.private or not self.privacy or room.group in self.admin_in:
            return room.group not in self.kicked_from
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        return str(message.get("text")).startswith("/") or bool(answered == self.bot_id)
