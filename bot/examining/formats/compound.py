"""Read compound files (OLE), the format of Office before 2007: their directory and streams.

The format: [MS-CFB]. A file is cut into sectors; tables say which sector follows which. No chain is
followed for more sectors than the file has, whatever the tables say.
"""

import struct
from array import array
from dataclasses import dataclass

from bot.file_kinds import Refused

MARK = bytes.fromhex("d0cf11e0a1b11ae1")
SECTORS = (9, 12)  # their size as a power of two
LAST = 0xFFFF_FFFA  # from here on numbers of sectors are signs
ENTRY = struct.Struct("<64sHBBIII36xIQ")
STORAGE, STREAM, ROOT = 1, 2, 5
MOST_ENTRIES = 20_000  # an old document has ten, with a hundred objects a thousand
IN_HEAD = 109  # table sectors that the head has room for
MINI = 6  # sectors of small streams, as a power of two


@dataclass(frozen=True)
class Entry:
    """A storage (a folder) or a stream (a file).

    ``child``, ``left`` and ``right`` are the numbers of entries: the first in a storage, and its
    neighbours in their tree. ``start`` is the first sector, ``size`` the bytes of a stream.
    """

    name: str
    kind: int
    child: int
    left: int
    right: int
    start: int
    size: int


class Compound:
    """The directory of a compound file, and its streams.

    ``within``: the numbers of the entries in each storage, by its number. Raises Refused if the
    file contradicts itself.
    """

    def __init__(self, content: bytes) -> None:
        if not content.startswith(MARK) or len(content) < 1536:
            raise Refused("broken-document")
        shift = int.from_bytes(content[30:32], "little")
        if shift not in SECTORS:
            raise Refused("broken-document")
        self._content = content
        self._size = 1 << shift
        self._most = len(content) // self._size  # sectors
        directory, self._cutoff, mini_first = struct.unpack_from("<I4xII", content, 48)
        self._next = self._table()
        self._mini_next = _numbers(self._joined(mini_first))
        self.entries = self._directory(directory)
        root = self.entries[0]
        self._mini = self._joined(root.start, root.size) if root.size else b""
        self.within = self._placed()

    def stream(self, entry: Entry) -> bytes:
        """Return all bytes of a stream."""
        if entry.size >= self._cutoff:
            return self._joined(entry.start, entry.size)
        out, at, left = bytearray(), entry.start, (entry.size >> MINI) + 1
        while at < LAST and left:
            if at >= len(self._mini_next):
                raise Refused("broken-document")
            out += self._mini[at << MINI : (at + 1) << MINI]
            at, left = self._mini_next[at], left - 1
        return bytes(out[: entry.size])

    def find(self, *names: str, within: int = 0) -> Entry | None:
        """Return the stream of one of ``names`` in the storage number ``within``; 0 is the root."""
        wanted = {name.casefold() for name in names}
        for number in self.within.get(within, ()):
            entry = self.entries[number]
            if entry.kind == STREAM and entry.name.casefold() in wanted:
                return entry
        return None

    def _table(self) -> "array[int]":
        """Which sector follows which."""
        content = self._content
        count, at = (
            struct.unpack_from("<I", content, 44)[0],
            struct.unpack_from("<I", content, 68)[0],
        )
        sectors = list(struct.unpack_from(f"<{IN_HEAD}I", content, 76))
        turns = 0
        while at < LAST:  # more of them than the head has room for
            turns += 1
            if turns > self._most:
                raise Refused("broken-document")
            more = struct.unpack(f"<{self._size // 4}I", self._sector(at))
            sectors += more[:-1]
            at = more[-1]
        used = [sector for sector in sectors[:count] if sector < LAST]
        if count > self._most or len(set(used)) < len(used):
            raise Refused("broken-document")
        return _numbers(b"".join(self._sector(sector) for sector in used))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        piece = self._content[start : start + self._size]
        if not piece:
            raise Refused("broken-document")
        return piece.ljust(self._size, b"\0")  # the last one may be cut

    def _joined(self, at: int, size: int | None = None) -> bytes:
        """A chain of sectors, up to ``size`` bytes of it."""
        pieces: list[bytes] = []
        most = self._most if size is None else min(self._most, size // self._size + 1)
        while at < LAST and len(pieces) < most + 1:
            if at >= len(self._next):
                raise Refused("broken-document")
            if len(pieces) == most:
                if size is None:  # longer than the file: it goes round
                    raise Refused("broken-document")
                break
            pieces.append(self._sector(at))
            at = self._next[at]
        whole = b"".join(pieces)
        return whole if size is None else whole[:size]

    def _directory(self, first: int) -> list[Entry]:
        packed = self._joined(first)
        if not packed or len(packed) // ENTRY.size > MOST_ENTRIES:
            raise Refused("broken-document")
        entries = []
        for name, length, kind, _, left, right, child, start, size in ENTRY.iter_unpack(packed):
            letters = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
            sized = size & 0xFFFF_FFFF if self._size == 512 else size  # the rest may be anything
            entries.append(Entry(letters, kind, child, left, right, start, sized))
        if entries[0].kind != ROOT:
            raise Refused("broken-document")
        return entries

    def _placed(self) -> dict[int, list[int]]:
        """What stands in which storage, by number; each once, though its tree may go round."""
        placed: dict[int, list[int]] = {}
        seen = {0}
        for number, entry in enumerate(self.entries):
            if entry.kind not in (STORAGE, ROOT):
                continue
            held: list[int] = placed.setdefault(number, [])
            waiting = [entry.child]
            while waiting:
                at = waiting.pop()
                if at >= len(self.entries) or at in seen:
                    continue
                seen.add(at)
                held.append(at)
                waiting += (self.entries[at].left, self.entries[at].right)
        return placed


def _numbers(packed: bytes) -> "array[int]":
    numbers = array("I")
    numbers.frombytes(packed[: len(packed) // 4 * 4])
    return numbers
