"""Files that would grow without end when they are read: a child's memory suffices."""

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from bot.file_kinds import Refused
from tests.examining.door import JPEG, LINUX, Door
from tests.support.pictures import picture, telling_exif


def packed(mimetype: bytes, method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("mimetype", mimetype)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def run_of_fill_bytes() -> bytes:
    at = JPEG.index(b"\xff\xda")
    return JPEG[: at + 14] + b"\xff" * 1_000_000 + b"\0" * 10


def notes_without_end() -> bytes:
    segment = b"\xff\xe1" + struct.pack(">H", 65_000) + b"Exif\0\0" + b"x" * (65_000 - 8)
    return JPEG[:2] + segment * 250 + JPEG[2:]


def crumbs() -> bytes:
    comment = b"\x21\xfe" + b"\x01x" * 5_000_000 + b"\0"
    gif = picture("GIF")
    return gif[:-1] + comment + b";"


def turned_png() -> bytes:
    size = 10_950
    rows = zlib.compress(b"\0" * (size * 4 + 1) * size, 9)
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    exif = telling_exif(6).removeprefix(b"Exif\0\0")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"eXIf", exif)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def many_pages() -> bytes:
    out = io.BytesIO()
    page = Image.new("1", (8, 8))
    page.save(out, "TIFF", save_all=True, append_images=[page] * 300)
    return out.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a run of fill bytes": run_of_fill_bytes,
    "notes without end": notes_without_end,
    "crumbs": crumbs,
    "a large picture that lies": turned_png,
    "pages without end": many_pages,
    "a type that is a bomb": lambda: packed(b"\0" * 300_000_000, zipfile.ZIP_BZIP2),
    "a type that is a long text": lambda: packed(b"\0" * 300_000_000, zipfile.ZIP_DEFLATED),
    "a bomb as such": lambda: bz2.compress(b"\0" * 10_000_000),
}


@LINUX
@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_file_ends_within_the_memory_of_a_child(
    bytes_door: Door, kind: str
) -> None:
    first = await bytes_door.child()
    with suppress(Refused):
        await bytes_door.shows(HOSTILE[kind]())

    assert bytes_door.examiner.children == [first]  # nobody had to be killed
    assert peak_of(first) < 300 * 1024


def peak_of(pid: int) -> int:
    """Kilobytes that a process had at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
