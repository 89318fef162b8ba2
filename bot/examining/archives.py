"""Office documents, which are archives, and the archives that are none."""

import io
import struct
import zipfile
import zlib

from bot.examining.kinds import DOCUMENTS, OPENDOCUMENT, OPENXML, Content, Refused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Office before 2007; installers and macros are OLE too
OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
OPENXML_PARTS = {
    "word/document.xml": OPENXML + "wordprocessingml.document",
    "xl/workbook.xml": OPENXML + "spreadsheetml.sheet",
    "ppt/presentation.xml": OPENXML + "presentationml.presentation",
}
MEMBER = b"PK\x01\x02"  # before each entry of an archive's list
MOST_MEMBERS = 5000  # of an office document
# The type of an OpenDocument stands in a member of its own. Only these two ways of packing give
# out as little as is asked for: a block of bzip2 or LZMA is unpacked whole, whatever it holds.
MEASURED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LONGEST_TYPE = 200
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, struct.error),
    *(RuntimeError, ValueError, LookupError, OverflowError, OSError, EOFError),
)  # what zipfile raises on an archive that is


def office(content: bytes) -> Content:
    """A zip archive is taken only as an office document, and without macros in it."""
    if content.count(MEMBER) > MOST_MEMBERS:  # before they are read: each takes half a kilobyte
        raise Refused("large-archive")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            mime = _told_type(archive) if "mimetype" in names else ""
    except BROKEN:
        raise Refused("broken-archive") from None
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused("macros")
    if mime.startswith(OPENDOCUMENT) and mime in DOCUMENTS:
        return Content(mime, DOCUMENTS[mime])
    if "[Content_Types].xml" in names:
        for part, found in OPENXML_PARTS.items():
            if part in names:
                return Content(found, DOCUMENTS[found])
    raise Refused("archive")


def _told_type(archive: zipfile.ZipFile) -> str:
    about = archive.getinfo("mimetype")
    if about.compress_type not in MEASURED or about.file_size >= LONGEST_TYPE:
        return ""
    with archive.open(about) as file:
        return file.read(LONGEST_TYPE).decode("ascii", errors="replace").strip()


def old_office(content: bytes) -> Content:
    """By the streams that each program writes."""
    for stream, mime in OLE_STREAMS.items():
        if stream.encode("utf-16-le") in content:
            return Content(mime, DOCUMENTS[mime])
    raise Refused("no-document")


def has_archive(content: bytes) -> bool:
    """Whether a zip archive is hung on behind, as programs find it: by its end."""
    return zipfile.is_zipfile(io.BytesIO(content))
