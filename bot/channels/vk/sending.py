"""Sending in VK: parts as messages, the ways around a refusal, and VK's errors."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.channels.vk.batches import VkBatches
from bot.channels.vk.calls import VkAway, VkError
from bot.channels.vk.files import ATTACHMENT_REFUSED, VkFiles
from bot.channels.vk.keyboards import keyboard, labels, literal
from bot.channels.vk.reading.events import CHATS_FROM
from bot.failures import Blocked, CannotEdit, RetryLater, Undeliverable, Unsendable
from bot.protocol import Attachment, Part
from config.texts import Texts
from handlers.residents.ways.menu_rows import menu_of

# Codes of dev.vk.com/reference/errors, 5.199.
TOO_LONG = 914
# Too many a second, flood, captcha, limit of the day: seconds to wait, and whether all chats do.
LIMITED = {6: (1, True), 9: (30, False), 14: (600, True), 29: (3600, True)}
PASSING = {1, 10, 13, 32, 36, 43}  # VK's own troubles
# This message is taken in no form, with nothing left to leave out: no visible sign, content, files.
MESSAGE_REFUSED = {
    *(8, 19, 100, 103, 105, 129, 200, 222, 910, 911, 912, 913, TOO_LONG, 921, 940, 943),
    *(969, 1150, 1152, 1153, 1160),
}
ABILITIES_OFF = 912  # the community's bot abilities are switched off
KEYBOARD_REFUSED = {911, ABILITIES_OFF}
REPLY_REFUSED = {100, 913, 921, 969}
EDIT_REFUSED = {15, 100, 104, 909, 910, 914, 920, 949}
# The person does not take messages: forbade them, deleted the page. Told of a private chat only.
PERSON_IS_GONE = {18, 901, 902, 3610}
# The chat takes nothing now, and nobody says for how long: left, forbidden, disabled, no right.
CHAT_CLOSED = {
    *(7, 15, 30, 37, 113, 203, 260, 701, 900, 917, 922, 925, 927, 932, 935, 936, 939, 945, 946),
    *(947, 950, 962, 983, 985, 987, 988, 1012, 3611),
}
# Nothing goes until somebody sees to it: the application, the server's address, a confirmation.
INSTALLATION_REFUSED = {2, 17, 20, 23, 24, 25, 34, 35, 38, 42, 3300, 3301, 3302, 3303, 3304, 3609}
# What no list names may pass; an error that comes so often in a row is the message's own.
UNKNOWN_TRIES = 5
# A random_id is an int32: a key has one for its message and two for the halves of a long one.
KEYS = 2**30

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Way:
    """What of a part goes along; VK's refusals take one after the other away.

    ``bare``: at last the words alone; files are named in them.
    """

    keyboard: bool = True
    refs: bool = True
    reply: bool = True
    bare: bool = False

    def milder(self, code: int, part: Part, reply_to: str) -> "_Way | None":
        """Return the way to try after that error; None if nothing is left to leave out."""
        if code in KEYBOARD_REFUSED and self.keyboard:
            if code == ABILITIES_OFF:
                log.warning("vk.buttons_refused", hint="switch the community's bot abilities on")
            return replace(self, keyboard=False)
        if code in ATTACHMENT_REFUSED and self.refs and any(a.ref for a in part.attachments):
            return replace(self, refs=False)
        if code in REPLY_REFUSED and self.reply and reply_to:
            return replace(self, reply=False)
        if (
            code in MESSAGE_REFUSED
            and not self.bare
            and (part.rows or reply_to or part.attachments)
        ):
            return _Way(keyboard=False, refs=False, reply=False, bare=True)
        return None


class VkSending:
    """Sends and edits messages; see VkAdapter for ``salt``.

    VK has no menu of commands, so in private chats what has no buttons of its own brings the menu,
    which stays below the field.
    """

    def __init__(self, calls: VkBatches, files: VkFiles, texts: Texts, salt: int) -> None:
        self._calls = calls
        self._files = files
        self._texts = texts
        self._salt = salt
        self._menu = keyboard(menu_of(texts), inline=False, private=True, stays=True)

    async def send(self, peer: str, part: Part, *, key: int, reply_to: str) -> list[str]:
        """Send a part, without the pieces that VK refuses; return the ids of its messages."""
        random_id = (key + self._salt) % (KEYS - 1) + 1
        with _in_our_words(peer):
            way: _Way | None = _Way()
            while way:
                message = await self._message(peer, part, way, reply_to)
                if way.keyboard and not part.rows and int(peer) < CHATS_FROM:
                    message["keyboard"] = self._menu
                try:
                    return await self._send(peer, message, random_id)
                except VkError as error:
                    refused, way = error, way.milder(error.code, part, reply_to)
            raise refused

    async def edit(self, peer: str, message_id: str, part: Part) -> None:
        """Edit the message with that ``cmid``; VK removes a keyboard that is not given again."""
        with _in_our_words(peer, editing=True):
            way: _Way | None = _Way()
            while way:
                message = await self._message(peer, part, way, "")
                try:
                    await self._calls(
                        "messages.edit",
                        peer_id=peer,
                        cmid=message_id,
                        keep_forward_messages=1,
                        **message,
                    )
                except VkError as error:
                    refused, way = error, way.milder(error.code, part, "")
                else:
                    return
            raise refused

    async def _message(self, peer: str, part: Part, way: _Way, reply_to: str) -> dict[str, Any]:
        private = int(peer) < CHATS_FROM
        text, shown = part.text, part.attachments
        names = [] if way.bare else await self._files.attach(peer, shown, refs=way.refs)
        names = names or [""] * len(shown)
        if not way.keyboard and part.rows:
            text = f"{text}\n\n{labels(part.rows, private=private)}"
        if refused := [a for a, name in zip(shown, names, strict=True) if not name]:
            text = "\n\n".join((text, *map(self._not_sent, refused)))
        replied = [int(reply_to)] if reply_to and way.reply else []
        forward = {"peer_id": int(peer), "conversation_message_ids": replied, "is_reply": 1}
        rows = keyboard(part.rows, inline=part.keyboard == "inline", private=private)
        return {
            "message": literal(text.strip()),
            "keyboard": rows if way.keyboard else None,
            "attachment": ",".join(filter(None, names)) or None,
            "forward": json.dumps(forward) if replied else None,
            "disable_mentions": 1,
            "dont_parse_links": 1,
        }

    def _not_sent(self, attachment: Attachment) -> str:
        log.warning("vk.file_refused", kind=attachment.kind, mime=attachment.mime)
        return self._texts("vk-file-refused", name=attachment.name)

    async def _send(
        self, peer: str, message: dict[str, Any], random_id: int, *, whole: bool = True
    ) -> list[str]:
        """Send a message; in two, under ids of their own, if VK finds it too long."""
        try:
            return await self._send_whole(peer, message, random_id)
        except VkError as error:
            if error.code != TOO_LONG or not whole:
                raise
            first, second = _halves(message["message"])
            head = message | {"message": first, "keyboard": None, "attachment": None}
            tail = message | {"message": second, "forward": None}
            ids = await self._send(peer, head, -random_id, whole=False)
            return ids + await self._send(peer, tail, KEYS + random_id, whole=False)

    async def _send_whole(self, peer: str, message: dict[str, Any], random_id: int) -> list[str]:
        """Only with ``peer_ids`` VK tells the conversation_message_id, and errors in its item.

        Source: github.com/python273/vk_api/issues/390.
        """
        answer = await self._calls("messages.send", peer_ids=peer, random_id=random_id, **message)
        if error := answer[0].get("error"):
            raise VkError("messages.send", int(error["code"]), str(error.get("description")))
        return await self._id(answer[0])

    async def _id(self, item: dict[str, Any]) -> list[str]:
        """The conversation_message_id; the message is sent, so no error may leave from here."""
        if found := item.get("conversation_message_id"):
            return [str(found)]
        try:
            answer = await self._calls("messages.getById", message_ids=item["message_id"])
            return [str(answer["items"][0]["conversation_message_id"])]
        except (VkError, VkAway, LookupError, TypeError) as error:
            log.warning("vk.message_id_unknown", error=type(error).__name__)
            return []


def _halves(text: str) -> tuple[str, str]:
    """A text cut at the last line's or word's end of its first half."""
    middle = len(text) // 2
    cut = max(text.rfind("\n", 0, middle), text.rfind(" ", 0, middle))
    cut = cut if cut > 0 else middle
    return text[:cut].rstrip(), text[cut:].lstrip()


@contextmanager
def _in_our_words(peer: str, *, editing: bool = False) -> Iterator[None]:
    """Raise what the delivery understands instead of VK's errors."""
    try:
        yield
    except VkAway as error:
        raise RetryLater(str(error)) from None
    except VkError as error:
        if editing and error.code in EDIT_REFUSED:
            raise CannotEdit(str(error)) from None
        raise _translated(error, private=int(peer) < CHATS_FROM) from None


def _translated(error: VkError, *, private: bool) -> Exception:
    text, code = str(error), error.code
    if code in PERSON_IS_GONE:
        return Blocked(text) if private else Undeliverable(text)
    if code in CHAT_CLOSED:
        return Undeliverable(text)
    if code in MESSAGE_REFUSED:
        return Unsendable(text)
    if code in PASSING:
        return RetryLater(text)
    if code in LIMITED:
        seconds, everywhere = LIMITED[code]
        return RetryLater(text, seconds, everywhere=everywhere, cause="limit")
    if error.is_token_refused:
        log.error("vk.token_refused", code=code, hint="VK does not accept MCU_VK_TOKEN")
        return RetryLater(text, 60, everywhere=True, cause="token")
    log.error("vk.refused", method=error.method, code=code)
    if code in INSTALLATION_REFUSED:
        return RetryLater(text, 60, everywhere=True, cause="token")
    return RetryLater(text, tries=UNKNOWN_TRIES)
