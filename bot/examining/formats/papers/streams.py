"""Find the streams of a PDF, read their dictionaries, and unpack those that may hold objects.

Which dictionary is a stream's own must be certain: what can be read in two ways is refused, for
readers repair each in its own way.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.examining.formats.papers.words import END_OF_NAME, SPACES, dictionary, words
from bot.file_kinds import Refused

MOST_STREAMS = 60_000
MOST_READ = 2  # times the paper's size: bytes of dictionaries and comments
BEGINNING = re.compile(rb"(?<=[\0\t\n\f\r 0-9])obj" + END_OF_NAME)
SKIPPED = re.compile(rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+)*+")
NEXT_LINE = re.compile(rb"[\0\t\f ]{0,99}(?:\r\n?|\n)")
DEFLATED = frozenset({b"FlateDecode", b"Fl"})
LETTERS = frozenset({b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85"})
PREDICTED = re.compile(rb"/Predictor" + END_OF_NAME + rb"(?![\0\t\n\f\r ]*+1(?!\d))")
REFERS = re.compile(rb"[\0\t\n\f\r ]R" + END_OF_NAME + rb"|%")
# Numbers of objects and their places, and then the first object.
LIKE_OBJECTS = re.compile(rb"(?<![\s\d])\s*+(?:\d++\s++)++\d*+(?:[<\[(/]|null|true|false|\Z)")
MOST_FILTERS = 4
SOME = 256  # bytes by which a stream of objects is known
PIECE = 64 * 1024
MOST_UNPACKED = 48_000_000  # bytes of all streams of objects


@dataclass(frozen=True)
class Stream:
    """A stream: the places of its keyword's end and its first byte, and its dictionary, names spelt."""

    keyword: int
    start: int
    about: dict[bytes, bytes]

    @property
    def may_hold_objects(self) -> bool:
        """Whether a reader could take it for one; such a stream says how many it holds."""
        kind = self.about.get(b"Type", b"/")
        is_named = kind.startswith(b"/") and kind != b"/ObjStm"
        return not is_named or b"N" in self.about or b"First" in self.about

    @property
    def filters(self) -> list[bytes] | None:
        """The names of the ways it is packed in, None if they stand elsewhere."""
        said = self.about.get(b"Filter", b"null")
        if said == b"null":
            return []
        inner = said[1:-1] if said.startswith(b"[") else said
        names = [inner[start:end] for start, end in words(inner)]
        if b"%" in inner or not all(name.startswith(b"/") for name in names):
            return None
        return [name[1:] for name in names]

    @property
    def is_odd(self) -> bool:
        """Whether its bytes stand elsewhere, or how they are packed cannot be read here."""
        return self.filters is None or b"F" in self.about or b"DP" in self.about

    @property
    def is_predicted(self) -> bool:
        """Whether its bytes are differences, or that cannot be read here."""
        said = self.about.get(b"DecodeParms", b"null")
        return not said.startswith((b"<<", b"[", b"null")) or bool(
            PREDICTED.search(said) or REFERS.search(said)
        )


def streams(content: bytes) -> Iterator[Stream]:
    """Yield all streams. Raises Refused if what belongs to one cannot be told for certain.

    A reader may be sent to the beginning of any object, also within a string or a stream. It reads a
    dictionary there, and then the keyword. So each beginning is read, and each dictionary must be
    well formed, and end before the next begins.
    """
    left, count, ended = MOST_READ * len(content) + PIECE, 0, 0
    for begins in BEGINNING.finditer(content):
        start = _word(content, begins.end())
        left -= start - begins.end()
        if left < 0:
            raise Refused("packed")
        if not content.startswith(b"<<", start):
            continue
        read = dictionary(content, start)
        if read is None:
            raise Refused("broken-document")
        about, end = read
        keyword = _word(content, end)
        left -= keyword - start
        if not content.startswith(b"stream", keyword):
            ended = max(ended, end)
            continue
        count += 1
        if count > MOST_STREAMS:
            raise Refused("packed")
        if start < ended or content[end:keyword].strip(SPACES):  # a comment, as no program writes
            raise Refused("broken-document")
        ended = end
        keyword += len(b"stream")
        yield Stream(keyword, _first_byte(content, keyword), about)


def unpacked(content: bytes, stream: Stream, most: int) -> bytes | None:
    """Return the objects of a stream that may hold some, None if that cannot be told for certain.

    Raises Refused beyond ``most`` bytes.
    """
    names = stream.filters
    if names is None or stream.is_odd or stream.is_predicted or len(names) > MOST_FILTERS:
        return None
    if not NEXT_LINE.match(content, stream.keyword):
        return None
    if not set(names) <= DEFLATED | LETTERS:
        return None
    if not names:
        return _plain(content, stream.start)
    start = stream.start
    text: bytes | None = None
    for name in names:
        if name in DEFLATED:
            text = inflated(content if text is None else text, start if text is None else 0, most)
        else:
            text = _letters(name, _plain(content, start) if text is None else text)
        if text is None:
            return None
    return text


def objects_unsaid(content: bytes, stream: Stream, most: int) -> bytes:
    """Return the objects of a stream that does not say it holds any, empty if it holds none."""
    known = _beginning(content, stream.start)
    if not known:
        return b""
    return inflated(content, stream.start, most) or known if LIKE_OBJECTS.match(known) else b""


def inflated(content: bytes, start: int, most: int) -> bytes | None:
    """Return what is unpacked up to its own end, None if it has none.

    The end is that of the packed bytes: a word in them that looks like the stream's end is none.
    Raises Refused beyond ``most`` bytes.
    """
    unpacking, whole = zlib.decompressobj(), memoryview(content)
    out = bytearray()
    try:
        for at in range(start, len(content), PIECE):
            out += unpacking.decompress(whole[at : at + PIECE], most + 1 - len(out))
            if len(out) > most:
                raise Refused("packed")
            if unpacking.eof:
                return bytes(out)
    except zlib.error:
        pass
    return None


def _beginning(content: bytes, start: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(content[start : start + 2048], SOME)
    except zlib.error:
        return b""


def _letters(name: bytes, text: bytes) -> bytes | None:
    try:
        if name in (b"ASCIIHexDecode", b"AHx"):
            return binascii.unhexlify(b"".join(text.partition(b">")[0].split()))
        plain = text.strip(SPACES).removeprefix(b"<~").partition(b"~")[0]
        return base64.a85decode(plain, ignorechars=SPACES)
    except (binascii.Error, ValueError):
        return None


def _plain(content: bytes, start: int) -> bytes:
    end = content.find(b"endstream", start)
    return content[start : end if end >= 0 else len(content)]


def _first_byte(content: bytes, at: int) -> int:
    """Where a stream begins: no packed bytes begin with a space."""
    while at < len(content) and content[at] in SPACES:
        at += 1
    return at


def _word(content: bytes, at: int) -> int:
    """Where the next word begins, behind spaces and comments."""
    found = SKIPPED.match(content, at)
    return found.end() if found else at
