"""GIF, WebP, TIFF, BMP, HEIC and AVIF, and other plug-ins of Pillow behind a lying beginning."""

import io
import struct

from PIL import Image

from tests.hostile.grids import grid
from tests.hostile.jpegs import directory
from tests.hostile.making import MOST, filled, hostile, zeros
from tests.support.pictures import picture, telling_exif

# GIF: a head, a canvas, blocks of at most 255 bytes.
CANVAS = b"GIF89a\x01\0\x01\0\0\0\0"
LARGE_CANVAS = b"GIF89a\xff\xff\xff\xff\0\0\0"
DOT = b"\x2c\0\0\0\0\1\0\1\0\x80\0\0\0\xff\xff\xff\2\2\x44\1\0"
WAIT = b"\x21\xf9\4\1\0\0\0\0"


@hostile()
def gif_comment_of_one_byte_blocks() -> bytes:
    return CANVAS + b"\x21\xfe" + filled(b"\1a") + b"\0" + DOT + b";"


@hostile()
def gif_program_note_of_one_byte_blocks() -> bytes:
    return CANVAS + b"\x21\xff\x0bNETSCAPE2.0" + filled(b"\1a") + b"\0" + DOT + b";"


@hostile()
def gif_of_empty_notes() -> bytes:
    return CANVAS + filled(b"\x21\xfe\0") + DOT + b";"


@hostile()
def gif_of_wait_blocks() -> bytes:
    return CANVAS + filled(WAIT) + DOT + b";"


@hostile()
def gif_of_a_million_frames() -> bytes:
    return CANVAS + filled(DOT) + b";"


@hostile()
def gif_of_frames_on_a_huge_canvas() -> bytes:
    return LARGE_CANVAS + filled(WAIT + DOT) + b";"


@hostile()
def gif_on_a_canvas_below_the_limit() -> bytes:
    return b"GIF89a" + struct.pack("<HH", 10_900, 10_900) + b"\0\0\0" + DOT * 1000 + b";"


@hostile()
def gif_data_of_one_byte_blocks() -> bytes:
    return CANVAS + b"\x2c\0\0\0\0\1\0\1\0\0\2" + filled(b"\1\x44") + b"\0;"


@hostile()
def gif_without_an_end() -> bytes:
    return CANVAS + b"\x21\xfe" + filled(b"\xff" + b"a" * 255)


# WebP: chunks as in RIFF.
def piece(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp(*pieces: bytes) -> bytes:
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def one_colour(width: int, height: int) -> bytes:
    """A lossless picture of one colour in thirteen bytes, whatever its size."""
    bits = (width - 1) | (height - 1) << 14 | 1 << 28
    at = 32 + 3  # no transform, no cache, no other codes
    for _ in range(5):  # five codes of one symbol: 0
        bits |= 1 << at
        at += 4
    return piece(b"VP8L", b"\x2f" + bits.to_bytes(12, "little"))


def canvas(width: int, height: int, flags: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return piece(b"VP8X", bytes((flags, 0, 0, 0)) + size)


def frame(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return piece(b"ANMF", b"\0" * 6 + size + b"\x01\0\0\0" + one_colour(width, height))


EXIF = piece(b"EXIF", telling_exif(6))
ANIMATION = piece(b"ANIM", b"\0" * 6)


@hostile()
def webp_of_24_million_points_turned() -> bytes:
    return webp(canvas(4890, 4890, 0x18), one_colour(4890, 4890), EXIF)


@hostile()
def webp_of_120_million_points_turned() -> bytes:
    return webp(canvas(10_900, 10_900, 0x18), one_colour(10_900, 10_900), EXIF)


@hostile()
def webp_of_the_largest_size() -> bytes:
    return webp(canvas(16_383, 16_383, 0x18), one_colour(16_383, 16_383), EXIF)


@hostile()
def webp_narrow_and_turned() -> bytes:
    return webp(canvas(16_383, 1464, 0x18), one_colour(16_383, 1464), EXIF)


@hostile()
def webp_animation_on_a_large_canvas() -> bytes:
    return webp(canvas(4890, 4890, 0x1A), ANIMATION, frame(4890, 4890) * 1000, EXIF)


@hostile()
def webp_animation_of_tiny_frames() -> bytes:
    return webp(canvas(16, 16, 0x1A), ANIMATION, filled(frame(16, 16)), EXIF)


@hostile()
def webp_animation_on_a_canvas_beyond_all() -> bytes:
    return webp(canvas(16_777_216, 16_777_216, 0x02), ANIMATION, frame(16, 16))


@hostile()
def webp_of_tiny_chunks() -> bytes:
    return webp(canvas(8, 8, 0x10), one_colour(8, 8), filled(piece(b"TEST", b"")))


@hostile()
def webp_of_many_profiles() -> bytes:
    return webp(canvas(8, 8, 0x20), filled(piece(b"ICCP", b"")), one_colour(8, 8))


@hostile()
def webp_of_many_exif() -> bytes:
    return webp(canvas(8, 8, 0x18), one_colour(8, 8), filled(EXIF))


@hostile()
def webp_whose_size_lies() -> bytes:
    return b"RIFF\xff\xff\xff\xffWEBP" + piece(b"VP8L", b"\x2f") + b"VP8X\xff\xff\xff\xff"


# TIFF: directories of entries, one after the other.
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


# BMP
def bitmap(width: int, height: int, bits: int, *, packed: int = 0, body: bytes = b"") -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, packed, len(body), 0, 0, 256, 0)
    colours = b"\0\0\0\0" * 256
    start = 14 + len(head) + len(colours)
    mark = b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start)
    return mark + head + colours + body


@hostile()
def bmp_as_large_as_the_head_can_say() -> bytes:
    return bitmap(0x7FFF_FFFF, -0x7FFF_FFFF, 32)


@hostile()
def bmp_packed_into_nothing() -> bytes:
    return bitmap(7000, 7000, 8, packed=1, body=b"\xff\0" * 100 + b"\0\1")


@hostile()
def bmp_packed_in_19_mb() -> bytes:
    return bitmap(7000, 7000, 8, packed=1, body=filled(b"\0\2\1\0"))


@hostile()
def bmp_packed_into_ends_of_lines() -> bytes:
    return bitmap(49_000, 1000, 8, packed=1, body=filled(b"\0\0"))


@hostile()
def bmp_of_palette_beyond_all() -> bytes:
    whole = bytearray(bitmap(16, 16, 8))
    whole[46:50] = b"\xff\xff\xff\x7f"
    return bytes(whole)


@hostile()
def bmp_of_49_million_points_of_32_bits_cut() -> bytes:
    return bitmap(7000, 7000, 32, body=b"\0" * 1000)


# HEIC and AVIF: boxes of MP4.
def box(name: bytes, body: bytes = b"", *, size: int | None = None) -> bytes:
    return struct.pack(">I", 8 + len(body) if size is None else size) + name + body


def brand(name: bytes) -> bytes:
    return box(b"ftyp", name + b"\0\0\0\0mif1" + name)


@hostile()
def heic_of_one_tile_196_times() -> bytes:
    """A grid whose places all show the same tile: 7168 points wide in a kilobyte."""
    return grid("HEIF", 14, 14)


@hostile()
def heic_of_a_grid_of_65536_tiles() -> bytes:
    return grid("HEIF", 256, 256)


@hostile()
def avif_of_one_tile_196_times() -> bytes:
    return grid("AVIF", 14, 14)


@hostile()
def avif_of_a_grid_of_65536_tiles() -> bytes:
    return grid("AVIF", 256, 256)


@hostile()
def avif_of_one_colour() -> bytes:
    out = io.BytesIO()
    Image.new("L", (4000, 3000)).save(out, "AVIF", speed=10, quality=10)
    return out.getvalue()


@hostile()
def heic_of_boxes_in_boxes() -> bytes:
    inner = b""
    for _ in range(20_000):
        inner = box(b"dinf", inner)
    return brand(b"heic") + box(b"meta", b"\0\0\0\0" + inner)


@hostile()
def heic_of_a_box_without_size() -> bytes:
    return brand(b"heic") + box(b"meta", b"\0\0\0\0" + filled(box(b"free")), size=0)


@hostile()
def heic_of_tiny_boxes() -> bytes:
    return brand(b"heic") + filled(box(b"free"))


@hostile()
def heic_of_items_without_end() -> bytes:
    infos = filled(box(b"infe", b"\2\0\0\0\0\1\0\0hvc1\0"), 4 * 1024 * 1024)
    table = box(b"iinf", b"\1\0\0\0\xff\xff\xff\xff" + infos)
    return brand(b"heic") + box(b"meta", b"\0\0\0\0" + table)


@hostile()
def avif_of_properties_without_end() -> bytes:
    shapes = box(b"ipco", filled(box(b"ispe", b"\0" * 4 + b"\xff" * 8)))
    return brand(b"avif") + box(b"meta", b"\0\0\0\0" + box(b"iprp", shapes))


@hostile()
def heic_of_a_billion_places() -> bytes:
    places = box(b"iloc", b"\2\0\0\0\x44\x40\xff\xff\xff\xff" + b"\0" * 4_000_000)
    return brand(b"heic") + box(b"meta", b"\0\0\0\0" + places)


# Pillow has forty more formats: none of them may be reached by a name that fits.
def _other(name: str, size: tuple[int, int] = (400, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, name)
    return out.getvalue()


@hostile()
def a_page_of_postscript() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100000 100000\n" + b"%%a\n" * 4_000_000


@hostile("refused")
def an_icon() -> bytes:
    return _other("ICO", (256, 256))


@hostile("refused")
def icons_of_apple() -> bytes:
    return b"icns" + struct.pack(">I", MOST) + filled(b"ic10\0\0\0\x08")


@hostile("refused")
def a_drawing_of_photoshop() -> bytes:
    return b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 56, 30_000, 30_000, 8, 3) + b"\0" * 99


@hostile("refused")
def a_picture_of_jpeg_2000() -> bytes:
    return _other("JPEG2000")


@hostile("refused")
def a_picture_of_directx() -> bytes:
    return _other("DDS", (256, 256))


@hostile("refused")
def a_picture_of_targa() -> bytes:
    return _other("TGA")


@hostile("refused")
def a_picture_of_paintbrush() -> bytes:
    return _other("PCX")


@hostile("refused")
def a_film_of_autodesk() -> bytes:
    return struct.pack("<IHHHHH", MOST, 0xAF11, 0xFFFF, 320, 200, 8) + b"\0" * 200


@hostile()
def a_tiff_that_is_something_else() -> bytes:
    return picture("TIFF")[:8] + b"8BPS\0\1" + b"\xff" * 5000


@hostile()
def a_portable_map_of_comments() -> bytes:
    return b"P6\n" + filled(b"#\n")
