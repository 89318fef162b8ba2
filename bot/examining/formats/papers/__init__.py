"""Check PDF: no scripts, programs to launch, inner files, forms that are programs or send themselves.

The check is by names, as the format spells them: ``/J#61vaScript`` is ``/JavaScript``. Names are
between the streams, and in streams of objects, which are unpacked within bounds.
"""

import re

from bot.examining.formats.papers.actions import Actions
from bot.examining.formats.papers.streams import (
    MOST_UNPACKED,
    Stream,
    objects_unsaid,
    streams,
    unpacked,
)
from bot.examining.formats.papers.words import END_OF_NAME, spelt
from bot.file_kinds import Refused

LONG = {
    **dict.fromkeys((b"JavaScript", b"XFA", b"RichMedia", b"OnInstantiate"), "scripts"),
    **dict.fromkeys((b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment"), "objects"),
    **dict.fromkeys((b"GoToE",), "objects"),
    **dict.fromkeys((b"SubmitForm", b"ImportData"), "links"),
}  # too long to be in a picture's bytes by chance
REASONS = LONG | {b"JS": "scripts", b"EF": "objects"}
NAMES = re.compile(rb"/(" + b"|".join(REASONS) + b")" + END_OF_NAME)
LONG_NAMES = re.compile(rb"/(" + b"|".join(LONG) + b")" + END_OF_NAME)
ADDRESS = re.compile(rb"/URI\s{0,9}\((?:[^()\\\r\n]|\\[^\r\n]){0,2000}\)")  # may hold any word
ENCRYPTED = re.compile(rb"/Encrypt" + END_OF_NAME)
LIKELY = 1_000_000  # bytes at the beginning and at the end that tell whether it is locked


def look_through(content: bytes) -> None:
    """Raise Refused if the paper holds what it should not."""
    actions, left, at = Actions(), MOST_UNPACKED, 0
    for stream in streams(content):
        if stream.keyword >= at:  # in the bytes of another one it is looked at all the same
            _hear(actions, content[at : stream.start])
            end = content.find(b"endstream", stream.start)
            at = end if end >= 0 else len(content)
            _judge(LONG_NAMES, content[stream.start : at])
        objects = _objects(content, stream, left)
        left -= len(objects)
        if objects:
            _hear(actions, objects, _first(stream))
    _hear(actions, content[at:])
    actions.judge()


def _hear(actions: Actions, text: bytes, first: int | None = None) -> None:
    _judge(NAMES, text)
    actions.hear(spelt(text), first)


def _judge(names: "re.Pattern[bytes]", text: bytes) -> None:
    if found := names.search(ADDRESS.sub(b"", spelt(text))):
        raise Refused(REASONS[found[1]])


def _objects(content: bytes, stream: Stream, most: int) -> bytes:
    if not stream.may_hold_objects:
        return objects_unsaid(content, stream, most)
    objects = unpacked(content, stream, most)
    if objects is None:
        is_locked = ENCRYPTED.search(content[-LIKELY:]) or ENCRYPTED.search(content[:LIKELY])
        raise Refused("locked" if is_locked else "broken-document")
    return objects


def _first(stream: Stream) -> int | None:
    said = stream.about.get(b"First", b"")
    return int(said) if said.isdigit() and len(said) < 10 else None
