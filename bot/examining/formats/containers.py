"""Take pictures apart: the pieces that belong to the picture are copied, others are left out.

Pure functions of bytes, in one pass each: the time grows with the number of bytes, whatever they
are. Reading beyond the end raises IndexError or Broken; both mean that the picture is broken.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

MOST_PIECES = 50_000  # of one file: an honest one has a few thousand
MOST_SCANS = 100  # of a JPEG, each of which is drawn over all points: programs write ten
SMALL_BLOCKS, FEW_BLOCKS = 64, 1000  # of a GIF: programs fill each of 255 bytes but the last
ORIENTATION = 0x0112
UPRIGHT = 1
MOST_DIRECTORIES = 60  # of a TIFF that are looked at: more pages than are taken
MOST_NUMBERS = 200_000  # of one page: a large scan in lines has some thousand
BYTES, LETTERS, RAW = 1, 2, 7  # forms that are read as they stand
SHORT = 3  # a number of two bytes, as EXIF calls it

JPEG_MARK = b"\xff\xd8"
# What ends the compressed data. Any number of fill bytes may stand before it: two bytes are looked
# at and never a whole run, which would be tried again from each of its bytes.
NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
NO_BODY = 0x01  # a marker of a JPEG that stands alone, outside of the compressed data
PNG_MARK = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
PNG_CHUNKS = (
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"),
    *(b"bKGD", b"pHYs", b"sBIT", b"acTL", b"fcTL", b"fdAT"),
)
WEBP_CHUNKS = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP")
WEBP_TELLS = 0b0000_1100  # VP8X says: there is EXIF, there is XMP
VP8_START = b"\x9d\x01\x2a"  # before the size of a lossy picture
VP8L_START = 0x2F
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class Broken(Exception):
    """The bytes are no picture of the format they begin with, as far as we can take it apart."""


class TooMuch(Broken):
    """The picture has more of something than honest ones have: nobody should draw it either."""


@dataclass(frozen=True)
class Stripped:
    """The picture alone.

    ``turn``: how it lies by its EXIF, 1 (upright) to 8. ``pixels``: 0 if the format does not tell.
    """

    content: bytes
    turn: int = UPRIGHT
    pixels: int = 0


def jpeg(content: bytes) -> Stripped:
    """Copy its own segments up to the end mark; what follows (videos, archives) is left out.

    So is what stands between two segments: cameras and editors leave bytes there, and viewers look
    for the next marker.
    """
    out, at, turn, pieces, scans = bytearray(JPEG_MARK), 2, UPRIGHT, 0, 0
    while at < len(content):
        pieces = _one_more(pieces)
        found = NEXT_MARKER.search(content, at)
        if found is None:
            break
        marker, start = content[found.end() - 1], found.end()
        if marker == 0xD9:
            break
        if marker == NO_BODY:
            at = start
            continue
        end = start + int.from_bytes(content[start : start + 2], "big")
        if end < start + 2 or end > len(content):
            raise Broken("a segment beyond the end")
        body = content[start + 2 : end]
        if marker == 0xE1 and turn == UPRIGHT:
            turn = orientation(body)
        out += _jpeg_segment(marker, body)
        at = end
        if marker == 0xDA:
            scans += 1
            if scans > MOST_SCANS:
                raise TooMuch("too many scans")
            found = NEXT_MARKER.search(content, end)
            at = found.start() if found else len(content)
            out += content[end:at].rstrip(b"\xff")
    if not scans:
        raise Broken("no picture")
    return Stripped(bytes(out + b"\xff\xd9"), turn)


def _jpeg_segment(marker: int, body: bytes) -> bytes:
    if marker == 0xE0 and body.startswith(b"JFIF\0"):
        body = body[:12] + b"\0\0"  # without the small picture, which may show more
    elif marker >= 0xE0 and not (
        (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == 0xEE and body.startswith(b"Adobe"))
    ):
        return b""
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg_mark(turn: int) -> bytes:
    """Return an EXIF segment that holds ``turn`` and nothing else."""
    entry = b"\x01\x12\0\x03\0\0\0\x01" + turn.to_bytes(2, "big") + b"\0\0"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif


def png(content: bytes) -> Stripped:
    """Copy its chunks up to the last one."""
    out, at, turn, pieces = bytearray(PNG_MARK), len(PNG_MARK), UPRIGHT, 0
    size = int.from_bytes(content[16:20], "big") * int.from_bytes(content[20:24], "big")
    while at < len(content):
        pieces = _one_more(pieces)
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end > len(content):
            raise Broken("a chunk beyond the end")
        if name in PNG_CHUNKS:
            out += content[at:end]
        elif name == b"eXIf" and turn == UPRIGHT:
            turn = orientation(content[at + 8 : end - 4])
        if name == b"IEND":
            return Stripped(bytes(out), turn, size)
        at = end
    return Stripped(bytes(out + PNG_END), turn, size)


def webp(content: bytes) -> Stripped:
    """Copy its chunks, without the marks that there were others."""
    out, turn, pieces, pixels = bytearray(b"WEBP"), UPRIGHT, 0, 0
    at, end = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while at + 8 <= end:
        pieces = _one_more(pieces)
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + size]
        if len(body) < size:
            raise Broken("a chunk beyond the end")
        if name == b"EXIF" and turn == UPRIGHT:
            turn = orientation(body)
        if name == b"VP8X":
            body = bytes((body[0] & ~WEBP_TELLS,)) + body[1:]
        if name in WEBP_CHUNKS:
            pixels = max(pixels, _webp_pixels(name, body))
            out += content[at : at + 8] + body + b"\0" * (size % 2)
        at += 8 + size + size % 2
    if not pixels:
        raise Broken("no picture")
    return Stripped(b"RIFF" + len(out).to_bytes(4, "little") + bytes(out), turn, pixels)


def _webp_pixels(name: bytes, body: bytes) -> int:
    """As a chunk tells them; 0: it tells none."""
    if name == b"VP8X":
        width, height = body[4:7], body[7:10]
        return (int.from_bytes(width, "little") + 1) * (int.from_bytes(height, "little") + 1)
    if name == b"VP8 " and body[3:6] == VP8_START:
        width, height = body[6:8], body[8:10]
        return (int.from_bytes(width, "little") & 0x3FFF) * (
            int.from_bytes(height, "little") & 0x3FFF
        )
    if name == b"VP8L" and body[:1] == bytes((VP8L_START,)):
        both = int.from_bytes(body[1:5], "little")
        return ((both & 0x3FFF) + 1) * ((both >> 14 & 0x3FFF) + 1)
    return 0


def gif(content: bytes) -> Stripped:
    """Copy its pictures, their pace and their repetition."""
    at, pieces, blocks = 13 + _gif_colours(content[10]), 0, 0
    most = len(content) // SMALL_BLOCKS + FEW_BLOCKS
    size = int.from_bytes(content[6:8], "little") * int.from_bytes(content[8:10], "little")
    out = bytearray(content[:at])
    while at < len(content) and content[at] != 0x3B:
        pieces = _one_more(pieces)
        start = at
        if content[at] == 0x2C:
            at += 10
            at += _gif_colours(content[at - 1]) + 1
            wanted = True
        elif content[at] == 0x21:
            label, at = content[at + 1], at + 2
            about = content[at + 1 : at + 12]
            wanted = label == 0xF9 or (label == 0xFF and about in GIF_LOOPS)
        else:
            raise Broken("no block")
        while content[at]:
            at += 1 + content[at]
            blocks += 1
            if blocks > most:
                raise TooMuch("too many blocks")
        at += 1
        if wanted:
            out += content[start:at]
    return Stripped(bytes(out + b";"), UPRIGHT, size)


def _gif_colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _one_more(pieces: int) -> int:
    if pieces == MOST_PIECES:
        raise TooMuch("too many pieces")
    return pieces + 1


def check_tiff(content: bytes) -> None:
    """Raise Broken if a page has more than ``MOST_NUMBERS`` numbers: reading them takes long."""
    order = "<" if content[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", content, 4)
    for _ in range(MOST_DIRECTORIES):
        if not at:
            return
        (count,) = struct.unpack_from(f"{order}H", content, at)
        numbers = 0
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            _, form, size = struct.unpack_from(f"{order}HHI", content, entry)
            numbers += 0 if form in (BYTES, LETTERS, RAW) else size
        if numbers > MOST_NUMBERS:
            raise TooMuch("too many numbers")
        (at,) = struct.unpack_from(f"{order}I", content, at + 2 + 12 * count)


def orientation(exif: bytes) -> int:
    """Return how a picture lies by its EXIF: 1 (upright) to 8; 1 if the mark cannot be read."""
    tiff = exif.removeprefix(b"Exif\0\0")
    if tiff[:2] not in (b"II", b"MM"):
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if tiff[0] == b"I"[0] else "big")

    first = number(4, 4)
    for at in range(first + 2, min(first + 2 + 12 * number(first, 2), len(tiff) - 11), 12):
        if number(at, 2) == ORIENTATION:
            turn = number(at + 8, 2)
            return turn if number(at + 2, 2) == SHORT and UPRIGHT < turn <= 8 else UPRIGHT
    return UPRIGHT


STRIPPED: dict[str, tuple[str, Callable[[bytes], Stripped]]] = {  # with Pillow's names
    "image/jpeg": ("JPEG", jpeg),
    "image/png": ("PNG", png),
    "image/webp": ("WEBP", webp),
    "image/gif": ("GIF", gif),
}
