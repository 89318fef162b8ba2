"""Files uploaded to the web chat: examined at once, kept under a name that nobody can guess."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.examining.examined import Examined
from bot.examining.examiner import Examiner
from bot.failures import FileGone, FileTooLarge, RetryLater
from bot.files.store import FileStore
from storage.database import Database
from storage.files.names import fitting_name, name_in_form
from storage.tables import WebUpload
from storage.web import uploads

MAX_BYTES = 20 * 1024 * 1024
SWEPT = 200  # in one transaction


class Uploads:
    """Uploads: their bytes are in the file store, their owners in the database.

    So any replica has both.
    """

    def __init__(
        self,
        database: Database,
        store: FileStore,
        examiner: Examiner,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._store = store
        self._examiner = examiner
        self._clock = clock

    async def keep(
        self,
        owner: str,
        turn: str,
        name: str,
        pieces: AsyncIterator[bytes],
        *,
        network: str = "",
    ) -> WebUpload:
        """Take the file ``name`` as its ``pieces`` come in; return the upload.

        ``owner`` is the account, ``turn`` the one whose turn it is at the examiner, ``network`` the
        source of the file. Raises FileTooLarge, Refused, RetryLater and what ``pieces`` raise;
        nothing is left behind then.
        """
        with self._examiner.temporary.file(turn) as came:
            async for piece in pieces:
                if came.size + len(piece) > MAX_BYTES:
                    raise FileTooLarge
                await came.write(piece)
            with await self._examiner.examine(came, turn) as seen:
                return await self._keep(owner, network, name, seen)

    async def _keep(self, owner: str, network: str, name: str, seen: Examined) -> WebUpload:
        ref, now = secrets.token_urlsafe(24), self._clock()
        upload = WebUpload(
            ref=ref,
            owner=owner,
            network=network,
            kind=seen.found.kind,
            name=fitting_name(name_in_form(name), seen.found.ending),
            mime=seen.found.mime,
            size=seen.size,
            key=f"web/{now:%Y/%m}/{ref}{seen.found.ending}",
            created_at=now,
        )
        # Both at once, for somebody waits; and both to their end, whatever becomes of the other: a
        # write that is cancelled may still be done, after its bytes have been taken back.
        writing = self._store.write(upload.key, seen.path)
        both = asyncio.gather(writing, self._note(upload), return_exceptions=True)
        try:
            not_written, not_noted = await asyncio.shield(both)
        except asyncio.CancelledError:  # the sender hung up
            not_written, _ = await both
            await self._take_back(upload, written=not not_written)
            raise
        if failed := not_written or not_noted:
            await self._take_back(upload, written=not not_written)
            raise failed
        return upload

    async def _note(self, upload: WebUpload) -> None:
        try:
            async with self._database.begin(direct=True) as session:
                session.add(upload)
        except (SQLAlchemyError, OSError) as error:
            raise RetryLater(type(error).__name__) from error

    async def _take_back(self, upload: WebUpload, *, written: bool) -> None:
        """Delete in the order of ``sweep``. Of what cannot be deleted now, ``sweep`` has the row."""
        with suppress(SQLAlchemyError, OSError, RetryLater):
            if written:
                await self._store.delete(upload.key)
            async with self._database.begin(direct=True) as session:
                await session.run_sync(uploads.forget, [upload.ref])

    async def read(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload in chunks. Raises FileGone, RetryLater."""
        try:
            async for chunk in self._store.chunks(await self.key(ref)):
                yield chunk
        except FileNotFoundError:
            raise FileGone(ref[:8]) from None

    async def key(self, ref: str) -> str:
        """Return the key of the bytes in the file store. Raises FileGone, RetryLater."""
        try:
            async with self._database.reading() as session:
                upload = await session.run_sync(uploads.find, ref)
        except (SQLAlchemyError, OSError) as error:
            raise RetryLater(type(error).__name__) from error
        if upload is None:
            raise FileGone(ref[:8])
        return upload.key

    async def sweep(self, before: datetime) -> int:
        """Delete uploads older than ``before`` that no message has, and those of nobody.

        Returns their number. First the upload loses its owner, so that no message can get it any
        more. Then its bytes are deleted, then its row. So a stop in between leaves nothing behind.
        """
        removed = 0
        while True:

            def take(session: Session) -> dict[str, str]:
                return uploads.take_unneeded(session, before, SWEPT)

            async with self._database.begin() as session:
                unneeded = await session.run_sync(take)
            for key in unneeded.values():
                await self._store.delete(key)
            async with self._database.begin() as session:
                await session.run_sync(uploads.forget, list(unneeded))
            removed += len(unneeded)
            if len(unneeded) < SWEPT:
                return removed
