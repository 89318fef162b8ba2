"""Check PDF: no scripts, programs to launch, inner files, or forms that are programs.

The check is by names, as the format spells them: ``/J#61vaScript`` is ``/JavaScript``. Names are
between the streams, and in streams of objects, which are unpacked within bounds.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

from bot.file_kinds import Refused

REASONS = {
    **dict.fromkeys((b"JavaScript", b"JS", b"XFA", b"RichMedia"), "scripts"),
    b"Launch": "objects",
    b"EmbeddedFile": "objects",
    b"EmbeddedFiles": "objects",
    b"EF": "objects",
}
END_OF_NAME = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|$)"
NAMES = re.compile(rb"/(" + b"|".join(REASONS) + b")" + END_OF_NAME)
LONG_NAMES = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)" + END_OF_NAME)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
ADDRESS = re.compile(rb"/URI\s{0,9}\((?:[^()\\\r\n]|\\[^\r\n]){0,2000}\)")  # may hold any word
EDGES = re.compile(rb"endstream|stream(?=\r?\n)")
OBJECTS = re.compile(rb"/ObjStm" + END_OF_NAME)
PACKED_OTHERWISE = re.compile(
    rb"/(?:LZWDecode|LZW|RunLengthDecode|RL|Predictor|Crypt)" + END_OF_NAME
)
FILTERS = re.compile(rb"/(FlateDecode|Fl|ASCIIHexDecode|AHx|ASCII85Decode|A85)" + END_OF_NAME)
# Numbers of objects and their places, and then the first object.
LIKE_OBJECTS = re.compile(rb"(?<![\s\d])\s*+(?:\d++\s++)++\d*+(?:[<\[(/]|null|true|false|\Z)")
ENCRYPTED = re.compile(rb"/Encrypt" + END_OF_NAME)
SPACES = b"\0\t\n\f\r "
ABOUT = 4096  # bytes before a stream that may tell of it
MOST_STREAMS = 100_000
MOST_ESCAPES = 200_000  # of names: no program that writes papers needs a hundred
MOST_UNPACKED = 64_000_000  # bytes of all streams of objects
MOST_FILTERS = 4
SOME = 256  # bytes by which a stream of objects is known


def look_through(content: bytes) -> None:
    """Raise Refused if the paper holds what it should not."""
    left, is_locked = MOST_UNPACKED, False
    for number, (about, body) in enumerate(_pieces(content)):
        if number > MOST_STREAMS:
            raise Refused("packed")
        names = ADDRESS.sub(b"", _spelt(about))
        _judge(NAMES, names)
        is_locked = is_locked or bool(ENCRYPTED.search(names))
        if body is None:
            continue
        _judge(LONG_NAMES, body.tobytes())
        objects = _objects(names[-ABOUT:], body, left)
        if objects is None:
            is_locked |= _is_locked(content)
            raise Refused("locked" if is_locked else "broken-document")
        left -= len(objects)
        if left < 0:
            raise Refused("packed")
        _judge(NAMES, ADDRESS.sub(b"", _spelt(objects)))


def _judge(names: "re.Pattern[bytes]", text: bytes) -> None:
    if found := names.search(text):
        raise Refused(REASONS[found[1]])


def _spelt(text: bytes) -> bytes:
    """With the numbers in names turned into the letters they stand for."""
    count = text.count(b"#")
    if count > MOST_ESCAPES:
        raise Refused("packed")
    return ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), text) if count else text


def _is_locked(content: bytes) -> bool:
    return bool(ENCRYPTED.search(content[-1_000_000:]) or ENCRYPTED.search(content[:1_000_000]))


def _pieces(content: bytes) -> Iterator[tuple[bytes, "memoryview | None"]]:
    """What stands before each stream, and the stream; last what stands behind all."""
    whole, at, start = memoryview(content), 0, -1
    for edge in EDGES.finditer(content):
        if edge[0] == b"stream" and start < 0:
            start = edge.end()
        elif edge[0] == b"endstream" and start >= 0:
            yield content[at:start], whole[start : edge.start()]
            at, start = edge.start(), -1
    yield content[at:], None


def _objects(about: bytes, body: "memoryview", most: int) -> bytes | None:
    """The objects of a stream, empty where it holds none; None where that cannot be told."""
    start = about.rfind(b"obj")
    about = about[start + 3 :] if start >= 0 else about
    said = bool(OBJECTS.search(about))
    filters = FILTERS.findall(about)
    text = body.tobytes().lstrip(SPACES) if said else body[:4].tobytes().lstrip(b"\r\n")
    if not said:
        # It may be one all the same: a table says which streams hold objects, and only it is asked.
        if filters[:1] not in ([b"FlateDecode"], [b"Fl"]):
            return b""
        known = _unpacked(body[:2048].tobytes().lstrip(b"\r\n"), SOME, whole=False) or b""
        if not LIKE_OBJECTS.match(known):
            return b""
        return _unpacked(body.tobytes().lstrip(b"\r\n"), most, whole=False) or b""
    if PACKED_OTHERWISE.search(about) or len(filters) > MOST_FILTERS:
        return None
    for name in filters:
        unpacked = _through(name, text, most)
        if unpacked is None:
            return None
        text = unpacked
    return text


def _through(name: bytes, text: bytes, most: int) -> bytes | None:
    try:
        if name in (b"FlateDecode", b"Fl"):
            return _unpacked(text, most)
        if name in (b"ASCIIHexDecode", b"AHx"):
            return binascii.unhexlify(b"".join(text.partition(b">")[0].split()))
        return base64.a85decode(text.partition(b"~>")[0].removeprefix(b"<~"), ignorechars=SPACES)
    except (binascii.Error, ValueError):
        return None


def _unpacked(text: bytes, most: int, *, whole: bool = True) -> bytes | None:
    """Raises Refused where it is more than ``most``; not ``whole``: only so much of it."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(text, most + 1)
    except zlib.error:
        return None
    if len(found) > most:
        if whole:
            raise Refused("packed")
        return found[:most]
    return found
