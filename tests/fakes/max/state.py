"""What the fake MAX remembers, and what its people, chats and messages look like."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.fakes.max.files import Files
from tests.fakes.messenger import FakeMessenger, Person, Room, Shown

# All ids are int64, and a number over 2 to the 53rd is no number of JavaScript any more.
DIALOGS_FROM = 9_300_000_000_000_000
READS = "read_all_messages"
WRITES = "write"
DELETES = frozenset(("delete", "delete_message", "post_edit_delete_message"))


class ApiError(Exception):
    """The call is answered with this error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


def bad(message: str, code: str = "proto.payload") -> ApiError:
    return ApiError(400, code, message)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Group:
    """A group as the bot stands in it. Without ``is_admin`` there are no rights."""

    is_member: bool = True
    is_admin: bool = True
    rights: tuple[str, ...] = (READS, WRITES)
    status: str = "active"
    title: str = "Сотрудники"
    is_public: bool = False
    outside: set[str] = field(default_factory=set)  # accounts that are not in it

    @property
    def is_read(self) -> bool:
        """Whether the bot sees what people write."""
        return self.is_member and self.is_admin and READS in self.rights


@dataclass
class Kept:
    """A message on the server."""

    raw: dict[str, Any]
    room: Room
    shown: Shown
    callback: str = ""  # of its keyboard as it is now

    @property
    def attachments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.raw["body"].get("attachments", [])
        return found

    @property
    def has_keyboard(self) -> bool:
        return any(one["type"] == "inline_keyboard" for one in self.attachments)


class MaxState(FakeMessenger):
    """The servers of MAX, for one bot."""

    channel = "max"

    def __init__(self, token: str, account: str, clock: Callable[[], datetime] | None) -> None:
        super().__init__()
        self.token = token
        self.account = account
        self.username = "mcu_test_bot"
        self.clock = clock or (lambda: datetime.now(UTC))
        self.names: dict[str, str] = {}
        self.dialogs: dict[str, str] = {}  # by account: active, suspended or removed
        self.groups: defaultdict[str, Group] = defaultdict(Group)
        self.messages: dict[str, Kept] = {}
        self.commands: list[dict[str, Any]] = []
        self.answered: list[str] = []  # callback ids
        self.actions: list[tuple[str, str]] = []  # what the chats were told: typing_on
        self.files = Files(token)
        self._callbacks: dict[str, str] = {}  # callback id -> mid
        self._numbers = count(1)
        self._last = self._last_moment = 0

    # Time and ids

    @property
    def now(self) -> int:
        """Milliseconds, as all times of MAX are."""
        return int(self.clock().timestamp() * 1000)

    def next_moment(self) -> int:
        """A moment that no other update has: the clock of a test may stand still."""
        self._last_moment = max(self.now, self._last_moment + 1)
        return self._last_moment

    def next_seq_of_message(self) -> int:
        """The time in its upper bits, as in all samples: over 2 to the 53rd, too."""
        self._last = max(self.now << 16, self._last + 1)
        return self._last

    def private_room_id(self, account: str) -> str:
        """A dialog has a number of its own, which is not the person's."""
        return str(DIALOGS_FROM + int(account))

    def account_in(self, room: Room) -> str:
        """The person of a dialog."""
        return str(int(room.id) - DIALOGS_FROM)

    def room(self, room_id: str, *, private: bool = False) -> Room:
        """The room; a negative number is a group's."""
        return super().room(room_id, private=private or int(room_id) > 0)

    def person(self, account: str, name: str = "Анна") -> Person:
        self.names[account] = name
        return super().person(account, name)

    # What things look like

    def user(self, account: str, *, photo: bool = False) -> dict[str, Any]:
        """A person; with ``photo`` as in what tells of chats."""
        name = self.names.get(account, "Мария")
        first, _, last = name.partition(" ")
        user = {
            "user_id": int(account),
            "first_name": first,
            "last_name": last,
            "is_bot": False,
            "last_activity_time": self.now,
            "name": name,
        }
        links = {"avatar_url": "https://i.oneme.ru/i?r=1", "full_avatar_url": "https://i.oneme.ru"}
        return user | (links if photo else {})

    @property
    def me(self) -> dict[str, Any]:
        return {
            "user_id": int(self.account),
            "first_name": "МЦУ",
            "username": self.username,
            "is_bot": True,
            "last_activity_time": self.now,
            "name": "МЦУ",
        }

    def recipient(self, room: Room, *, of_bot: bool) -> dict[str, Any]:
        """Whom a message is for: ``user_id`` is the addressee."""
        if not room.private:
            return {"chat_id": int(room.id), "chat_type": "chat"}
        addressee = self.account_in(room) if of_bot else self.account
        return {"chat_id": int(room.id), "chat_type": "dialog", "user_id": int(addressee)}

    def new_message(
        self,
        room: Room,
        sender: dict[str, Any] | None,
        shown: Shown,
        *,
        attachments: Iterable[dict[str, Any]] = (),
        link: dict[str, Any] | None = None,
    ) -> Kept:
        """Keep a new message: the number of its chat and its own number make its id."""
        seq = self.next_seq_of_message()
        shown.id = f"mid.{int(room.id) & (1 << 64) - 1:016x}{seq:016x}"
        body: dict[str, Any] = {"mid": shown.id, "seq": seq, "text": shown.text}
        if attached := list(attachments):
            body["attachments"] = attached
        raw: dict[str, Any] = {
            "recipient": self.recipient(room, of_bot=bool(sender and sender["is_bot"])),
            "timestamp": seq >> 16,
            "body": body,
        }
        raw |= ({"sender": sender} if sender else {}) | ({"link": link} if link else {})
        self.messages[shown.id] = kept = Kept(raw, room, shown)
        return kept

    def reply(self, mid: str) -> dict[str, Any] | None:
        """The ``link`` of an answer to a message."""
        answered = self.messages.get(mid)
        if answered is None:
            return None
        told = {
            "type": "reply",
            "chat_id": int(answered.room.id),
            "message": self.files.fresh(answered.raw["body"]),
        }
        sender = answered.raw.get("sender")
        return told | ({"sender": sender} if sender else {})

    def new_callback(self, kept: Kept) -> str:
        """The id of a press: of the keyboard as it stands, so the same for two presses."""
        if not kept.callback:
            kept.callback = f"f9LHodD0cOJf4_{next(self._numbers):x}"
            self._callbacks[kept.callback] = kept.shown.id
        return kept.callback

    def contact(self, account: str, phone: str, *, genuine: bool = True) -> dict[str, Any]:
        """A contact; a genuine one carries the hash that only the owner of the token can make."""
        user = self.user(account)
        vcf = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{phone}\r\nFN:{user['name']}\r\n"
            "END:VCARD\r\n"
        )
        key = self.token if genuine else "another token"
        digest = hmac.new(key.encode(), vcf.encode(), hashlib.sha256).hexdigest()
        payload = {"vcf_info": vcf, "hash": digest, "max_info": user}
        return {"type": "contact", "payload": payload}

    def bot_reads(self, room: Room) -> bool:
        """A bot sees nothing of a group until it is an administrator that may read."""
        return room.private or self.groups[room.id].is_read
