"""Files that people upload to the web chat: kept under an unguessable name, with their owner."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import IO

import puremagic
from aiohttp import BodyPartReader

from bot.adapters.base import FileGone, FileTooLarge
from bot.adapters.web_messages import is_picture
from handlers.messages import File, FileKind

MAX_BYTES = 20 * 1024 * 1024
CHUNK = 256 * 1024
HEAD = 4096
REF_FORM = re.compile(r"[\w-]{32}", re.ASCII)
UNKNOWN = "application/octet-stream"


class Uploads:
    """The folder of uploads: ``<ref>`` holds the bytes, ``<ref>.json`` owner, name and type."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def keep(self, owner: str, part: BodyPartReader) -> File:
        """Take one file of a form as it streams in; raises FileTooLarge and leaves nothing then."""
        ref = secrets.token_urlsafe(24)
        path = self.folder / ref
        file = await asyncio.to_thread(_create, path)
        try:
            size = await _stream(part, file)
            name = Path(part.filename or "").name[:200] or ref[:8]
            kept = await asyncio.to_thread(_describe, path, owner, name, size)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            file.close()
        return kept

    async def find(self, owner: str, ref: str) -> File | None:
        """An upload of that person; somebody else's is not found."""
        if not REF_FORM.fullmatch(ref):
            return None
        return await asyncio.to_thread(self._find, owner, ref)

    def _find(self, owner: str, ref: str) -> File | None:
        try:
            about = json.loads(_about(self.folder / ref).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return File(**about["file"]) if about["owner"] == owner else None

    def path(self, ref: str) -> Path:
        """Where the bytes are; raises FileGone where they are not."""
        path = self.folder / ref
        if not (REF_FORM.fullmatch(ref) and path.is_file()):
            raise FileGone(ref[:8])
        return path

    async def read(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes, piece by piece; raises FileGone."""
        file = await asyncio.to_thread(self.path(ref).open, "rb")
        with file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk

    def owned_before(self, moment: datetime) -> list[tuple[str, str]]:
        """Owner and ref of the uploads that are older than that."""
        if not self.folder.is_dir():
            return []
        return [
            (json.loads(path.read_text(encoding="utf-8"))["owner"], path.stem)
            for path in self.folder.glob("*.json")
            if path.stat().st_mtime < moment.timestamp()
        ]

    def remove(self, ref: str) -> None:
        """Delete an upload."""
        (self.folder / ref).unlink(missing_ok=True)
        _about(self.folder / ref).unlink(missing_ok=True)


def _create(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("xb")


async def _stream(part: BodyPartReader, file: IO[bytes]) -> int:
    size = 0
    while chunk := await part.read_chunk(CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise FileTooLarge
        await asyncio.to_thread(file.write, chunk)
    await asyncio.to_thread(file.flush)
    return size


def _describe(path: Path, owner: str, name: str, size: int) -> File:
    mime = _mime(path, name)
    file = File(_kind(mime), path.name, name, mime, size)
    about = {
        "owner": owner,
        "file": {"kind": file.kind, "ref": file.ref, "name": name, "mime": mime, "size": size},
    }
    _about(path).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return file


def _about(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _mime(path: Path, name: str) -> str:
    """The type by content; the name only decides between types that begin alike."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        found = puremagic.from_string(head, mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        found = ""
    return str(found) or ("text/plain" if _is_text(head) else UNKNOWN)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == HEAD  # a letter cut in two
    return bool(text) and "\0" not in text


def _kind(mime: str) -> FileKind:
    if is_picture(mime):
        return "photo"
    return "video" if mime.startswith("video/") else "document"
