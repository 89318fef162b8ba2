"""What the fake Telegram remembers, and what its messages look like."""

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.messenger import FakeMessenger, Repeats, Room


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


class TelegramState(FakeMessenger):
    """What Telegram's servers remember."""

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
        self.topics: dict[str, set[str]] = {}  # of the groups that have them, their numbers
        self.closed_topics: set[str] = set()  # as rooms are called: a group's own is General
        self.anonymous: set[tuple[str, str]] = set()  # group and account
        self.admin_in: set[str] = set()
        self.muted_in: set[str] = set()
        self.facts: dict[str, dict[str, Any]] = {}  # of a room, as ChatFullInfo names them
        self.outside: dict[tuple[str, str], str] = {}  # room and account: left, kicked, ...
        self.privacy = False
        self.moved: dict[str, str] = {}
        self.twice = False
        self.late = False
        self.rate_limited = False
        self.refused_by_rate = 0
        self.webhook: dict[str, Any] = {}
        self.webhook_error = ""
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self._updates: list[Queued] = []
        self._repeats = Repeats()
        self._update_ids = count(1000)
        self._message_ids: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
        self._file_ids = count(1)
        self._queries: set[str] = set()
        self._allowed: list[str] = []
        self._poller = 0
        self._closing = False
        self.down = False
        self._sent_at: defaultdict[str, deque[float]] = defaultdict(deque)

    # What messages look like

    @property
    def me(self) -> dict[str, Any]:
        return {"id": self.bot_id, "is_bot": True, "first_name": "МЦУ", "username": self.username}

    def chat(self, room: Room) -> dict[str, Any]:
        if room.private:
            return {"id": int(room.id), "type": "private", "first_name": "Anna"}
        kind = "supergroup" if room.group.startswith("-100") else "group"
        told = {"id": int(room.group), "type": kind, "title": f"Group {room.group}"}
        return told | ({"is_forum": True} if room.group in self.topics else {})

    def new_message(self, room: Room, sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        """Keep a new message. Supergroups count for themselves, other chats share one count."""
        counter = self._message_ids[room.group if room.group.startswith("-100") else ""]
        message = {
            "message_id": next(counter),
            "date": int(time.time()),
            "chat": self.chat(room),
            "from": sender,
            **self._thread(room, content.get("reply_to_message")),
            **{name: value for name, value in content.items() if value},
        }
        self.messages[room.group, str(message["message_id"])] = message
        return message

    def _thread(self, room: Room, answered: dict[str, Any] | None) -> dict[str, Any]:
        """The topic of a message; in an ordinary supergroup an answer is in a thread, too."""
        if room.group in self.topics:
            topic = room.id.partition("/")[2]
            return {"message_thread_id": int(topic), "is_topic_message": True} if topic else {}
        if answered and room.group.startswith("-100"):
            root = answered.get("message_thread_id") or answered["message_id"]
            return {"message_thread_id": root}
        return {}

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
            raw = {"update_id": update_id, **content}
            # Twice is how often it is to be confirmed: see below.
            copies = self._repeats.of(raw, twice=False, late=self.late)
            self._updates += [Queued(one) for one in copies]
        await self.changed()
        return update_id

    def confirm(self, queued: Queued) -> None:
        queued.confirmed += 1
        if queued.confirmed >= (2 if self.twice else 1):
            self._updates.remove(queued)

    def membership(self, status: str, user: dict[str, Any] | None = None) -> dict[str, Any]:
        """A ChatMember; ``user``: whose (the bot's)."""
        member: dict[str, Any] = {"status": status, "user": user or self.me}
        if status == "restricted":
            sorts = "messages audios documents photos videos video_notes voice_notes polls"
            sorts += " other_messages"
            denied = [f"can_send_{sort}" for sort in sorts.split()]
            denied += ["can_add_web_page_previews", "can_react_to_messages", "can_edit_tag"]
            denied += ["can_change_info", "can_invite_users", "can_pin_messages"]
            member |= dict.fromkeys([*denied, "can_manage_topics"], False)
            member |= {"is_member": False, "until_date": 0}
        if status == "kicked":
            member["until_date"] = 0
        if status == "administrator":
            rights = "be_edited manage_chat delete_messages manage_video_chats restrict_members"
            rights += " promote_members change_info invite_users post_stories edit_stories"
            rights += " delete_stories send_welcome_messages"
            member |= {"is_anonymous": False}
            member |= {f"can_{right}": True for right in rights.split()}
        return member


def visible(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if not name.startswith("_")}


def without_reply(message: dict[str, Any]) -> dict[str, Any]:
    """As it stands in reply_to_message: without what it answered itself."""
    return {k: v for k, v in visible(message).items() if k != "reply_to_message"}
