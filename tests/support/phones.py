"""JPEGs as telephones, cameras and messengers write them: oddities that every viewer passes over."""

import struct

from tests.support.pictures import PLACE, picture, telling

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08moov" + PLACE


def segment(marker: int, body: bytes) -> bytes:
    """A piece of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def samsung(content: bytes) -> bytes:
    """With a list of what is hung on behind, as Samsung leaves it for its own gallery."""
    note = b"\0\0\x01\x0aImage_UTC_Data" + PLACE
    lists = b"SEFH" + struct.pack("<IIHHII", 107, 1, 0, 0x0A01, len(note), len(note))
    return content + note + lists + struct.pack("<I", len(lists)) + b"SEFT"


def padded(content: bytes) -> bytes:
    """With fill bytes before each marker of the head."""
    out, at = bytearray(SOI), 2
    while True:
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == 0xDA:
            return bytes(out) + b"\xff" * 5 + content[at:]
        out += b"\xff" * 3 + content[at : at + 2 + size]
        at += 2 + size


def with_junk(content: bytes, junk: bytes) -> bytes:
    """With bytes that belong to nothing between two segments."""
    size = int.from_bytes(content[4:6], "big")
    return content[: 4 + size] + junk + content[4 + size :]


def short_note(content: bytes) -> bytes:
    """With a note longer than it says."""
    return content[:2] + b"\xff\xe1\x00\x08Exif" + PLACE + content[2:]


TOLD = telling("JPEG", 6)
ONE = TOLD.removesuffix(PLACE)
PHONES = {
    "a film behind (motion photo)": ONE + FILM,
    "a list behind (Samsung)": samsung(ONE),
    "two pictures, the second with a place": ONE + ONE,
    "a picture and a map of brightness": ONE + picture("JPEG", (16, 12)),
    "zeros behind, as of a card that was full": ONE + b"\0" * 5000,
    "fill bytes": padded(ONE),
    "zeros between segments": with_junk(ONE, b"\0" * 7),
    "words between segments": with_junk(ONE, PLACE),
    "a note longer than it says": short_note(ONE),
    "no end mark": ONE.removesuffix(EOI),
    "cut in its last third": ONE[: len(ONE) - 60],
    "cut and a line of a messenger behind": ONE[: len(ONE) - 60] + b"\r\n",
    "a marker that stands alone": ONE[:2] + b"\xff\x01" + ONE[2:],
    "in steps": telling("JPEG") + b"",
    "a note without an end": ONE[:2] + segment(0xFE, b"x" * 40)[:-36] + ONE[2:],
}
