"""WebP: chunks as in RIFF."""

import struct

from tests.hostile.making import filled, hostile
from tests.support.pictures import telling_exif


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
