"""What a file is, by its bytes and not by its name."""

import io
import zipfile

import pytest

from bot.examining.formats.content import content_of
from bot.file_kinds import Refused
from tests.support.documents import excel, word

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504
BOX = b"\0\0\0\x18ftyp"


def archive(*names: str, mimetype: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "<x/>")
    return content.getvalue()


def packed(broken: bytes) -> bytes:
    """An office document whose compressed bytes are others than it says."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 9)
    whole = content.getvalue()
    start = 30 + len("mimetype")
    return whole[:start] + broken + whole[start + len(broken) :]


TYPES = "[Content_Types].xml"


def by_number(_value: object) -> str:
    """An archive's bytes hold the time it was made: as a test's name they differ between workers."""
    return "sample"


@pytest.mark.parametrize(
    ids=by_number,
    argnames=("content", "ending", "kind"),
    argvalues=[
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 50, ".jpg", "photo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, ".png", "photo"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", ".webp", "photo"),
        (b"GIF89a" + b"\0" * 20, ".gif", "document"),
        (BOX + b"heic\0\0\0\0mif1heic", ".heic", "document"),
        (BOX + b"mp42\0\0\0\0mp42isom", ".mp4", "video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", ".mov", "video"),
        (BOX + b"3gp4\0\0\0\0", ".3gp", "document"),
        (b"%PDF-1.7\n\xe2\xe3\n", ".pdf", "document"),
        (b"{\\rtf1 x}", ".rtf", "document"),
        ("Список домов".encode(), ".txt", "document"),
        ("Список домов, № 5 — «яма»".encode("cp1251"), ".txt", "document"),
        (archive(TYPES, "word/document.xml"), ".docx", "document"),
        (archive(TYPES, "xl/workbook.xml"), ".xlsx", "document"),
        (archive(TYPES, "ppt/presentation.xml"), ".pptx", "document"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), ".odt", "document"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), ".ods", "document"),
        (word(), ".doc", "document"),
        (excel(), ".xls", "document"),
    ],
)
def test_what_residents_send_is_taken(content: bytes, ending: str, kind: str) -> None:
    found = content_of(content)

    assert (found.ending, found.kind) == (ending, kind)


@pytest.mark.parametrize(
    ids=by_number,
    argnames="content",
    argvalues=[
        b"",
        b"MZ\x90\x00" + b"\0" * 200,
        b"\x7fELF" + b"\0" * 200,
        b"Rar!\x1a\x07\x00" + b"\0" * 20,
        b"7z\xbc\xaf\x27\x1c" + b"\0" * 20,
        b"\x1f\x8b\x08" + b"\0" * 20,
        archive("a.txt"),
        archive("word/document.xml"),
        archive("META-INF/MANIFEST.MF", "x.class"),
        archive(TYPES, "word/document.xml", "word/vbaProject.bin"),
        archive(mimetype="application/epub+zip"),
        archive(TYPES, "word/document.xml")[:40],
        archive(TYPES, "word/document.xml", *(f"{n}.xml" for n in range(5000))),
        packed(b"\xff" * 40),
        OLE,
        BOX + b"mp42\0\0\0\0mp42isom" + archive("a.txt"),
        BOX + b"mp42\0\0\0\0mp42isom" + b"Rar!\x1a\x07\x01\x00" + b"\0" * 20,
        b"%PDF-1.7\n" + archive("a.exe"),
        b"8BPS\0\1" + b"\0" * 40,
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"  <html><body>x</body></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>',
        b"\xef\xbb\xbf<svg onload='alert(1)'/>",
        bytes(range(128, 256)) * 4,
        b"\xff\xfe<\0s\0v\0g\0>\0",
    ],
)
def test_archives_programs_pages_and_unknown_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        content_of(content)
