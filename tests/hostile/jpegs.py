"""JPEG: runs, segments without end, scans without end, marks that lie."""

import struct

from tests.hostile.making import MOST, filled, hostile
from tests.support.pictures import picture, telling_exif

START, END = b"\xff\xd8", b"\xff\xd9"
TABLE = b"\xff\xdb\0\x43\0" + b"\x01" * 64
# One symbol of one bit in each table: whatever comes decodes to something.
HUFFMAN = b"".join(
    b"\xff\xc4" + struct.pack(">H", 20) + bytes([table, 1] + [0] * 15 + [0])
    for table in (0x00, 0x10)
)
LIES_ON_ITS_SIDE = 6


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def frame(width: int, height: int, *, marker: int = 0xC0, parts: int = 1) -> bytes:
    body = struct.pack(">BHHB", 8, height, width, parts)
    return segment(marker, body + b"".join(bytes((n + 1, 0x11, 0)) for n in range(parts)))


def scan(first: int = 0, last: int = 63, bits: int = 0) -> bytes:
    return segment(0xDA, bytes((1, 1, 0, first, last, bits)))


def exif(body: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + body)


TURNED = segment(0xE1, telling_exif(LIES_ON_ITS_SIDE))
TINY = START + TABLE + frame(8, 8) + HUFFMAN + scan()


def directory(*entries: tuple[int, int, int, bytes], following: int = 0) -> bytes:
    """A TIFF directory at 8: entries of tag, type, count and four bytes."""
    body = b"".join(struct.pack("<HHI4s", *entry) for entry in entries)
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries))
    return head + body + struct.pack("<I", following)


@hostile()
def jpeg_run_of_ff() -> bytes:
    return TINY + b"\xff" * MOST + b"\0"


@hostile()
def jpeg_run_of_ff_64_kb() -> bytes:
    return TINY + b"\xff" * 65_536 + b"\0"


@hostile()
def jpeg_many_runs_of_ff() -> bytes:
    return TINY + filled(b"\xff" * 4000 + b"\0") + END


@hostile()
def jpeg_run_of_restart_marks() -> bytes:
    return TINY + filled(b"\xff\xd0\xff\xd7") + b"\xff" * 1000 + b"\0"


@hostile()
def jpeg_run_of_ff_before_a_marker() -> bytes:
    return START + b"\xff" * MOST


@hostile()
def jpeg_many_exif_segments() -> bytes:
    return START + filled(exif(b"II*\0\x08\0\0\0\0\0\0\0\0\0")) + TINY[2:] + END


@hostile()
def jpeg_few_large_exif_segments() -> bytes:
    return START + filled(exif(b"II*\0" + b"\0" * 65_000)) + TINY[2:] + END


@hostile()
def jpeg_empty_comments() -> bytes:
    return START + filled(segment(0xFE, b"")) + TINY[2:] + END


@hostile()
def jpeg_many_profiles() -> bytes:
    one = segment(0xE2, b"ICC_PROFILE\0\x01\xff")
    return START + filled(one) + TINY[2:] + END


@hostile()
def jpeg_many_notes_of_photoshop() -> bytes:
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", 0)
    one = segment(0xED, b"Photoshop 3.0\0" + block * 5000)
    return START + filled(one) + TINY[2:] + END


@hostile()
def jpeg_many_extended_xmp() -> bytes:
    one = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<tiff:Orientation" * 3000)
    return START + filled(one) + TINY[2:] + END


@hostile()
def jpeg_many_tables() -> bytes:
    return START + filled(TABLE + HUFFMAN) + TINY[2:] + END


@hostile()
def jpeg_many_frames_in_one() -> bytes:
    return START + TABLE + filled(frame(8, 8)) + TINY[2:] + END


@hostile()
def jpeg_many_pictures_in_a_row() -> bytes:
    return filled(picture(size=(8, 8)))


@hostile()
def jpeg_scans_without_end() -> bytes:
    """A progressive picture is drawn anew at each scan: two million of them over 24 million points."""
    head = START + TURNED + TABLE + frame(6000, 4000, marker=0xC2) + HUFFMAN
    scans = scan(0, 0, 0x01) + filled(scan(0, 0, 0x10))
    return head + scans + END


@hostile()
def jpeg_thousand_scans() -> bytes:
    head = START + TURNED + TABLE + frame(4000, 4000, marker=0xC2) + HUFFMAN
    return head + (scan(1, 63, 0) + b"\0") * 1000 + END


@hostile()
def jpeg_scans_that_are_sequential() -> bytes:
    head = START + TURNED + TABLE + frame(6000, 4000, parts=4) + HUFFMAN
    return head + filled(scan(), 1024 * 1024) + END


@hostile()
def jpeg_as_large_as_the_head_can_say() -> bytes:
    return START + TURNED + TABLE + frame(65_535, 65_535) + HUFFMAN + scan() + b"\0" * 100 + END


@hostile()
def jpeg_large_turned() -> bytes:
    return START + TURNED + TABLE + frame(6000, 4000, parts=3) + HUFFMAN + scan() + b"\0" * 9 + END


@hostile()
def jpeg_large_cmyk_turned() -> bytes:
    head = START + TURNED + TABLE + frame(6000, 4000, parts=4) + HUFFMAN
    return head + segment(0xDA, b"\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0") + b"\0" * 100 + END


@hostile()
def jpeg_narrow_turned() -> bytes:
    return START + TURNED + TABLE + frame(65_500, 360, parts=3) + HUFFMAN + scan() + END


@hostile()
def jpeg_exif_directory_that_loops() -> bytes:
    loop = directory((0x0100, 4, 1, b"\1\0\0\0"), (0x8769, 4, 1, b"\x08\0\0\0"), following=8)
    return START + exif(loop) + TINY[2:] + b"\0\0" + END


@hostile()
def jpeg_exif_counts_that_lie() -> bytes:
    entries = [(tag, 4, 0xFFFF_FFFF, b"\x08\0\0\0") for tag in range(0x0100, 0x0200)]
    return (
        START + exif(directory((0x0112, 12, 0x7FFF_FFFF, b"\0\0\0\0"), *entries)) + TINY[2:] + END
    )


@hostile()
def jpeg_exif_whose_entries_share_their_bytes() -> bytes:
    """Five thousand entries that each stand for the same 60 KB: 300 MB where they are copied."""
    entries = [(tag, 2, 60_000, b"\x08\0\0\0") for tag in range(5000)]
    return START + exif(directory(*entries)) + TINY[2:] + b"\0\0" + END


@hostile()
def jpeg_orientation_of_thousands_of_numbers() -> bytes:
    entries = [(0x0112, 3, 30_000, b"\x1a\0\0\0")]
    return START + exif(directory(*entries) + b"\x06\0" * 30_000) + TINY[2:] + END


@hostile()
def jpeg_of_many_pictures_inside() -> bytes:
    """MPO: the table says four milliards of pictures, each at the first one's place."""
    entries = ((0xB000, 7, 4, b"0100"), (0xB001, 4, 1, b"\xff\xff\xff\xff"))
    table = (0xB002, 7, 16 * 4000, b"\x32\0\0\0")
    mpf = directory(*entries, table) + b"\0" * 16 * 4000
    return START + segment(0xE2, b"MPF\0" + mpf) + picture()[2:]


@hostile()
def jpeg_that_is_cut() -> bytes:
    return picture(size=(3000, 2000))[:2000]
