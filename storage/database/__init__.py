"""Engine, sessions and one ``begin()`` for SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from sqlalchemy import ExceptionContext, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from storage.database import postgresql, sqlite
from storage.database.errors import NOT_REACHED, reason_of, unreachable
from storage.database.file import (
    DatabaseLost,
    OpenFile,
    is_damage,
    is_empty,
    lock_file,
    look_before_opening,
)
from storage.database.fullness import Fullness
from storage.database.keeping_session import KeepingSession

READERS = 4  # of an SQLite file at once; the pool has a connection for each, and for the writer


class Database:
    """The one way to the tables: ``async with database.begin() as session: ...``."""

    def __init__(
        self,
        engine: AsyncEngine,
        lock: IO[str] | None,
        connections: sqlite.Connections | None = None,
    ) -> None:
        self.engine = engine
        self._connections = connections
        self._lock = lock
        self._sqlite = engine.dialect.name == "sqlite"
        self._writing: AbstractAsyncContextManager[Any] = nullcontext()
        self._readers: AbstractAsyncContextManager[Any] = self._writing
        if self._sqlite:  # in memory it has one connection for all
            is_a_file = engine.url.database not in (None, "", ":memory:")
            self._writing = asyncio.Lock()
            self._readers = asyncio.Semaphore(READERS) if is_a_file else self._writing
        self._file: OpenFile | None = None
        self._lost: DatabaseLost | None = None
        self.fullness = Fullness()
        event.listen(engine.sync_engine, "handle_error", self._note_damage)

    @classmethod
    def open(cls, url: str, *, beside: bool = False) -> "Database":
        """Connect. Raises DatabaseBusy if another process has the SQLite file, DatabaseLost.

        ``beside``: a short command may work in the file while a bot does.
        """
        engine_url = make_url(url)
        if engine_url.get_backend_name() != "sqlite":
            engine = create_async_engine(url, hide_parameters=True, **postgresql.POOL)
            event.listen(engine.sync_engine, "checkout", postgresql.leave_closed)
            return cls(engine, None)
        lock = None
        if engine_url.database and engine_url.database != ":memory:" and not beside:
            lock = lock_file(Path(engine_url.database))
            try:
                look_before_opening(Path(engine_url.database))
            except BaseException:
                lock.close()
                raise
        engine = create_async_engine(
            url, hide_parameters=True, connect_args={"check_same_thread": False}
        )
        connections = sqlite.Connections()
        event.listen(engine.sync_engine, "do_connect", connections.connect)
        event.listen(engine.sync_engine, "connect", sqlite.prepare)
        event.listen(engine.sync_engine, "begin", sqlite.begin)
        return cls(engine, lock, connections)

    @asynccontextmanager
    async def begin(self, *, direct: bool = False) -> AsyncIterator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back on an exception.

        SQLite has one writer at a time, so here its transactions wait for each other in the
        program and not in the file's lock. ``direct``: its statements are many and quick, and run
        on the event loop; only what waits for a lock or for the disk goes to the driver's thread.
        Raises DatabaseLost.
        """
        self.look()
        # The next one may write as soon as this one is committed: a session takes a while to close.
        async with self._session() as session, self._writing, session.begin():
            if self._sqlite:
                connection: Any = await (await session.connection()).get_raw_connection()
                connection.dbapi_connection.direct = direct
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that changes nothing, and sees what was last committed. Raises DatabaseLost.

        In SQLite it waits for no writer, and none for it; its statements run on the event loop.
        In PostgreSQL each statement stands alone: the server is not asked to begin and to end.
        """
        self.look()
        async with self._session() as session, self._readers, session.begin():
            options = sqlite.READING if self._sqlite else postgresql.READING
            await session.connection(execution_options=options)
            yield session

    def _session(self) -> AsyncSession:
        return AsyncSession(self.engine, sync_session_class=KeepingSession, expire_on_commit=False)

    def look(self) -> None:
        """Raise DatabaseLost if the file is not what it was, and from then on each time."""
        try:
            if self._lost is None and self._file:
                self._file.look()
        except DatabaseLost as lost:
            self.lose(lost)
        if self._lost:
            raise self._lost

    def lose(self, lost: DatabaseLost) -> None:
        """From now on nothing more is put into it."""
        self._lost = self._lost or lost

    def _note_damage(self, context: ExceptionContext) -> None:
        """SQLite found the file broken, so what is read or written further may be wrong; or full."""
        self.fullness.note(context.original_exception)
        if is_damage(context.original_exception):
            self.lose(DatabaseLost("damaged", reason_of(context.original_exception)))

    async def save_lost(self, name: str) -> str:
        """Write what a lost file still holds beside its place, named so; the path, or nothing."""
        if self._file is None or self._lost is None or self._lost.why not in ("gone", "replaced"):
            return ""
        return await asyncio.to_thread(self._file.save, name)

    async def reach(self) -> None:
        """Connect once. Raises DatabaseUnreachable (away, refuses us, a wrong address), DatabaseLost."""
        try:
            async with self.engine.connect():
                pass
        except NOT_REACHED as error:
            raise unreachable(error) from None

    @property
    def is_sqlite(self) -> bool:
        """Whether the tables lie in a file of this machine, or in memory."""
        return self._sqlite

    @property
    def is_no_file(self) -> bool:
        """Whether there is no SQLite file yet: a failed start must not leave one."""
        return self._lock is not None and is_empty(Path(str(self.engine.url.database)))

    def guard_file(self) -> None:
        """From now on ``look`` compares the SQLite file with what it is at this moment."""
        if self._lock and self.engine.url.database:
            self._file = OpenFile(Path(self.engine.url.database))

    async def checkpoint(self) -> bool:
        """Bring all of SQLite's journal into the file and empty it; whether nothing is left in it.

        In the driver's thread, between two transactions. Of PostgreSQL: nothing.
        """
        if not self._sqlite:
            return True
        self.look()
        async with self._writing, self.engine.connect() as connection:
            raw: Any = await connection.get_raw_connection()
            found = await raw.driver_connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(next(iter(found))[0] == 0)

    async def close(self) -> None:
        """Give the connections and the file's lock back."""
        await self.engine.dispose()
        # SQLAlchemy keeps dialects for the sake of its statements; ours would keep all of this.
        told = (self.engine.sync_engine, "handle_error", self._note_damage)
        if event.contains(*told):
            event.remove(*told)
        if self._connections:
            await self._connections.ended()
        if self._file:
            self._file.close()
        if self._lock:
            self._lock.close()
