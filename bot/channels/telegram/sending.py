"""Sending to Telegram: parts as requests, keyboards, and simpler forms after a refusal.

Texts go without a parse mode, so nothing in them is markup and nothing needs escaping.
"""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiogram import Bot
from aiogram.types import (
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    MediaUnion,
)

from bot.channels.telegram import topics
from bot.channels.telegram.requests import (
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendText,
    SendVideo,
)
from bot.protocol import Attachment, FileSource, Grid, Limits, Part, Rate
from config.lengths import units
from storage.messages import Address, Button, Tone

UNSENT = re.compile(r'[\x00-\x1f\x7f"\\/]')  # signs of a name that would break its header
# https://core.telegram.org/bots/api and /bots/faq, read 2026-11. Telegram sets no length for a
# label and allows 100 buttons; more than these rows or letters nobody reads. A private chat takes
# a message a second, and short bursts; a group 20 a minute.
TELEGRAM_LIMITS = Limits(
    text=4096,
    caption=1024,
    label=64,
    payload=64,
    inline=Grid(rows=40, columns=8, buttons=100),
    keyboard=Grid(rows=40, columns=8, buttons=100),
    location="keyboard",
    album=10,
    pushes_per_second=1,
)
GROUP_LIMITS = replace(TELEGRAM_LIMITS, pushes_per_second=None, messages_per_minute=20)
TELEGRAM_RATE = Rate(messages_per_second=30)

# Keyboards are written as Telegram reads them: aiogram's models of them cost more than the rest of
# a message, and check only what stands here.
Keyboard = dict[str, Any]
NO_PREVIEW: Mapping[str, Any] = {"is_disabled": True}
_STYLES: Mapping[Tone, Mapping[str, str]] = {
    "plain": {},
    "primary": {"style": "primary"},
    "good": {"style": "success"},
    "bad": {"style": "danger"},
}
_MEDIA = {"photo": InputMediaPhoto, "video": InputMediaVideo, "document": InputMediaDocument}

Send = SendText | SendPhoto | SendVideo | SendDocument | SendMediaGroup


class StoredFile(InputFile):
    """A kept file, read while it is sent."""

    def __init__(self, files: FileSource, file: Attachment) -> None:
        super().__init__(filename=_safe_name(file))
        self._files = files
        self._key = file.key

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Yield the bytes, from the beginning at each call."""
        async for chunk in self._files.chunks(self._key):
            yield chunk


def pieces(part: Part) -> list[Part]:
    """Cut a part into pieces that fit one request each.

    Documents make an album of their own. An album has no buttons, so a text with buttons follows
    it: the buttons stay at the lower end of the screen.
    """
    seen = [file for file in part.attachments if file.kind != "document"]
    papers = [file for file in part.attachments if file.kind == "document"]
    albums = [album for files in (seen, papers) for album in _batched(files, TELEGRAM_LIMITS.album)]
    if not albums:
        return [part]
    fits = units(part.text) <= TELEGRAM_LIMITS.caption
    if fits and not (part.rows and len(part.attachments) > 1):
        first, *rest = albums
        return [replace(part, attachments=first), *(Part(attachments=album) for album in rest)]
    return [*(Part(attachments=album) for album in albums), replace(part, attachments=())]


def request(to: Address, piece: Part, *, private: bool, reply_to: str, files: FileSource) -> Send:
    """Return the request that sends a piece; files without a ref are read from ``files``."""
    common: dict[str, Any] = {"chat_id": topics.group_of(to)}
    if topic := topics.topic_of(to):
        common["message_thread_id"] = topic
    if reply_to:
        common["reply_parameters"] = {
            "message_id": int(reply_to),
            "allow_sending_without_reply": True,
        }
    if len(piece.attachments) > 1:
        return SendMediaGroup(media=_album(piece, files), **common)
    common["reply_markup"] = markup(piece, private=private)
    if not piece.attachments:
        values = common | {"text": piece.text, "link_preview_options": NO_PREVIEW}
        return SendText(values)
    file = piece.attachments[0]
    common["caption"] = piece.text or None
    if file.kind == "photo":
        return SendPhoto(photo=_media(file, files), **common)
    if file.kind == "video":
        return SendVideo(video=_media(file, files), **common)
    return SendDocument(document=_media(file, files), **common)


def markup(piece: Part, *, private: bool) -> Keyboard | None:
    """Return the keyboard of a piece.

    In a group a keyboard below the input field would be shown to everyone, and its location button
    works in private chats only: a group gets inline buttons. In a private chat a piece without
    buttons removes the keyboard that was there.
    """
    if not piece.rows:
        return {"remove_keyboard": True} if private else None
    if piece.keyboard == "inline" or not private:
        return inline_markup(piece)
    rows = [[_key(button) for button in row] for row in piece.rows]
    return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}


def inline_markup(piece: Part) -> Keyboard | None:
    """Return the buttons under a message; None if there are none."""
    rows = [[_inline(b) for b in row if b.kind != "location"] for row in piece.rows]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _inline(button: Button) -> Keyboard:
    opens = {"url": button.url} if button.kind == "url" else {"callback_data": button.press}
    return {"text": button.label, **opens, **_STYLES[button.tone]}


def _key(button: Button) -> Keyboard:
    asks_place = {"request_location": True} if button.kind == "location" else {}
    return {"text": button.label, **asks_place, **_STYLES[button.tone]}


def _album(piece: Part, files: FileSource) -> list[MediaUnion]:
    """The media of an album; its first file carries the caption of the whole."""
    captions = (piece.text or None, *(None for _ in piece.attachments[1:]))
    return [
        _MEDIA[file.kind](media=_media(file, files), caption=caption)
        for file, caption in zip(piece.attachments, captions, strict=True)
    ]


def _media(file: Attachment, files: FileSource) -> str | StoredFile:
    return file.ref or StoredFile(files, file)


def _safe_name(file: Attachment) -> str:
    """A name that cannot break out of the header it is sent in."""
    return UNSENT.sub("_", file.name) or file.kind


def _batched(files: Sequence[Attachment], size: int) -> list[tuple[Attachment, ...]]:
    return [tuple(files[start : start + size]) for start in range(0, len(files), size)]
