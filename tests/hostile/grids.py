"""Grids of HEIC and AVIF: one small tile, shown in as many places as one likes."""

import io
import struct

from PIL import Image

TILE = 512


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def _full(name: bytes, body: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(name, bytes((version,)) + flags.to_bytes(3, "big") + body)


def _boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big") or len(content) - at
        found.append((content[at + 4 : at + 8], content[at + 8 : at + size]))
        at += size
    return found


KINDS = {"HEIF": (b"heic", b"hvc1", b"hvcC"), "AVIF": (b"avif", b"av01", b"av1C")}


def _tile(name: str) -> tuple[bytes, bytes]:
    """One tile's decoder configuration (a box) and its data, of a file that libheif wrote."""
    from pillow_heif import register_heif_opener  # noqa: PLC0415 - only here

    register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (TILE, TILE)).save(out, name, quality=1)
    kind = KINDS[name][2]
    boxes = dict(_boxes(out.getvalue()))
    meta = dict(_boxes(boxes[b"meta"][4:]))
    properties = dict(_boxes(dict(_boxes(meta[b"iprp"]))[b"ipco"]))
    return _box(kind, properties[kind]), boxes[b"mdat"]


def grid(name: str, rows: int, columns: int) -> bytes:
    """A picture of ``rows`` times ``columns`` places that all show the tile of item 1."""
    configuration, data = _tile(name)
    brand, item, _ = KINDS[name]
    width, height = columns * TILE, rows * TILE
    layout = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)
    infos = b"".join(
        _full(b"infe", struct.pack(">HH4s", number, 0, kind) + b"\0", 2)
        for number, kind in ((1, item), (2, b"grid"))
    )
    references = struct.pack(">HH", 2, min(rows * columns, 65_535))
    references += b"\0\1" * min(rows * columns, 65_535)
    sizes = (_full(b"ispe", struct.pack(">II", *size)) for size in ((TILE, TILE), (width, height)))
    properties = _box(b"ipco", configuration + b"".join(sizes))
    ties = struct.pack(">I", 2) + struct.pack(">HBBB", 1, 2, 0x81, 2) + struct.pack(">HBB", 2, 1, 3)

    def whole(start: int) -> bytes:
        places = struct.pack(">BBH", 0x44, 0, 2) + b"".join(
            struct.pack(">HHHII", number, 0, 1, place, size)
            for number, place, size in ((1, start, len(data)), (2, start + len(data), len(layout)))
        )
        meta = _full(
            b"meta",
            _full(b"hdlr", b"\0" * 4 + b"pict" + b"\0" * 13)
            + _full(b"pitm", b"\0\2")
            + _full(b"iloc", places)
            + _full(b"iinf", struct.pack(">H", 2) + infos, 0)
            + _full(b"iref", _box(b"dimg", references))
            + _box(b"iprp", properties + _full(b"ipma", ties)),
        )
        return _box(b"ftyp", brand + b"\0\0\0\0mif1" + brand) + meta

    start = len(whole(0)) + 8
    return whole(start) + _box(b"mdat", data + layout)
