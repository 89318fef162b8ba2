"""Tell what a file is by its bytes and not its name; archives, programs and pages are refused.

This runs only in a child: it unpacks and decodes what strangers made.
"""

from dataclasses import dataclass

from bot.examining.formats import papers, rich_text
from bot.examining.formats.compound import MARK as OLE
from bot.examining.formats.containers import Broken
from bot.examining.formats.office import OTHER_FILES, PROGRAMS, office
from bot.examining.formats.old_office import old_office
from bot.examining.formats.packed import has_archive
from bot.examining.formats.pictures import cleaned
from bot.examining.formats.signs import boxes, texts
from bot.file_kinds import KEPT, PICTURES, Content, Refused

OTHER_NAMES = {"image/x-ms-bmp": "image/bmp"}
# Pictures by their first bytes, as every viewer tells them.
SIGNATURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
HUNG_ON = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")  # archives within a file of another kind
STARTED = (b"MZ", b"\x7fELF")  # programs of Windows and Linux
SOUNDS = ("audio/", "application/ogg")
SUNG = (b"ID3", b"#!AMR")  # by their first bytes, where the type is not told
PAPER = b"%PDF-"
# Readers look for it so far (Adobe's implementation note 13 to PDF 1.7, H.3): programs, printers and
# mail put empty lines, marks of a text or lines of their own before it.
LATEST_PAPER = 1024
LONGEST_RIFF = 12


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
    if mime := _picture(content):  # what is hung on behind is cut off with the rest
        return Content(mime, PICTURES[mime])
    text = texts.text_of(content)
    if _is_paper(content, text):
        papers.look_through(content)
        if has_archive(content):  # LibreOffice puts a document's source into its paper
            raise Refused("objects")
        return Content("application/pdf", ".pdf")
    if text is not None:
        return _written(content, text)
    return _by_signature(content)


def _picture(content: bytes) -> str:
    """The type of a picture that tells it by its first bytes; empty: it does not."""
    for start, mime in SIGNATURES.items():
        if content.startswith(start):
            return mime
    is_webp = content.startswith(b"RIFF") and content[8:LONGEST_RIFF] == b"WEBP"
    return "image/webp" if is_webp else ""


def _is_paper(content: bytes, text: str | None) -> bool:
    """Whether readers of PDF take it for a paper, and nothing else could be meant."""
    at = content.find(PAPER, 0, LATEST_PAPER)
    if at < 0:
        return False
    before = content[:at]
    if not before.strip(texts.SPACES):
        return True
    # A page or a program in front would be shown or run by whoever goes by the beginning.
    if b"<" in before or before.startswith((*PROGRAMS, *OTHER_FILES)):
        return False
    return text is None or before.endswith((b"\r", b"\n"))


def _written(content: bytes, text: str) -> Content:
    """The kind of a text. ``text``: its beginning."""
    if text.lstrip().startswith("<"):
        raise Refused("page")  # or a drawing with scripts in it
    if not content.lstrip(texts.SPACES).startswith(b"{\\rt"):  # as much as Word looks at
        return Content("text/plain", ".txt")
    rich_text.look_through(content)
    return Content("application/rtf", ".rtf")


def _by_signature(content: bytes) -> Content:
    import puremagic  # noqa: PLC0415 - the bot's own process must not have it

    if found := boxes.picture_or_film(content):
        return found if found.mime in PICTURES else _film(content, found)
    try:
        best = puremagic.magic_string(content)[0]
    except (puremagic.PureError, ValueError, IndexError):
        raise Refused("unknown") from None
    mime = str(best.mime_type or "")
    mime = OTHER_NAMES.get(mime, mime)
    if mime in PICTURES:
        return Content(mime, PICTURES[mime])
    if content.startswith(STARTED):
        raise Refused("program")
    if mime.startswith(SOUNDS) or content.startswith(SUNG):
        raise Refused("sound")
    if not mime.startswith("video/") or best.extension not in KEPT.get(mime, ()):
        raise Refused("kind")
    return _film(content, Content(mime, str(best.extension)))


def _film(content: bytes, found: Content) -> Content:
    """What it is, if nothing is hung on behind: a film is not taken apart, so that would go along."""
    if any(mark in content for mark in HUNG_ON) or has_archive(content):
        raise Refused("archive-behind")
    return found
