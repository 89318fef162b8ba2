"""The content of a message of MAX: texts, files, places; its own first, then what it forwards.

A pure forward has an empty body, and all of it in ``link.message``. Each piece is read by itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from storage.bounds import MOST_FILES
from storage.messages import LOST, File, Place

BETWEEN = "\n\n"
MISSED_BY_NOBODY = "sticker"
KINDS = {"image": "photo", "video": "video", "file": "document"}
IGNORED = frozenset({"inline_keyboard", "share"})  # ours; the preview of a link in the text
# Raised by reading what is not as MAX describes it.
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass
class Content:
    """The content of a message. ``me``: the bot's own account."""

    me: str
    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    place: Place | None = None
    unreadable: str = ""
    odd: int = 0  # pieces that could not be read
    missed: int = 0  # pieces that are not taken, beside others that are

    def take(self, message: Mapping[str, Any]) -> None:
        """Take a message in: its own content, and that of the message it forwards."""
        mid = _part(message, "body").get("mid")
        self._take_body(_part(message, "body"), mid, forwarded=False)
        link = _part(message, "link")
        if link.get("type") != "forward":
            return
        if str(_part(link, "sender").get("user_id")) == self.me:
            self.unreadable = self.unreadable or "ours"
            return
        self._take_body(_part(link, "message"), mid, forwarded=True)

    @property
    def text(self) -> str:
        """All texts."""
        return BETWEEN.join(self.texts)

    @property
    def is_readable(self) -> bool:
        """Whether there is something to take."""
        return bool(self.text.strip() or self.files or self.place)

    @property
    def all_files(self) -> tuple[File, ...]:
        """The files, and a lost one for each piece that could not be read or is not taken."""
        return (*self.files, *[LOST] * min(self.odd + self.missed, MOST_FILES))

    def _take_body(self, body: Mapping[str, Any], mid: Any, *, forwarded: bool) -> None:
        text = body.get("text")
        if isinstance(text, str) and text:
            self.texts.append(text)
        attachments = body.get("attachments")
        for number, one in enumerate(attachments if isinstance(attachments, list) else ()):
            try:
                self._take_attachment(one, mid, number, forwarded=forwarded)
            except ODD:
                self.odd += 1

    def _take_attachment(
        self, one: Mapping[str, Any], mid: Any, number: int, *, forwarded: bool
    ) -> None:
        kind = one["type"]
        if kind in KINDS:
            self.files.append(_file(one, mid, number, forwarded=forwarded))
        elif kind == "location":
            self.place = self.place or Place(float(one["latitude"]), float(one["longitude"]))
        elif kind not in IGNORED:
            self.unreadable = self.unreadable or str(kind)
            self.missed += kind != MISSED_BY_NOBODY


def _file(one: Mapping[str, Any], mid: Any, number: int, *, forwarded: bool) -> File:
    """A file by its link and token; the message and number find a fresh link later."""
    kind, payload = one["type"], one["payload"]
    where = {"m": mid, "n": number, "f": 1} if forwarded else {"m": mid, "n": number}
    token, url = payload.get("token"), payload.get("url")
    if not (token if kind == "video" else url):  # a video has its addresses by its token
        raise ValueError(kind)
    ref = {"t": kind, "k": token, "u": url, **where}
    # Names come URL-encoded, even twice (dev.max.ru forum, read 2026-11); of pictures there is none.
    name = unquote(unquote(str(one.get("filename") or "")))
    size = one.get("size")
    same = str(payload.get("photo_id") or payload.get("token") or "")
    return File(
        KINDS[kind],  # type: ignore[arg-type]  # the values of KINDS are kinds
        json.dumps(ref, ensure_ascii=False, separators=(",", ":")),
        name,
        "",
        size if isinstance(size, int) else 0,
        same,
    )


def numbered(message: Mapping[str, Any], number: int, *, forwarded: bool) -> Mapping[str, Any]:
    """Return an attachment of a message as it is told now; empty if it is not there."""
    body = _part(_part(message, "link"), "message") if forwarded else _part(message, "body")
    attachments = body.get("attachments")
    found = attachments[number : number + 1] if isinstance(attachments, list) else []
    return found[0] if found and isinstance(found[0], Mapping) else {}


def _part(within: Any, name: str) -> Mapping[str, Any]:
    found = within.get(name) if isinstance(within, Mapping) else None
    return found if isinstance(found, Mapping) else {}
