"""What a file is by its bytes, whatever its name says: archives, programs and pages are not kept."""

import io
import zipfile
import zlib
from dataclasses import dataclass

import puremagic

from bot.pictures import Broken, cleaned
from handlers.messages import FileKind

PHOTOS = (
    "image/jpeg",
    "image/png",
    "image/webp",
)  # others go as documents: no messenger shows them
PICTURES = {  # and their endings; others could not be rid of what they tell
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tiff",
    "image/bmp": ".bmp",
    "image/heic": ".heic",
    "image/avif": ".avif",
}
OTHER_NAMES = {"image/x-ms-bmp": "image/bmp"}
# Pictures in the container of MP4, by their brands: https://mp4ra.org/registered-types/brands.
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
}
VIDEOS = ("video/mp4", "video/quicktime", "video/webm")
HUNG_ON = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")  # archives within a file of another kind
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n\f"  # a mark of UTF-8, and spaces
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Office before 2007; installers and macros are OLE too
OLE_STREAMS = {
    "WordDocument": ("application/msword", ".doc"),
    "Workbook": ("application/vnd.ms-excel", ".xls"),
    "PowerPoint Document": ("application/vnd.ms-powerpoint", ".ppt"),
}
OPENXML = "application/vnd.openxmlformats-officedocument."
OPENXML_PARTS = {
    "word/document.xml": (OPENXML + "wordprocessingml.document", ".docx"),
    "xl/workbook.xml": (OPENXML + "spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": (OPENXML + "presentationml.presentation", ".pptx"),
}
OPENDOCUMENT = "application/vnd.oasis.opendocument."
OPENDOCUMENT_ENDINGS = {"text": ".odt", "spreadsheet": ".ods", "presentation": ".odp"}
MEMBER = b"PK\x01\x02"  # before each entry of an archive's list
MOST_MEMBERS = 5000  # of an office document
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError),
    *(RuntimeError, ValueError, OSError, EOFError),
)  # what zipfile raises on an archive that is
SAMPLE = 64 * 1024  # bytes of an old text that tell whether it is Russian


class Refused(Exception):
    """The content is of a kind that is not kept."""


@dataclass(frozen=True)
class Content:
    """The type of a file's bytes, the ending that fits it, and how it is best shown."""

    mime: str
    ending: str

    @property
    def kind(self) -> FileKind:
        """As a picture, a video, or a document to open."""
        if self.mime in PHOTOS:
            return "photo"
        return "video" if self.mime in VIDEOS else "document"


@dataclass(frozen=True)
class Examined:
    """What may be kept of a file and shown to others. ``changed``: no longer what was sent."""

    content: bytes
    found: Content
    changed: bool


def examine(content: bytes) -> Examined:
    """Look through a file: its type, and a picture without what it tells besides. Raises Refused.

    Slow: to be called in a thread.
    """
    found = content_of(content)
    if found.mime not in PICTURES:
        return Examined(content, found, changed=False)
    try:
        clean, mime = cleaned(content, found.mime)
    except Broken:
        raise Refused("a broken picture") from None
    return Examined(clean, Content(mime, PICTURES[mime]), changed=clean != content)


def content_of(content: bytes) -> Content:
    """What the bytes are. Raises Refused."""
    if not content:
        raise Refused("an empty file")
    if content.startswith(b"PK"):
        return _office(content)
    if content.startswith(OLE):
        return _old_office(content)
    if content.startswith(b"%PDF-"):
        if zipfile.is_zipfile(io.BytesIO(content)):
            raise Refused("an archive behind a paper")
        return Content("application/pdf", ".pdf")
    if _is_text(content):
        if content.lstrip(BEFORE_TEXT).startswith(b"<"):
            raise Refused("a page or a drawing with scripts in it")
        is_rtf = content.startswith(b"{\\rtf")
        return Content("application/rtf", ".rtf") if is_rtf else Content("text/plain", ".txt")
    return _by_signature(content)


def _by_signature(content: bytes) -> Content:
    if content[4:8] == b"ftyp" and (mime := BRANDS.get(content[8:12])):
        return Content(mime, PICTURES[mime])
    try:
        best = puremagic.magic_string(content)[0]
    except (puremagic.PureError, ValueError, IndexError):
        raise Refused("unknown content") from None
    mime = str(best.mime_type or "")
    mime = OTHER_NAMES.get(mime, mime)
    if mime in PICTURES:  # what is hung on behind is cut off with the rest
        return Content(mime, PICTURES[mime])
    if not mime.startswith("video/"):
        raise Refused("content of a kind that is not kept")
    if any(mark in content for mark in HUNG_ON) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("an archive behind a video")
    return Content(mime, str(best.extension))


def _office(content: bytes) -> Content:
    """A zip archive is taken only as an office document, and without macros in it."""
    if content.count(MEMBER) > MOST_MEMBERS:  # before they are read: each takes half a kilobyte
        raise Refused("too large an archive")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            mime = b""
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    mime = file.read(100)
    except BROKEN:
        raise Refused("a broken archive") from None
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused("a document with macros")
    form = mime.decode("ascii", errors="replace").strip().removeprefix(OPENDOCUMENT)
    if form in OPENDOCUMENT_ENDINGS:
        return Content(OPENDOCUMENT + form, OPENDOCUMENT_ENDINGS[form])
    if "[Content_Types].xml" in names:
        for part, (found, ending) in OPENXML_PARTS.items():
            if part in names:
                return Content(found, ending)
    raise Refused("an archive")


def _old_office(content: bytes) -> Content:
    for stream, (mime, ending) in OLE_STREAMS.items():
        if stream.encode("utf-16-le") in content:
            return Content(mime, ending)
    raise Refused("not a document")


def _is_text(content: bytes) -> bool:
    """In UTF-8, or as old Russian Windows writes it."""
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in content[:4096]) or b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        text = content[:SAMPLE].decode("cp1251", errors="replace")
        russian = sum(c.isascii() or "а" <= c.lower() <= "я" or c in "ёЁ№«»—–…" for c in text)
        return russian > 0.95 * len(text)
    return True
