"""A posted form, read in memory.

The server's own reader leaves its temporary file open when a sender dies amid an upload.
"""

from dataclasses import dataclass

from aiohttp import BodyPartReader, web


@dataclass(frozen=True)
class PostedFile:
    filename: str
    mime: str
    content: bytes


async def form_of(request: web.Request) -> tuple[dict[str, str], dict[str, PostedFile]]:
    """The form's words and its files, each by its field's name."""
    words: dict[str, str] = {}
    files: dict[str, PostedFile] = {}
    if not request.content_type.startswith("multipart/"):
        return {name: str(value) for name, value in (await request.post()).items()}, files
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader), "no form nests another"
        assert part.name
        content = bytes(await part.read(decode=True))
        if part.filename:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = PostedFile(part.filename, mime, content)
        else:
            words[part.name] = content.decode()
    return words, files
