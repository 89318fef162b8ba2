"""A fake MAX over real sockets: people and groups on one side, the bot API on the other.

The bot, as an object or a whole process, is pointed at ``url`` with ``token``.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from tests.fakes.max import odd
from tests.fakes.max.files import KINDS
from tests.fakes.max.server import MaxServer
from tests.fakes.max.state import READS, WRITES, Kept
from tests.fakes.messenger import Person, Room, Shown, ShownButton, Upload, code_in

GROUP = "-70801090403050"  # where tests of one group speak
RED_SQUARE = (55.7539, 37.6208)
PHONE = "+79000000000"


class FakeMax(MaxServer):
    """MAX for one bot, with people and groups.

    Knobs: ``fail_next``, ``refuse_next``, ``rate_limited``, ``twice``, ``late``, ``retrying``,
    ``groups[id]`` (how the bot stands there), ``files`` (the hosts of files), ``webhook_base``.
    """

    def __init__(
        self,
        token: str = "f9LHodD0cOJ-token-that-nobody-may-see",
        account: str = "229229229",
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(token, account, clock)

    # Beginning and ending a dialog

    async def begin(self, person: Person, payload: str = "") -> None:
        """The person presses «Начать», or follows a link with a payload; also after a stop."""
        self.dialogs[person.account] = "active"
        about = {"user_id": int(person.account), "user_locale": "ru"}
        await self._tell(
            "bot_started", person, **about, **({"payload": payload} if payload else {})
        )

    async def follow(self, person: Person, link: str) -> None:
        await self.begin(person, code_in(link, f"https://max.ru/{self.username}", "start"))

    async def block(self, person: Person) -> None:
        """The person stops the bot; two updates say so."""
        await self._ends(person, "suspended")

    async def remove_dialog(self, person: Person) -> None:
        """The person deletes the dialog: it is not there for the bot any more."""
        await self._ends(person, "removed")

    async def _ends(self, person: Person, standing: str) -> None:
        self.dialogs[person.account] = standing
        for kind in ("bot_stopped", "dialog_removed"):
            await self._tell(kind, person, user_locale="ru")

    async def clear(self, person: Person) -> None:
        """The person clears the history."""
        await self._tell("dialog_cleared", person, user_locale="ru")

    async def mute(self, person: Person) -> None:
        """The person mutes the bot for an hour and ends that."""
        until = self.now + 3_600_000
        await self._tell("dialog_muted", person, muted_until=until, user_locale="ru")
        await self._tell("dialog_unmuted", person, user_locale="ru")

    # What people say

    async def say(self, person: Person, room: Room, text: str, reply_to: str) -> Shown:
        """Say it; nobody can write to a bot before the dialog has begun.

        ``/start`` stands for the button «Начать» there, and is a message later.
        """
        if room.private and self.dialogs.get(person.account) != "active":
            command, _, payload = text.partition(" ")
            if command == "/start":
                shown = Shown(f"start{next(self._numbers)}", person.account, text)
                await self.show(room, shown)
                await self.begin(person, payload)
                return shown
            await self.begin(person)
        return (await self.post(person, room, text, reply_to=reply_to)).shown

    async def press(self, person: Person, room: Room, shown: Shown, button: ShownButton) -> None:
        if button.kind == "location":
            await self.send_place(person, room, *RED_SQUARE)
        elif button.kind == "contact":
            await self.send_contact(person, room)
        elif button.kind == "message":
            await self.post(person, room, button.label)
        elif button.kind == "press":
            await self.queue(self.pressed(person, shown.id, button.payload))
        else:
            raise AssertionError(f"{button.label!r} is a {button.kind} button")

    def pressed(self, person: Person, mid: str, payload: str) -> dict[str, Any]:
        """The update of a press with any payload, forged or old."""
        kept = self.messages[mid]
        callback = {
            "timestamp": self.next_moment(),
            "callback_id": self.new_callback(kept),
            "payload": payload,
            "user": self.user(person.account),
        }
        locale = {"user_locale": "ru"} if kept.room.private else {}
        return self._update(
            "message_callback", callback=callback, message=self._told(kept), **locale
        )

    async def send_files(
        self, person: Person, room: Room, files: tuple[Upload, ...], caption: str, reply_to: str
    ) -> None:
        """Pictures and videos are an album, one message; each document is one of its own."""
        together = [file for file in files if file.kind in {"photo", "video"}]
        alone = [[file] for file in files if file not in together]
        for number, group in enumerate([*([together] if together else []), *alone]):
            words = "" if number else caption
            await self.post(person, room, words, reply_to=reply_to, files=group)

    async def send_place(self, person: Person, room: Room, lat: float, lon: float) -> None:
        await self.post(person, room, attachments=[place(lat, lon)])

    async def send_contact(
        self, person: Person, room: Room, phone: str = PHONE, *, genuine: bool = True
    ) -> None:
        """The person's own number, or one that somebody made up."""
        contact = self.contact(person.account, phone, genuine=genuine)
        await self.post(person, room, attachments=[contact])

    async def send_unreadable(self, person: Person, room: Room, what: str) -> None:
        if what == "sticker":
            await self.post(person, room, attachments=[odd.sticker()])
        elif what == "contact":
            await self.send_contact(person, room)
        else:
            shown = Shown(f"{what}{next(self._numbers)}", person.account)
            await self.show(room, shown)
            await self.queue(odd.voice(self.now))

    async def forward(
        self, person: Person, room: Room, text: str, files: Iterable[Upload] = ()
    ) -> Shown:
        """The person forwards a post of a channel: the message itself has no words."""
        attached = [self._sent(file) for file in files]
        body: dict[str, Any] = {"mid": "mid.0", "seq": self.next_seq_of_message(), "text": text}
        link = {"type": "forward", "chat_id": -695695695695, "message": body}
        if attached:
            body["attachments"] = attached
        return (await self.post(person, room, link=link)).shown

    async def edit(self, person: Person, room: Room, shown: Shown, text: str) -> None:
        """The person edits a message of their own; the update carries the time of the message."""
        kept = self.messages[shown.id]
        kept.raw["body"]["text"] = text
        shown.text, shown.edits, shown.seq = text, shown.edits + 1, self.next_seq()
        if self.bot_reads(room):
            await self.queue(self._update("message_edited", message=self._told(kept)))

    async def remove(self, person: Person, room: Room, shown: Shown) -> None:
        """The person deletes a message."""
        self.messages.pop(shown.id, None)
        room.shown.remove(shown)
        about = {"message_id": shown.id, "chat_id": int(room.id), "user_id": int(person.account)}
        if self.bot_reads(room):
            await self.queue(self._update("message_removed", **about))

    async def post(
        self,
        person: Person,
        room: Room,
        text: str = "",
        *,
        reply_to: str = "",
        files: Iterable[Upload] = (),
        attachments: Iterable[dict[str, Any]] = (),
        link: dict[str, Any] | None = None,
    ) -> Kept:
        """A message of a person, shown, and told to the bot if it may read it."""
        given = list(files)
        attached = [*(self._sent(file) for file in given), *attachments]
        shown = Shown(
            "", person.account, text, files=[file.content for file in given], reply_to=reply_to
        )
        sender, link = self.user(person.account), link or self.reply(reply_to)
        kept = self.new_message(room, sender, shown, attachments=attached, link=link)
        await self.show(room, shown)
        if self.bot_reads(room):
            await self.queue(self.created(kept))
        return kept

    def created(self, kept: Kept) -> dict[str, Any]:
        """The update of a new message."""
        locale = {"user_locale": "ru"} if kept.room.private else {}
        return self._update("message_created", message=self._told(kept), **locale)

    # Groups

    async def invite(self, person: Person, room: Room, *, tells_who: bool = True) -> None:
        """The person puts the bot into a group, where it may read nothing yet.

        Since November 2026 polling does not tell who did.
        """
        group = self.groups[room.id]
        group.is_member, group.is_admin, group.rights = True, False, ()
        who = self._who(person) if tells_who else {}
        await self._in_group("bot_added", room, **who)

    async def put_out(self, person: Person, room: Room) -> None:
        """The person puts the bot out of a group."""
        group = self.groups[room.id]
        group.is_member = group.is_admin = False
        await self._in_group("bot_removed", room, **self._who(person))

    async def allow(self, person: Person, room: Room, *rights: str) -> None:
        """The person makes the bot an administrator with these rights, or one of all that it needs."""
        group = self.groups[room.id]
        group.is_admin, group.rights = True, rights or (READS, WRITES)
        await self._rights_changed(person, room)

    async def disallow(self, person: Person, room: Room) -> None:
        """The bot is no administrator any more."""
        group = self.groups[room.id]
        group.is_admin, group.rights = False, ()
        await self._rights_changed(person, room)

    async def leave(self, person: Person, room: Room) -> None:
        """The person leaves a group."""
        self.groups[room.id].outside.add(person.account)
        if self.bot_reads(room):
            await self._in_group("user_removed", room, **self._who(person))

    async def join(self, person: Person, room: Room) -> None:
        """The person comes into a group."""
        self.groups[room.id].outside.discard(person.account)
        if self.bot_reads(room):
            await self._in_group("user_added", room, **self._who(person), inviter_id=1)

    async def rename(self, person: Person, room: Room, title: str) -> None:
        """The group gets another title."""
        self.groups[room.id].title = title
        about = {"chat_id": int(room.id), "title": title}
        if self.bot_reads(room):
            await self.queue(self._update("chat_title_changed", **about, **self._who(person)))

    async def _rights_changed(self, person: Person, room: Room) -> None:
        group = self.groups[room.id]
        standing = {"is_admin": group.is_admin, "bot_id": int(self.account)}
        rights = {"permissions": list(group.rights)} if group.is_admin else {}
        about = {"user_id": int(person.account)} | standing | rights
        await self._in_group("bot_admin_permissions_changed", room, **about)

    # What they have in common

    def _who(self, person: Person) -> dict[str, Any]:
        return {"user": self.user(person.account, photo=True), "user_id": int(person.account)}

    async def _in_group(self, kind: str, room: Room, **about: Any) -> None:
        where = {"chat_id": int(room.id), "is_channel": False}
        await self.queue(self._update(kind, **where, **about))

    async def _tell(self, kind: str, person: Person, **about: Any) -> None:
        where = {"chat_id": int(person.room.id), "user": self.user(person.account, photo=True)}
        await self.queue(self._update(kind, **where, **about))

    def _update(self, kind: str, **content: Any) -> dict[str, Any]:
        raw = {"update_type": kind, "timestamp": self.next_moment(), **content}
        told: dict[str, Any] = json.loads(json.dumps(raw))  # as it is now, whatever becomes of it
        return told

    def _sent(self, file: Upload) -> dict[str, Any]:
        stored = self.files.keep(KINDS[file.kind], file.name, file.content)
        return self.files.attachment(stored)


def place(lat: float, lon: float) -> dict[str, Any]:
    """A location: its numbers stand beside its type, not in a payload."""
    return {"type": "location", "latitude": lat, "longitude": lon}
