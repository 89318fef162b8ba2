"""HEIC and AVIF: boxes of MP4."""

import io
import struct

from PIL import Image

from tests.hostile.grids import grid
from tests.hostile.making import filled, hostile


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
