"""Which files are taken, and keeping those that come with an event."""

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from handlers.messages import File
from storage import files
from storage.file_names import clean_name

if TYPE_CHECKING:
    from handlers.turn import Turn

MOST_FILES = 10
MOST_BYTES = 20 * 1024 * 1024  # what a Telegram bot may fetch; the same in every channel
TAKEN_ENDINGS = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".heic",
        ".heif",
        ".bmp",
        ".tif",
        ".tiff",
        ".mp4",
        ".mov",
        ".avi",
        ".mkv",
        ".webm",
        ".3gp",
        ".m4v",
        ".pdf",
        ".doc",
        ".docx",
        ".odt",
        ".rtf",
        ".txt",
        ".xls",
        ".xlsx",
        ".ods",
        ".ppt",
        ".pptx",
    ]
)


def keep_files(turn: "Turn", room: int) -> tuple[str, list[int]]:
    """Keep the event's files, at most ``room`` of them: a text of what was refused, and the ids."""
    refused = ""
    kept: list[int] = []
    for sent in turn.event.files:
        file = replace(sent, name=clean_name(sent.name))
        problem = _problem(turn, file)
        if not problem and len(kept) >= room:
            problem = turn.texts("files-too-many", most=MOST_FILES)
        if problem:
            refused = refused or problem
            continue
        person = turn.event.person
        kept.append(files.keep(turn.session, file, person.channel, person.account, turn.now))
    return refused, kept


def _problem(turn: "Turn", file: File) -> str:
    if file.size > MOST_BYTES:
        size = f"{file.size / 1024 / 1024:.0f}"
        most = str(MOST_BYTES // 1024 // 1024)
        return turn.texts("file-too-large", size=size, most=most)
    ending = PurePath(file.name).suffix.lower()
    if file.kind == "document" and ending not in TAKEN_ENDINGS:
        return turn.texts("file-forbidden", name=file.name or turn.texts("file-nameless"))
    return ""
