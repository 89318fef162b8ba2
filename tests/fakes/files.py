"""Kept files in memory, for adapters that have no store beside them."""

from collections.abc import AsyncIterator

PIECE = 5


class MemoryFiles:
    """A source of files by key, read in small pieces."""

    def __init__(self, **kept: bytes) -> None:
        self.kept = kept

    async def size(self, key: str) -> int:
        return len(self._of(key))

    async def chunks(self, key: str) -> AsyncIterator[bytes]:
        content = self._of(key)
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]

    def _of(self, key: str) -> bytes:
        if key not in self.kept:
            raise FileNotFoundError(key)
        return self.kept[key]
