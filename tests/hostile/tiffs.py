"""TIFF: directories of entries, one after the other."""

import struct

from tests.hostile.jpegs import directory
from tests.hostile.making import MOST, hostile, zeros

WORD, LONG = 3, 4
DEFLATED = 8


def flat(width: int, height: int, bits: int, *, kind: int = 1, samples: int = 1) -> bytes:
    """A picture of zeros; ``kind``: 1 whole numbers, 2 with signs, 3 floats."""
    body = zeros(width * height * bits // 8 * samples)
    entries = [
        *((0x100, LONG, 1, width), (0x101, LONG, 1, height), (0x102, WORD, 1, bits)),
        *((0x103, WORD, 1, DEFLATED), (0x106, WORD, 1, 2 if samples > 1 else 1)),
        *((0x111, LONG, 1, 400), (0x115, WORD, 1, samples), (0x116, LONG, 1, height)),
        *((0x117, LONG, 1, len(body)), (0x153, WORD, 1, kind)),
    ]
    packed = [(tag, form, count, struct.pack("<I", value)) for tag, form, count, value in entries]
    return directory(*packed).ljust(400, b"\0") + body


@hostile()
def tiff_of_floats() -> bytes:
    return flat(7070, 7070, 32, kind=3)


@hostile()
def tiff_of_whole_numbers() -> bytes:
    return flat(7070, 7070, 32, kind=2)


@hostile()
def tiff_of_120_million_points() -> bytes:
    return flat(10_950, 10_950, 8)


@hostile()
def tiff_of_one_bit() -> bytes:
    return flat(10_000, 7000, 1)


def page(at: int, following: int) -> bytes:
    """A page of one point, its point in the entry of its strip's place."""
    entries = (
        *((0x100, 4, 1, 1), (0x101, 4, 1, 1), (0x102, 3, 1, 8), (0x103, 3, 1, 1)),
        *((0x106, 3, 1, 1), (0x111, 4, 1, 8), (0x115, 3, 1, 1), (0x117, 4, 1, 1)),
    )
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", following)


def pages(count: int) -> bytes:
    size = len(page(0, 0))
    places = [8 + number * size for number in range(count)] + [0]
    return b"II*\0\x08\0\0\0" + b"".join(
        page(at, places[n + 1]) for n, at in enumerate(places[:-1])
    )


@hostile("refused")
def tiff_of_thousands_of_pages() -> bytes:
    return pages(4000)


@hostile("refused")
def tiff_of_pages_in_19_mb() -> bytes:
    return pages(MOST // 102)


@hostile()
def tiff_whose_pages_go_round() -> bytes:
    return b"II*\0\x08\0\0\0" + page(8, 8)


@hostile()
def tiff_whose_pages_go_round_by_two() -> bytes:
    size = len(page(0, 0))
    return b"II*\0\x08\0\0\0" + page(8, 8 + size) + page(8 + size, 8)


@hostile()
def tiff_of_counts_that_lie() -> bytes:
    entries = [(tag, 12, 0xFFFF_FFFF, b"\x08\0\0\0") for tag in range(0x100, 0x200)]
    return directory(*entries)


@hostile()
def tiff_of_65535_entries() -> bytes:
    entries = [(tag, 2, 700_000, b"\x08\0\0\0") for tag in range(65_535)]
    return directory(*entries)


@hostile()
def tiff_whose_entries_share_their_bytes() -> bytes:
    """Four thousand entries that each stand for the same 19 MB: 76 GB where they are copied."""
    first = [(0x100, 4, 1, b"\x10\0\0\0"), (0x101, 4, 1, b"\x10\0\0\0")]
    entries = [(tag, 7, MOST - 100_000, b"\x08\0\0\0") for tag in range(0x8000, 0x9000)]
    return directory(*first, *entries) + b"\0" * (MOST - 100_000)


@hostile()
def tiff_of_a_million_strips() -> bytes:
    place = struct.pack("<I", 200)
    entries = [
        *((0x100, 4, 1, b"\x01\0\0\0"), (0x101, 4, 1, struct.pack("<I", 2_000_000))),
        *((0x102, 3, 1, b"\x08\0\0\0"), (0x103, 3, 1, b"\x01\0\0\0")),
        *((0x106, 3, 1, b"\x01\0\0\0"), (0x111, 4, 2_000_000, place)),
        *((0x116, 4, 1, b"\x01\0\0\0"), (0x117, 4, 2_000_000, place)),
    ]
    return directory(*entries).ljust(200, b"\0") + b"\1\0\0\0" * 2_000_000


@hostile()
def tiff_whose_strip_unpacks_without_end() -> bytes:
    body = zeros(3_000_000_000)
    entries = [
        *((0x100, 4, 1, b"\x10\0\0\0"), (0x101, 4, 1, b"\x10\0\0\0"), (0x102, 3, 1, b"\x08\0\0\0")),
        *((0x103, 3, 1, b"\x08\0\0\0"), (0x106, 3, 1, b"\x01\0\0\0"), (0x111, 4, 1, b"\xc8\0\0\0")),
        *((0x116, 4, 1, b"\x10\0\0\0"), (0x117, 4, 1, struct.pack("<I", len(body)))),
    ]
    return directory(*entries).ljust(200, b"\0") + body


@hostile()
def tiff_of_one_huge_tile() -> bytes:
    entries = [
        *((0x100, 4, 1, b"\x10\0\0\0"), (0x101, 4, 1, b"\x10\0\0\0"), (0x102, 3, 1, b"\x08\0\0\0")),
        *((0x103, 3, 1, b"\x08\0\0\0"), (0x106, 3, 1, b"\x01\0\0\0")),
        *((0x142, 4, 1, b"\xf0\xff\0\0"), (0x143, 4, 1, b"\xf0\xff\0\0")),
        *((0x144, 4, 1, b"\xc8\0\0\0"), (0x145, 4, 1, b"\x64\0\0\0")),
    ]
    return directory(*entries).ljust(200, b"\0") + zeros(1_000_000)


@hostile()
def tiff_of_large_pages() -> bytes:
    """Forty pages of 2200 by 2200, all of the same strip."""
    body = zeros(2200 * 2200)
    at, out = 8, b"II*\0\x08\0\0\0"
    size = 2 + 9 * 12 + 4
    for number in range(40):
        entries = [
            *((0x100, LONG, 1, 2200), (0x101, LONG, 1, 2200), (0x102, WORD, 1, 8)),
            *((0x103, WORD, 1, DEFLATED), (0x106, WORD, 1, 1), (0x111, LONG, 1, 8 + 40 * size)),
            *((0x115, WORD, 1, 1), (0x116, LONG, 1, 2200), (0x117, LONG, 1, len(body))),
        ]
        at += size
        out += struct.pack("<H", 9) + b"".join(struct.pack("<HHII", *one) for one in entries)
        out += struct.pack("<I", at if number < 39 else 0)
    return out + body


@hostile()
def tiff_big_and_lying() -> bytes:
    return b"II\x2b\0\x08\0\0\0" + struct.pack("<QQ", 16, 0xFFFF_FFFF_FFFF_FFFF) + b"\1" * 5000
