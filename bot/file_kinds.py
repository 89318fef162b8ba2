"""The kinds of files that are kept and the reasons to refuse one, for the bot and its children."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a child loads next to nothing
    from storage.messages import FileKind

LARGEST = 48 * 1024 * 1024  # bytes of what is kept: a picture drawn again may grow
PHOTOS = ("image/jpeg", "image/png", "image/webp")  # all else goes as a document
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
PLAYED = ("video/mp4", "video/quicktime", "video/webm")  # other videos go as documents
VIDEOS = {
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov", ".qtvr"),
    "video/webm": (".webm",),
    "video/3gpp": (".3gp", ".3ga", ".3g2"),
    "video/3gpp2": (".3gpp2", ".3gpp", ".3g2"),
    "video/mpeg": (".mpg", ".dat"),
    "video/x-matroska": (".mkv",),
    "video/dv": (".dv",),
    "video/x-msvideo": (".avi", ".divx"),
    "video/avi": (".avi",),
    "video/dvd": (".vob",),
    "video/x-ms-wmv": (".wmv",),
    "video/x-ms-asf": (".asf",),
    "video/x-flv": (".flv",),
    "video/ogg": (".ogg",),
    "video/x-theora+ogg": (".ogg",),
    "video/x-ogm+ogg": (".ogm",),
}
OPENXML = "application/vnd.openxmlformats-officedocument."
OPENDOCUMENT = "application/vnd.oasis.opendocument."
DOCUMENTS = {
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/plain": ".txt",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    OPENXML + "wordprocessingml.document": ".docx",
    OPENXML + "spreadsheetml.sheet": ".xlsx",
    OPENXML + "presentationml.presentation": ".pptx",
    OPENXML + "wordprocessingml.template": ".dotx",  # forms to be filled in
    OPENXML + "spreadsheetml.template": ".xltx",
    OPENXML + "presentationml.slideshow": ".ppsx",
    OPENDOCUMENT + "text": ".odt",
    OPENDOCUMENT + "spreadsheet": ".ods",
    OPENDOCUMENT + "presentation": ".odp",
    OPENDOCUMENT + "text-template": ".ott",
    OPENDOCUMENT + "spreadsheet-template": ".ots",
}
# Every type that is kept, with the endings it may have.
KEPT: dict[str, tuple[str, ...]] = {
    **{mime: (ending,) for mime, ending in (PICTURES | DOCUMENTS).items()},
    **VIDEOS,
}

REASONS = frozenset(
    {
        *("empty", "kind", "sound", "program", "unknown", "page", "no-document", "large"),
        *("archive", "archive-behind", "broken-archive", "broken-document", "broken-picture"),
        "large-picture",
        *("macros", "objects", "links", "scripts", "locked", "packed", "virus"),
        *("heavy", "deadly", "fault", "taken-over"),
    }
)


class Refused(Exception):
    """The file is not kept. ``reason``: one of REASONS, such as ``archive`` or ``macros``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Content:
    """The type of a file's bytes, the ending that fits it, and the way to show it."""

    mime: str
    ending: str

    @property
    def kind(self) -> "FileKind":
        """The way to show it: as a photo, a video, or a document to open."""
        if self.mime in PHOTOS:
            return "photo"
        return "video" if self.mime in PLAYED else "document"
