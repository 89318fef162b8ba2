"""Read the entries of an office document's archive, within bounds and only if it is unambiguous.

A zip archive describes its entries twice: in the list at its end, and in the head before each
entry. Programs differ in which of them they believe. So an archive is refused if the two differ,
or if there is room for something else between its entries.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from bot.file_kinds import Refused

MEMBER = b"PK\x01\x02"  # before each entry of an archive's list
MOST_MEMBERS = 5000  # of an office document
MOST_UNPACKED = 300_000_000  # bytes of all that is looked at
MOST_ELEMENTS = 1_500_000  # of all XML that is read: a table of half a million cells
LEAST_SUSPECTED, MOST_TIMES = 50_000_000, 250  # a larger one is no document if packed by more
HEAD = struct.Struct("<4sHHHHHIIIHH")
DESCRIPTION = 24  # bytes that may stand behind an entry: its size once more
ENDING = struct.Struct("<4sHHHHIIH")  # the archive's end mark, before a note
FAR_ENDING, FAR_PLACE = 56, 20  # of archives with larger numbers, before that mark
MOST_LISTED = 2_000_000  # bytes of the list: names of files, and little else
SOMETHING_LOCKED = 0x1
PIECE = 256 * 1024
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, struct.error),
    *(RuntimeError, ValueError, LookupError, OverflowError, OSError, EOFError),
)  # what zipfile raises on an archive that is


class Budget:
    """Bounds on what one file may cost, documents in it included. Raises Refused beyond them."""

    def __init__(self) -> None:
        self._bytes = MOST_UNPACKED
        self._elements = MOST_ELEMENTS

    def unpacked(self, size: int) -> None:
        """Count ``size`` more unpacked bytes."""
        self._bytes -= size
        if self._bytes < 0:
            raise Refused("packed")

    def element(self) -> None:
        """Count one more element of XML."""
        self._elements -= 1
        if self._elements < 0:
            raise Refused("packed")


class Package:
    """An archive whose entries may be read. Raises Refused, also while they are read."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        if content.count(MEMBER) > MOST_MEMBERS:  # before they are listed: each takes a kilobyte
            raise Refused("packed")
        _check_list(content)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                listed, start = archive.infolist(), archive.start_dir
        except BROKEN:
            raise Refused("broken-archive") from None
        self._content = content
        self.budget = budget
        self._bodies: dict[str, tuple[int, zipfile.ZipInfo]] = {}
        self._list(listed, start)
        said = sum(about.file_size for about in listed)
        if said > LEAST_SUSPECTED and said > MOST_TIMES * len(content):
            raise Refused("packed")

    @property
    def names(self) -> list[str]:
        """The names of the entries, in the order of their bytes."""
        return list(self._bodies)

    def beginning(self, name: str, size: int = 64) -> bytes:
        """Return the first ``size`` bytes of an entry."""
        start, about = self._bodies[name]
        body = self._content[start : start + min(about.compress_size, 4 * size + 512)]
        if about.compress_type == zipfile.ZIP_STORED:
            return body[:size]
        try:
            return zlib.decompressobj(-15).decompress(body, size)
        except zlib.error:
            raise Refused("broken-archive") from None

    def read(self, name: str, most: int) -> bytes:
        """Return a whole entry. Raises Refused beyond ``most`` bytes."""
        out = bytearray()
        for piece in self.pieces(name):
            out += piece
            if len(out) > most:
                raise Refused("packed")
        return bytes(out)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Unpack an entry piece by piece."""
        start, about = self._bodies[name]
        body = memoryview(self._content)[start : start + about.compress_size]
        if about.compress_type == zipfile.ZIP_STORED:
            packed: Iterator[bytes] = (
                bytes(body[n : n + PIECE]) for n in range(0, len(body), PIECE)
            )
        else:
            packed = _inflated(body)
        came = 0
        for piece in packed:
            came += len(piece)
            self.budget.unpacked(len(piece))
            if came > about.file_size:  # it said less
                raise Refused("broken-archive")
            yield piece

    def _list(self, listed: list[zipfile.ZipInfo], start: int) -> None:
        """Where each entry's bytes stand, once all of them are seen to be what the list says."""
        at = 0
        folded: set[str] = set()
        for about in sorted(listed, key=lambda one: one.header_offset):
            if about.flag_bits & SOMETHING_LOCKED:
                raise Refused("locked")
            if about.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("broken-archive")
            gap = about.header_offset - at
            if gap < 0 or gap > (DESCRIPTION if at else 0):
                raise Refused("broken-archive")
            body = self._body_of(about)
            at = body + about.compress_size
            # .NET before 4.6.1 wrote the strokes of Windows, and Office opens what it wrote.
            name = about.filename.replace("\\", "/")
            if at > start or name.casefold() in folded:
                raise Refused("broken-archive")
            folded.add(name.casefold())
            if not name.endswith("/"):
                self._bodies[name] = body, about
        if start - at > DESCRIPTION:
            raise Refused("broken-archive")

    def _body_of(self, about: zipfile.ZipInfo) -> int:
        place = about.header_offset
        if len(self._content) < place + HEAD.size:
            raise Refused("broken-archive")
        mark, _, flags, method, *_, name, extra = HEAD.unpack_from(self._content, place)
        body = place + HEAD.size + int(name) + int(extra)
        told = self._content[place + HEAD.size : place + HEAD.size + name]
        listed = about.orig_filename.encode("utf-8" if flags & 0x800 else "cp437", "replace")
        if mark != b"PK\3\4" or told != listed or method != about.compress_type:
            raise Refused("broken-archive")
        return body


def has_archive(content: bytes) -> bool:
    """Whether a zip archive follows other bytes; programs find it by its end."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _check_list(content: bytes) -> None:
    """Whether the archive ends with its list, and the list is one that can be read in a moment."""
    end = content.rfind(b"PK\5\6", max(0, len(content) - ENDING.size - 0xFFFF))
    if end < 0 or end + ENDING.size > len(content):
        raise Refused("broken-archive")
    *_, size, _, note = ENDING.unpack_from(content, end)
    if end + ENDING.size + note != len(content):
        raise Refused("broken-archive")
    if content[end - FAR_PLACE : end].startswith(b"PK\6\7"):
        far = content[end - FAR_PLACE - FAR_ENDING : end - FAR_PLACE]
        size = int.from_bytes(far[40:48], "little")
    if size > MOST_LISTED:
        raise Refused("packed")


def _inflated(body: "memoryview") -> Iterator[bytes]:
    unpacking = zlib.decompressobj(-15)
    try:
        for at in range(0, len(body), PIECE):
            rest: bytes | memoryview = body[at : at + PIECE]
            while rest:
                yield unpacking.decompress(rest, PIECE)
                rest = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error:
        raise Refused("broken-archive") from None
    if not unpacking.eof:
        raise Refused("broken-archive")
