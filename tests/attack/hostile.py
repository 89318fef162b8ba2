"""Files that harm whoever looks through them: one of each kind, small enough to be sent in numbers."""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.pictures import picture

BIG = 18 * 1024**2  # just below what one file may have


def marker_run(size: int) -> bytes:
    """A JPEG whose picture is a run of 0xFF."""
    content = picture("JPEG", (8, 8))
    at = content.index(b"\xff\xda")
    head = content[: at + 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]]
    return head + b"\xff" * size + b"\x00\xff\xd9"


def packed_type() -> bytes:
    """A ZIP whose one entry unpacks to 300 MB where its first 100 bytes are asked for."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive,
        archive.open("mimetype", "w", force_zip64=True) as entry,
    ):
        for _ in range(300):
            entry.write(bytes(1024**2))
    return out.getvalue()


def many_pages(count: int = 12_000) -> bytes:
    """A TIFF of one-pixel pages, chained."""
    tags = (
        (256, 3, 1),
        (257, 3, 1),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (279, 4, 1),
    )
    out = bytearray(struct.pack("<2sHI", b"II", 42, 10) + b"\x00\x00")
    size = 2 + 12 * len(tags) + 4
    for page in range(count):
        following = 10 + size * (page + 1) if page < count - 1 else 0
        out += struct.pack("<H", len(tags))
        for tag, kind, value in tags:
            out += struct.pack("<HHII", tag, kind, 1, value)
        out += struct.pack("<I", following)
    return bytes(out)


def turned_webp() -> bytes:
    """A WebP of a kilobyte and 24 million pixels, to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (4890, 4890)).save(out, "WEBP", lossless=True, exif=exif.tobytes())
    return out.getvalue()


def wide_png(side: int = 10_000) -> bytes:
    """A PNG of so many pixels each way, four bytes each, all alike."""
    packer, row = zlib.compressobj(9), bytes(1 + 4 * side)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def crumbled_gif() -> bytes:
    """A GIF with a comment of millions of blocks of one byte."""
    content = picture("GIF", (8, 8))
    return content[:-1] + b"\x21\xfe" + b"\x01x" * (BIG // 2) + b"\x00" + content[-1:]


def many_marks() -> bytes:
    """A JPEG of thousands of EXIF segments."""
    segment = b"\xff\xe1" + struct.pack(">H", 10) + b"Exif\x00\x00II"
    content = picture("JPEG", (8, 8))
    return content[:2] + segment * 100_000 + content[2:]


def office_macro() -> bytes:
    """A document of Word with a program in it."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.'
        'macroEnabled.main+xml"/><Override PartName="/word/any.bin" '
        'ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("word/any.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    return out.getvalue()


def embedded_object() -> bytes:
    """An RTF text with a program in it."""
    return rb"{\rtf1\ansi{\object\objemb{\*\objdata 0105000002000000" + b"4d5a" * 500 + b"}}}"


MAKERS: dict[str, Callable[[], bytes]] = {
    "small.jpg": lambda: marker_run(64 * 1024),
    "large.jpg": lambda: marker_run(1024**2),
    "packed.zip": packed_type,
    "pages.tiff": many_pages,
    "turned.webp": turned_webp,
    "wide.png": wide_png,
    "crumbled.gif": crumbled_gif,
    "marks.jpg": many_marks,
    "macro.docx": office_macro,
    "object.rtf": embedded_object,
}


def write(folder: Path) -> None:
    """Put one of each kind into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MAKERS.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
