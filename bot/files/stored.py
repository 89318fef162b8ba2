"""Kept files on their way to a messenger: read while they are sent."""

from dataclasses import dataclass

from aiohttp.payload import AsyncIterablePayload

from bot.protocol import FileSource


@dataclass(frozen=True)
class Stored:
    """A kept file of ``size`` bytes."""

    files: FileSource
    key: str
    size: int

    def streamed(self) -> "Streamed":
        """A part of a form with its bytes, from the beginning at each call."""
        return Streamed(self)


class Streamed(AsyncIterablePayload):
    """A kept file as a part of a form, read while it is sent.

    It tells its length, which upload servers need.
    """

    def __init__(self, stored: Stored) -> None:
        super().__init__(stored.files.chunks(stored.key), content_type="application/octet-stream")
        self._size = stored.size


async def stored(files: FileSource, key: str) -> Stored:
    """Return the kept file at ``key``. Raises FileNotFoundError, RetryLater."""
    return Stored(files, key, await files.size(key))
