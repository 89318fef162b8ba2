"""The other calls of the MAX bot API: the bot, its updates, files and chats."""

import re
from typing import Any

from tests.fakes.max.messages import KINDS, Call, MaxMessages, TooMany
from tests.fakes.max.state import ApiError, Group, bad

COMMANDS = 32


class MaxMethods(MaxMessages):
    """All that the bot may call; a call is a method: ``GET /chats/{chatId}`` is ``get_chats_one``."""

    async def carry_out(self, call: Call) -> Any:
        """The answer of a call. Raises ApiError, TooMany."""
        method, _, path = call.name.partition(" ")
        words = re.sub(r"\{\w+\}", "one", path).strip("/").replace("/", "_")
        handler = getattr(self, f"{method.lower()}_{words}", None)
        if handler is None:
            raise ApiError(404, "not.found", f"Path {path} is not recognized")
        return await handler(call)

    # The bot and its updates

    async def get_me(self, call: Call) -> Any:
        return self.me | {"commands": self.commands}

    async def patch_me_commands(self, call: Call) -> Any:
        commands = call.body.get("commands", [])
        if len(commands) > COMMANDS:
            raise bad("Too many commands")
        for command in commands:
            known = len(command.get("description") or "x")
            if not (1 <= len(command["name"]) <= 64 and 1 <= known <= 128):
                raise bad("Invalid command")
        self.commands = commands
        return {"commands": commands}

    async def get_subscriptions(self, call: Call) -> Any:
        return {"subscriptions": [one.told for one in self.subscriptions.values()]}

    async def post_subscriptions(self, call: Call) -> Any:
        self.subscribe(call.body)
        return {"success": True}

    async def delete_subscriptions(self, call: Call) -> Any:
        self.unsubscribe(call.query["url"])
        return {"success": True}

    async def get_updates(self, call: Call) -> Any:
        if self.polls_too_often():
            raise TooMany
        if self.subscriptions and self.refuses_polls_while_subscribed:
            raise ApiError(405, "not.allowed", "Bot has a webhook subscription")
        query = call.query
        types = query["types"].split(",") if "types" in query else None
        marker = int(query["marker"]) if "marker" in query else None
        limit, timeout = int(query.get("limit", 100)), int(query.get("timeout", 30))
        return await self.poll(limit, timeout, marker, types)

    # Files

    async def post_uploads(self, call: Call) -> Any:
        if call.query["type"] not in KINDS:
            raise bad(f"Unknown type: {call.query['type']}")
        return self.files.new_ticket(call.query["type"])

    async def get_videos_one(self, call: Call) -> Any:
        stored = self.files.stored.get(call.parts[0])
        if stored is None or stored.kind != "video":
            raise ApiError(404, "video.not.found", "Video not found")
        return self.files.video(stored)

    # Chats

    async def get_chats_one(self, call: Call) -> Any:
        room = self._readable(call.parts[0])
        chat = {"chat_id": int(room.id), "last_event_time": self.now, "is_public": False}
        if room.private:
            user = self.user(self.account_in(room), photo=True)
            state = {"type": "dialog", "status": "active", "participants_count": 2}
            return chat | state | {"dialog_with_user": user}
        group = self.groups[room.id]
        inside = len(self._members(room.id)) + 1
        told = {"type": "chat", "status": group.status, "title": group.title}
        about = {"participants_count": inside, "owner_id": 1, "is_public": group.is_public}
        return chat | told | about

    async def get_chats_one_members_me(self, call: Call) -> Any:
        group = self._group(call.parts[0])
        return self._member(self.me, group.is_admin, group.rights)

    async def get_chats_one_members_admins(self, call: Call) -> Any:
        group = self._group(call.parts[0])
        if not group.is_admin:
            raise ApiError(403, "access.denied", "Bot is not an administrator")
        return {"members": [self._member(self.me, group.is_admin, group.rights)]}

    async def get_chats_one_members(self, call: Call) -> Any:
        self._group(call.parts[0])
        inside = self._members(call.parts[0])
        if "user_ids" in call.query:
            asked = call.query["user_ids"].split(",")
            inside = [account for account in inside if account in asked]
        return {"members": [self._member(self.user(one)) for one in inside]}

    async def delete_chats_one_members_me(self, call: Call) -> Any:
        self._group(call.parts[0]).is_member = False
        return {"success": True}

    async def post_chats_one_actions(self, call: Call) -> Any:
        room = self._readable(call.parts[0])
        self.actions.append((room.id, call.body["action"]))
        return {"success": True}

    def _group(self, chat: str) -> Group:
        return self.groups[self._readable(chat).id]

    def _members(self, chat: str) -> list[str]:
        return [account for account in self.names if account not in self.groups[chat].outside]

    def _member(
        self, user: dict[str, Any], is_admin: bool = False, rights: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        times = {"last_access_time": self.now, "join_time": self.now}
        named = list(rights) if is_admin else None
        return user | times | {"is_owner": False, "is_admin": is_admin, "permissions": named}
