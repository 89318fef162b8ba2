"""PNG: more points, chunks, frames and texts than anybody draws."""

import struct
import zlib

from tests.hostile.jpegs import directory
from tests.hostile.making import MOST, filled, hostile, zeros
from tests.support.pictures import telling_exif

MARK = b"\x89PNG\r\n\x1a\n"
TURNED = telling_exif(6)[6:]
GREY, RGB, PALETTE, RGBA = 0, 2, 3, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, RGBA: 4}


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def head(
    width: int, height: int, colours: int = GREY, depth: int = 8, interlaced: int = 0
) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced)
    return MARK + chunk(b"IHDR", size)


def drawn(width: int, height: int, colours: int, depth: int = 8) -> bytes:
    row = (width * CHANNELS[colours] * depth + 7) // 8 + 1
    return chunk(b"IDAT", zeros(row * height))


END = chunk(b"IEND")
POINT = chunk(b"IDAT", zlib.compress(b"\0\0"))


@hostile()
def png_of_120_million_points() -> bytes:
    return head(10_950, 10_950, RGBA) + drawn(10_950, 10_950, RGBA) + END


@hostile()
def png_of_120_million_points_turned() -> bytes:
    mark = chunk(b"eXIf", TURNED)
    return head(10_950, 10_950, RGBA) + mark + drawn(10_950, 10_950, RGBA) + END


@hostile()
def png_whose_mark_stands_last() -> bytes:
    body = drawn(4890, 4890, RGBA, 16)
    return head(4890, 4890, RGBA, 16) + body + chunk(b"eXIf", TURNED) + END


@hostile()
def png_deep_and_turned() -> bytes:
    mark = chunk(b"eXIf", TURNED)
    return head(4890, 4890, RGBA, 16) + mark + drawn(4890, 4890, RGBA, 16) + END


@hostile()
def png_with_a_palette_turned() -> bytes:
    colours = chunk(b"PLTE", b"\1\2\3" * 256) + chunk(b"tRNS", b"\0" * 256)
    mark = chunk(b"eXIf", TURNED)
    return head(4890, 4890, PALETTE) + colours + mark + drawn(4890, 4890, PALETTE) + END


@hostile()
def png_of_one_bit_turned() -> bytes:
    mark = chunk(b"eXIf", TURNED)
    return head(10_000, 10_000, GREY, 1) + mark + drawn(10_000, 10_000, GREY, 1) + END


@hostile()
def png_interlaced_and_turned() -> bytes:
    mark = chunk(b"eXIf", TURNED)
    body = drawn(4890, 4890, RGBA)
    return head(4890, 4890, RGBA, 8, 1) + mark + body + END


@hostile()
def png_of_tiny_chunks() -> bytes:
    return head(1, 1) + POINT + filled(chunk(b"teSt")) + END


@hostile()
def png_of_tiny_chunks_before_the_picture() -> bytes:
    return head(1, 1) + filled(chunk(b"teSt")) + POINT + END


@hostile()
def png_of_empty_data_chunks() -> bytes:
    return head(1, 1) + chunk(b"eXIf", TURNED) + filled(chunk(b"IDAT")) + POINT + END


@hostile()
def png_of_tiny_texts() -> bytes:
    return head(1, 1) + filled(chunk(b"tEXt", b"a\0b")) + POINT + END


@hostile()
def png_of_packed_texts() -> bytes:
    one = chunk(b"zTXt", b"a\0\0" + zeros(1_000_000))
    return head(1, 1) + filled(one, 4 * 1024 * 1024) + POINT + END


@hostile()
def png_whose_text_unpacks_without_end() -> bytes:
    return head(1, 1) + chunk(b"zTXt", b"a\0\0" + zeros(3_000_000_000)) + POINT + END


@hostile()
def png_whose_profile_unpacks_without_end() -> bytes:
    body = b"icc\0\0" + zeros(3_000_000_000)
    return head(64, 64) + chunk(b"eXIf", TURNED) + chunk(b"iCCP", body) + drawn(64, 64, GREY) + END


@hostile()
def png_whose_exif_unpacks_without_end() -> bytes:
    body = b"Raw profile type exif\0\0" + zeros(1_000_000_000)
    return head(1, 1) + chunk(b"zTXt", body) + POINT + END


@hostile()
def png_whose_exif_is_a_text_of_letters() -> bytes:
    text = b"Raw profile type exif\0\nexif\n8\n" + b"45786966\n" * 100_000
    return head(1, 1) + chunk(b"tEXt", text) + POINT + END


@hostile()
def png_of_international_texts() -> bytes:
    one = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zeros(1_000_000))
    return head(1, 1) + filled(one, 4 * 1024 * 1024) + POINT + END


@hostile()
def png_of_one_point_and_gigabytes() -> bytes:
    return head(1, 1) + chunk(b"eXIf", TURNED) + chunk(b"IDAT", zeros(4_000_000_000)) + END


@hostile()
def png_of_frames_without_end() -> bytes:
    control = chunk(b"acTL", struct.pack(">II", 0x7FFF_FFFF, 0))
    data = zlib.compress(b"\0\0")
    place = struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 0, 0, 0, 0)
    frame = chunk(b"fcTL", place) + chunk(b"fdAT", b"\0\0\0\1" + data)
    return head(1, 1) + control + POINT + filled(frame) + END


@hostile()
def png_of_large_frames_turned() -> bytes:
    control = chunk(b"acTL", struct.pack(">II", 100, 0))
    place = struct.pack(">IIIIIHHBB", 0, 4000, 4000, 0, 0, 0, 0, 0, 0)
    body = drawn(4000, 4000, RGBA)
    frame = chunk(b"fcTL", place) + chunk(b"fdAT", b"\0\0\0\1" + body[8:-4])
    return head(4000, 4000, RGBA) + control + chunk(b"eXIf", TURNED) + body + frame * 30 + END


@hostile()
def png_as_large_as_the_head_can_say() -> bytes:
    return head(0x7FFF_FFFF, 0x7FFF_FFFF, RGBA, 16) + POINT + END


@hostile()
def png_one_point_high() -> bytes:
    return head(100_000_000, 1, RGBA) + chunk(b"eXIf", TURNED) + drawn(100_000_000, 1, RGBA) + END


@hostile()
def png_of_many_heads() -> bytes:
    return MARK + filled(head(10_000, 10_000)[8:], 1024 * 1024) + POINT + END


@hostile()
def png_whose_exif_loops() -> bytes:

    loop = directory((0x8769, 4, 1, b"\x08\0\0\0"), (0x8825, 4, 1, b"\x08\0\0\0"), following=8)
    return head(1, 1) + chunk(b"eXIf", loop) + POINT + END


@hostile()
def png_of_bytes_behind() -> bytes:
    return head(1, 1) + POINT + END + b"PK\3\4" * (MOST // 4)
