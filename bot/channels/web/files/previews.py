"""Previews of pictures: drawn once by the examiner when a page first asks, then kept beside them."""

import structlog

from bot.channels.web.doors.limits import Turns
from bot.examining.examiner import Examiner
from bot.failures import RetryLater
from bot.file_kinds import Refused
from bot.files.store import FileStore, StoreAway, preview_of

AT_ONCE = 4  # drawn or waited for; a page with sixty cards asks for all of its pictures
OF_ONE = 2  # of them of one person: the examiner takes turns only among those who have come to it
PEOPLE = 200  # who have such a turn at once
NONE = b""  # kept for a picture of which there can be no preview

log = structlog.get_logger()


class Previews:
    """Finds the preview of a kept picture, and has it drawn if there is none."""

    def __init__(self, store: FileStore, examiner: Examiner) -> None:
        self._store = store
        self._examiner = examiner
        self._turns = Turns(AT_ONCE, of_each=1)
        self._of_owners = Turns(PEOPLE, of_each=OF_ONE)

    async def find(self, key: str, owner: str) -> str:
        """Return the key of the preview of the picture at ``key``, or ``key`` if there is none.

        ``owner``: the person whose turn it takes at the examiner. Raises FileNotFoundError and
        StoreAway.
        """
        small = preview_of(key)
        try:
            size = await self._store.size(small)
        except FileNotFoundError:
            async with self._of_owners.one(owner), self._turns.one(key):
                size = await self._size_of_drawn(key, small, owner)
        return small if size else key

    async def _size_of_drawn(self, key: str, small: str, owner: str) -> int:
        try:
            return await self._store.size(small)  # it was drawn while we waited for our turn
        except FileNotFoundError:
            pass
        try:
            size = await self._draw(key, small, owner)
        except StoreAway:
            raise
        except (RetryLater, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            log.info("preview_later", reason=type(error).__name__)
            return 0  # the picture itself is shown, and the next one who asks may have more luck
        await self._look_for_picture(key)
        return size

    async def _draw(self, key: str, small: str, owner: str) -> int:
        with self._examiner.temporary.file(owner) as came:
            async for chunk in self._store.chunks(key):
                await came.write(chunk)
            try:
                with await self._examiner.preview(came, owner) as drawn:
                    await self._store.write(small, drawn.path)
                    return drawn.size
            except Refused as refused:
                log.info("preview_refused", reason=refused.reason)
                await self._store.write(small, NONE)
                return 0

    async def _look_for_picture(self, key: str) -> None:
        """Delete the preview if its picture was deleted while it was drawn."""
        try:
            await self._store.size(key)
        except FileNotFoundError:
            await self._store.delete(key)
            raise
