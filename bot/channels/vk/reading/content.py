"""Read what a message of VK says: each of its pieces by itself, bounded while it is put together."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.vk.reading.links import bare
from storage.bounds import MOST_FILES, MOST_TEXT, first_line
from storage.messages import LOST, File, Place

DEEPEST = 8  # forwarded messages within forwarded messages
MOST_LOOKED_AT = 300  # messages and attachments of one: VK forwards a hundred at once
BETWEEN = "\n\n"  # texts that are forwarded
LONGEST_LINK = 2_000
# The copies of a photo, the largest first: those of before 2012 have no width and height.
# dev.vk.com/reference/objects/photo-sizes, read 2026-11.
SIZES = "wzyxrqpoms"
DECORATION = {"sticker", "gift"}  # beside words or files nobody misses it
# Raised by reading what is not as VK describes it.
ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# [id1|Имя] and [https://vk.com/a|слова], as VK writes what its apps show as a link.
MENTION = re.compile(r"\[(?:id|club|public|event)\d{1,20}\|([^\]\[|]{1,300})\]")
LINK = re.compile(r"\[(https?://[^\]\[|\s]{1,500})\|([^\]\[|]{1,300})\]")


def whole_number(value: Any) -> int | None:
    """Return a whole number of VK's; None if it is none."""
    try:
        return int(value)
    except (OverflowError, TypeError, ValueError):
        return None


def listed(message: Any, name: str) -> list[Any]:
    """Return a list of a message; one that is no list counts as its only item."""
    found = message.get(name) if isinstance(message, Mapping) else None
    return found if isinstance(found, list) else [found] if found else []


def is_cropped(message: Any, depth: int = 0) -> bool:
    """Whether VK left something out of a message, or of one that is forwarded in it.

    A bot is not given more than some attachments and forwards (``is_cropped`` in the schema of
    5.199; github.com/negezor/vk-io/issues/536, 2023-03).
    """
    if not isinstance(message, Mapping) or depth > DEEPEST:
        return False
    if message.get("is_cropped"):
        return True
    inner = listed(message, "fwd_messages")[:MOST_LOOKED_AT]
    return any(is_cropped(one, depth + 1) for one in inner)


def as_read(text: str) -> str:
    """Return a text as its writer saw it: mentions as names, links as their words and address."""
    return LINK.sub(r"\2 (\1)", MENTION.sub(r"\1", text)) if "|" in text else text


@dataclass
class Content:
    """The content of a message: its own text and files, then those of what is forwarded in it.

    ``ours``: messages of this community that are forwarded in it. They are answered, not said.
    """

    group_id: int
    came_in: tuple[int, int] | None = None  # chat and message, by which a file is found again
    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    place: Place | None = None
    unreadable: str = ""
    cut: bool = False  # of its texts something was left out
    odd: int = 0  # pieces that could not be read
    left_out: int = 0  # pieces of kinds that are not taken
    ours: list[Mapping[str, Any]] = field(default_factory=list)
    room: int = MOST_TEXT + 1  # signs
    looked_at: int = 0

    @property
    def is_readable(self) -> bool:
        """Whether anything of it can be read."""
        return bool(self.texts or self.files or self.place)

    def files_and(self, *, one_more: bool) -> tuple[File, ...]:
        """Return the files, and a lost one for each piece that is missed (and for one more)."""
        missed = self.odd + self.left_out + one_more
        return (*self.files[: MOST_FILES - min(missed, 1)], *[LOST] * missed)

    def take(self, message: Mapping[str, Any], text: str, depth: int = 0) -> None:
        """Collect from a message, a forwarded message or a wall post; ``text`` is its text."""
        if depth > DEEPEST:
            self.cut = True
            return
        self._say(as_read(text))
        if geo := message.get("geo"):
            self._each([geo], self._take_place)
        self._each(listed(message, "attachments"), lambda one: self._attachment(one, depth))
        self._each(listed(message, "fwd_messages"), lambda one: self._forwarded(one, depth + 1))
        self._each(listed(message, "copy_history"), lambda one: self._inner(one, depth + 1))

    def _each(self, pieces: list[Any], read: Callable[[Any], None]) -> None:
        """Read pieces one by one: one that is not as VK describes it costs no other."""
        for piece in pieces:
            self.looked_at += 1
            if self.looked_at > MOST_LOOKED_AT:
                self.cut = True
                return
            try:
                read(piece)
            except ODD:
                self.odd += 1

    def _forwarded(self, message: Mapping[str, Any], depth: int) -> None:
        if message.get("from_id") != -self.group_id:
            self._inner(message, depth)
        elif depth == 1:
            self.ours.append(message)

    def _inner(self, message: Mapping[str, Any], depth: int) -> None:
        self.take(message, str(message.get("text") or ""), depth)

    def _take_place(self, geo: Mapping[str, Any]) -> None:
        """A message has its point as an object, a wall post as a text: «56.32 44.0»."""
        point = geo["coordinates"]
        if isinstance(point, str):
            latitude, longitude = point.replace(",", " ").split()
        else:
            latitude, longitude = point["latitude"], point["longitude"]
        place = geo.get("place")
        title = str(place.get("title") or "") if isinstance(place, Mapping) else ""
        found = Place(float(latitude), float(longitude), title)
        if found.lat is None:
            raise ValueError("no point on the earth")
        self.place = self.place or found

    def _say(self, text: str) -> None:
        room = max(self.room, 0)
        self.cut = self.cut or len(text) > room
        if said := text[:room].strip():
            self.texts.append(said)
            self.room -= len(said) + len(BETWEEN)

    def _attachment(self, attachment: Mapping[str, Any], depth: int) -> None:
        if len(self.files) > MOST_FILES:
            return
        kind = str(attachment["type"])
        match kind:
            case "photo":
                self.files.append(_photo(attachment["photo"], self.came_in))
            case "doc":
                self.files.append(_document(attachment["doc"], self.came_in))
            case "video":
                self.files.append(_video(attachment["video"]))
            case "wall" | "wall_reply":
                self._inner(attachment[kind], depth + 1)
            case "link":
                self._link(str(attachment["link"]["url"])[:LONGEST_LINK])
            case "audio_message" if words := _transcript(attachment.get(kind)):
                self._say(words)
            case "audio_message":
                self._leave_out("voice")
            case _:
                self._leave_out(kind)

    def _link(self, url: str) -> None:
        if not any(bare(url) in bare(text) for text in self.texts):
            self._say(url)

    def _leave_out(self, kind: str) -> None:
        """What is not taken is missed beside what is, and named if it is alone."""
        self.unreadable = "voice" if kind == "voice" else self.unreadable or kind
        self.left_out += kind not in DECORATION


def _transcript(voice: Any) -> str:
    """The words that VK has heard in a voice message; empty if it has not (yet)."""
    said = voice.get("transcript") if isinstance(voice, Mapping) else None
    is_ready = said and voice.get("transcript_state", "done") == "done"
    return str(said).strip() if is_ready else ""


def _photo(photo: Mapping[str, Any], came_in: tuple[int, int] | None) -> File:
    sizes = [one for one in listed(photo, "sizes") if isinstance(one, Mapping) and one.get("url")]
    if isinstance(original := photo.get("orig_photo"), Mapping) and original.get("url"):
        sizes.append(original)
    largest = max(sizes, key=_largeness)
    ref = _ref(_attachment_name("photo", photo), came_in, u=str(largest["url"]))
    same = _attachment_name("photo", {**photo, "access_key": ""})
    return File("photo", ref, f"photo{photo['id']}.jpg", "image/jpeg", same=same)


def _largeness(size: Mapping[str, Any]) -> tuple[int, int]:
    """Pixels, and the place of its letter where VK does not tell them."""
    width, height = whole_number(size.get("width")) or 0, whole_number(size.get("height")) or 0
    letter = str(size.get("type"))
    return max(width, 0) * max(height, 0), -SIZES.find(letter) if letter in SIZES else -len(SIZES)


def _document(doc: Mapping[str, Any], came_in: tuple[int, int] | None) -> File:
    name, extension = str(doc.get("title") or "file"), str(doc.get("ext") or "")
    if extension and not name.lower().endswith(f".{extension.lower()}"):
        name = f"{name}.{extension}"
    if not isinstance(doc["url"], str) or not doc["url"]:
        raise ValueError("no address")
    ref = _ref(_attachment_name("doc", doc), came_in, u=doc["url"])
    same = _attachment_name("doc", {**doc, "access_key": ""})
    return File("document", ref, name, size=whole_number(doc.get("size")) or 0, same=same)


def _video(video: Mapping[str, Any]) -> File:
    """A community's key cannot fetch videos (``video.get`` takes a user's only, 5.199).

    Within VK the video itself is passed on; elsewhere it becomes a text file with its address.
    """
    name = f"video{int(video['owner_id'])}_{int(video['id'])}"
    link = f"https://vk.com/{name}"
    if key := video.get("access_key"):
        link += f"?list={key}"
    ref = _ref(_attachment_name("video", video), None, link=link)
    title = f"{video.get('title') or name}.txt"
    return File("document", ref, title, "text/plain", len(link), same=name)


def _attachment_name(kind: str, thing: Mapping[str, Any]) -> str:
    key = f"_{thing['access_key']}" if thing.get("access_key") else ""
    return f"{kind}{int(thing['owner_id'])}_{int(thing['id'])}{key}"


def _ref(name: str, came_in: tuple[int, int] | None, **link: str) -> str:
    """``a`` is the attachment's name, ``u`` its address, ``m`` the message it came in."""
    parts = {"a": name, **link} | ({"m": came_in} if came_in else {})
    return json.dumps(parts, separators=(",", ":"))


def quoted(answered: Any, group_id: int) -> str:
    """Return the first line of a message of ours that is answered; empty if it is not ours."""
    if not isinstance(answered, Mapping) or answered.get("from_id") != -group_id:
        return ""
    return first_line(str(answered.get("text") or ""))
