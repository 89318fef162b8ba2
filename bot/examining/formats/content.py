"""Tell what a file is by its bytes and not its name; archives, programs and pages are refused.

This runs only in a child: it unpacks and decodes what strangers made.
"""

import codecs
from dataclasses import dataclass

from bot.examining.formats import papers, rich_text
from bot.examining.formats.compound import MARK as OLE
from bot.examining.formats.containers import Broken
from bot.examining.formats.office import office
from bot.examining.formats.old_office import old_office
from bot.examining.formats.packed import has_archive
from bot.examining.formats.pictures import cleaned
from bot.file_kinds import KEPT, PICTURES, Content, Refused

OTHER_NAMES = {"image/x-ms-bmp": "image/bmp"}
# Pictures in the container of MP4, by their brands: https://mp4ra.org/registered-types/brands.
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
}
HUNG_ON = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")  # archives within a file of another kind
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n\f"  # a mark of UTF-8, and spaces
SAMPLE = 64 * 1024  # bytes of an old text that tell whether it is Russian
PIECE = 1024 * 1024  # of a text that is decoded to see whether it is one


@dataclass(frozen=True)
class Looked:
    """The part of a file that may be kept and shown to others.

    ``changed``: it differs from what was sent.
    """

    content: bytes
    found: Content
    changed: bool


def examine(content: bytes) -> Looked:
    """Look through a file: its type, and the file to keep, a picture without hidden data.

    Raises Refused.
    """
    found = content_of(content)
    if found.mime not in PICTURES:
        return Looked(content, found, changed=False)
    try:
        clean, mime = cleaned(content, found.mime)
    except Broken:
        raise Refused("broken-picture") from None
    return Looked(clean, Content(mime, PICTURES[mime]), changed=clean != content)


def content_of(content: bytes) -> Content:
    """Return the type of the bytes. Raises Refused."""
    if not content:
        raise Refused("empty")
    if content.startswith(b"PK"):
        return office(content)
    if content.startswith(OLE):
        return old_office(content)
    if content.startswith(b"%PDF-"):
        if has_archive(content):
            raise Refused("archive-behind")
        papers.look_through(content)
        return Content("application/pdf", ".pdf")
    if _is_text(content):
        if content.lstrip(BEFORE_TEXT).startswith(b"<"):
            raise Refused("page")  # or a drawing with scripts in it
        if not content.lstrip(BEFORE_TEXT).startswith(b"{\\rt"):  # as much as Word looks at
            return Content("text/plain", ".txt")
        rich_text.look_through(content)
        return Content("application/rtf", ".rtf")
    return _by_signature(content)


def _by_signature(content: bytes) -> Content:
    import puremagic  # noqa: PLC0415 - the bot's own process must not have it

    if content[4:8] == b"ftyp" and (mime := BRANDS.get(content[8:12])):
        return Content(mime, PICTURES[mime])
    try:
        best = puremagic.magic_string(content)[0]
    except (puremagic.PureError, ValueError, IndexError):
        raise Refused("unknown") from None
    mime = str(best.mime_type or "")
    mime = OTHER_NAMES.get(mime, mime)
    if mime in PICTURES:  # what is hung on behind is cut off with the rest
        return Content(mime, PICTURES[mime])
    if not mime.startswith("video/") or best.extension not in KEPT.get(mime, ()):
        raise Refused("kind")
    if any(mark in content for mark in HUNG_ON) or has_archive(content):
        raise Refused("archive-behind")
    return Content(mime, str(best.extension))


def _is_text(content: bytes) -> bool:
    """In UTF-8, or as old Russian Windows writes it."""
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in content[:4096]) or b"\0" in content:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), PIECE):
            decoder.decode(content[at : at + PIECE], final=at + PIECE >= len(content))
    except UnicodeDecodeError:
        text = content[:SAMPLE].decode("cp1251", errors="replace")
        russian = sum(c.isascii() or "а" <= c.lower() <= "я" or c in "ёЁ№«»—–…" for c in text)
        return russian > 0.95 * len(text)
    return True
