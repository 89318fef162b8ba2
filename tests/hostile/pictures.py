"""GIF, BMP, and other plug-ins of Pillow behind a lying beginning."""

import io
import struct

from PIL import Image

from tests.hostile.making import MOST, filled, hostile
from tests.support.pictures import picture

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
