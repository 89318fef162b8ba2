"""Sending to MAX: parts as messages, simpler forms after a refusal, MAX's errors in our words.

Texts go without a format, so nothing in them is markup and nothing needs escaping.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from bot.channels.lesser import lesser
from bot.channels.max.calls import MaxAway, MaxCalls, MaxError
from bot.channels.max.files import FileRefused, MaxFiles, type_of
from bot.channels.max.keyboards import keyboard
from bot.channels.max.pace import CALLS_PER_SECOND, Windows
from bot.channels.piecewise import PieceRefused, Piecewise
from bot.failures import Blocked, CannotEdit, RetryLater, Undeliverable
from bot.protocol import Attachment, Grid, Limits, Part, Rate
from config.texts import Texts
from storage.messages import Address

# dev.max.ru, read 2026-11: 2 messages and 2 edits a second in a chat of any kind, 30 calls for a
# bot. So a group takes 120 messages a minute: no limit of its own by the minute is needed.
# 12 attachments with the keyboard; the unit of 4000 is not told, ours is the stricter one.
MAX_LIMITS = Limits(
    text=4000,
    caption=4000,
    label=40,
    payload=1024,
    inline=Grid(rows=30, columns=7, buttons=210),
    keyboard=None,
    location="inline",
    album=10,
    album_buttons=True,
    pushes_per_second=2,
)
MAX_RATE = Rate(messages_per_second=CALLS_PER_SECOND, is_paced_there=True)
PER_CHAT = 2  # a second, messages and edits each
# Seconds to wait until what was uploaded has been processed; of a video it takes longer.
NOT_READY = "attachment.not.ready"
PROCESSING = (0.5, 1.0, 2.0, 3.0)
PROCESSING_LATER = 10.0
PROCESSING_TRIES = 30
TOKEN_PAUSE = 60.0
UNKNOWN_TRIES = 5

log = structlog.get_logger()


class MaxSending:
    """Sends and edits messages."""

    def __init__(self, calls: MaxCalls, files: MaxFiles, texts: Texts) -> None:
        self._calls = calls
        self._files = files
        self._texts = texts
        self._messages = Windows(PER_CHAT)
        self._edits = Windows(PER_CHAT)
        self._piecewise = Piecewise(self._lesser)

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str) -> list[str]:
        """Send one part; return the ids of its messages, the one with the text first."""
        return await self._piecewise.send(
            key, pieces(part), partial(self._send_piece, to, reply_to=reply_to)
        )

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Show ``part`` in place of a sent message: what it does not have is taken away.

        Files that were messages of their own stay as they are.
        """
        async with self._edits.of(to.chat).one():
            with _in_our_words(to.chat, editing=True):
                body = await self._body(pieces(part)[-1] if part.attachments else part)
                await self._patiently("PUT", {"message_id": message}, body)

    async def _send_piece(self, to: Address, piece: Part, *, reply_to: str) -> list[str]:
        """Send a piece; return the ids of its messages. Raises PieceRefused."""
        for answered in dict.fromkeys((reply_to, "")):  # what it answers may be gone
            try:
                return await self._sent(to, piece, answered)
            except PieceRefused as refusal:
                log.warning("max_message_refused", reason=str(refusal))
                refused = refusal
        for attachment in piece.attachments:
            self._files.forget(attachment)
        raise refused

    async def _sent(self, to: Address, piece: Part, reply_to: str) -> list[str]:
        with _in_our_words(to.chat):
            body = await self._body(piece)
            if reply_to:
                body["link"] = {"type": "reply", "mid": reply_to}
            async with self._messages.of(to.chat).one(later=piece.news):
                answer = await self._patiently("POST", {"chat_id": to.chat}, body, later=piece.news)
        return _id_in(answer)

    def _lesser(self, piece: Part) -> list[Part]:
        """Return the simpler forms; a file that is taken in none is named."""
        less = lesser(piece)
        if not piece.attachments or any(one.attachments for one in less):
            return less
        [file] = piece.attachments
        return [*less, Part(self._texts("max-file-refused", name=file.name))]

    async def _body(self, piece: Part) -> dict[str, Any]:
        attachments = [await self._files.attach(one) for one in piece.attachments]
        buttons = keyboard(piece.rows)
        # A list replaces all that was there, an empty one takes it away.
        return {
            "text": piece.text,
            "attachments": [*attachments, *([buttons] if buttons else [])],
        }

    async def _patiently(
        self, method: str, query: dict[str, str], body: dict[str, Any], *, later: bool = False
    ) -> dict[str, Any]:
        """Make a call again while its files are being processed: nothing was made by it."""
        for pause in PROCESSING:
            try:
                return await self._calls(method, "/messages", query=query, body=body, later=later)
            except MaxError as error:
                if error.code != NOT_READY:
                    raise
            await asyncio.sleep(pause)
        return await self._calls(method, "/messages", query=query, body=body, later=later)


def pieces(part: Part) -> list[Part]:
    """Cut a part into pieces that are a message each: a file is the only one of its message.

    The piece with the text and the buttons is the last.
    """
    seen = tuple(file for file in part.attachments if type_of(file) != "file")
    papers = [file for file in part.attachments if type_of(file) == "file"]
    last: Sequence[Attachment] = seen or papers[-1:]
    alone = papers if seen else papers[:-1]
    whole = [replace(part, attachments=tuple(last))] if last or part.text or part.rows else []
    return [*(Part(attachments=(file,)) for file in alone), *whole]


def _id_in(answer: Mapping[str, Any]) -> list[str]:
    """The id of the message in the answer: if it is not told, a retry would send another message."""
    message = answer.get("message")
    if not isinstance(message, Mapping):
        raise RetryLater("an odd answer", tries=UNKNOWN_TRIES)
    body = message.get("body")
    mid = body.get("mid") if isinstance(body, Mapping) else None
    if not mid:
        log.warning("max_message_id_unknown")
    return [str(mid)] if mid else []


@contextmanager
def _in_our_words(chat: str, *, editing: bool = False) -> Iterator[None]:
    """Raise what the delivery understands instead of MAX's errors, and PieceRefused."""
    try:
        yield
    except (FileRefused, FileNotFoundError) as refusal:
        raise (CannotEdit if editing else PieceRefused)(str(refusal)) from None
    except MaxAway as error:
        raise RetryLater(str(error)) from None
    except MaxError as error:
        raise _translated(error, chat, editing=editing) from None


def _translated(error: MaxError, chat: str, *, editing: bool) -> Exception:
    """Return what a refusal means. An unknown 403 is of the chat, an unknown 400 of the message."""
    told, text = str(error), error.text.lower()
    if error.status == 401:
        log.error("max_token_refused", hint="MAX does not accept MCU_MAX_TOKEN")
        return RetryLater(told, TOKEN_PAUSE, everywhere=True, cause="token")
    if error.status == 429:  # it is not told whether the chat's limit is meant, or the bot's
        return RetryLater(told, error.wait, cause="limit")
    if error.code == NOT_READY:
        return RetryLater(told, tries=PROCESSING_TRIES)
    if editing and error.status in (200, 400, 403, 404, 413):
        return CannotEdit(told)
    if error.status == 403 and "error.dialog.suspended" in f"{error.code} {text}":
        return Blocked(told)  # the person stopped the bot
    if error.code == "chat.not.found" and not chat.startswith("-"):
        return Blocked(told)  # and deleted the dialog (love-apples/maxapi issue 164, 2026)
    if error.status in (403, 404):
        return Undeliverable(told)
    if error.status in (200, 400, 413):
        return PieceRefused(told)
    return RetryLater(told, tries=UNKNOWN_TRIES)
