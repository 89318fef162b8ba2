"""A file store with the faults that a test chooses."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from obstore.store import ObjectStore

from bot.files.store import FileStore, StoreAway


class FakeStore(FileStore):
    """While it is ``away`` no byte is written, read or deleted.

    A write ends once ``goes_on`` is set, as it is at first; it ends with ``trouble`` if there is any.
    """

    def __init__(self, objects: ObjectStore) -> None:
        super().__init__(objects)
        self.objects = objects
        self.away = False
        self.trouble: Exception | None = None
        self.tried = 0  # writes
        self.written, self.deleted, self.goes_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.goes_on.set()

    def keys(self) -> list[str]:
        """The keys of all kept files."""
        return [str(one["path"]) for one in self.objects.list().collect()]

    async def write(self, key: str, content: bytes | Path) -> None:
        self.tried += 1
        self._answers()
        await super().write(key, content)
        self.written.set()
        await self.goes_on.wait()
        if self.trouble:
            raise self.trouble

    async def chunks(self, key: str) -> AsyncIterator[bytes]:
        self._answers()
        async for chunk in super().chunks(key):
            yield chunk

    async def delete(self, key: str) -> None:
        self._answers()
        await super().delete(key)
        self.deleted.set()

    def _answers(self) -> None:
        if self.away:
            raise StoreAway("away")
