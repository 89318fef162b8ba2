"""Engine, sessions and one ``begin()`` for SQLite and PostgreSQL."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from config.texts.system_errors import in_words
from storage.database import postgresql, sqlite
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
from storage.migrations import indexes, is_new, is_newer, upgrade

# Classes of SQLSTATE (PostgreSQL, appendix A) that tell of the server and not of the statement:
# connection, resources, operator, system, internal.
OUTAGES = ("08", "53", "57", "58", "XX")
# Of an attempt to connect; a wrong word behind the ? of an address is a TypeError.
NOT_REACHED = (SQLAlchemyError, OSError, TypeError, ValueError)
GONE = ("3D000", "3F000", "42P01")  # no such database, schema, table
KIND_OF_ERROR = re.compile(r"^<class '[\w.]{1,200}'>: ")  # asyncpg's begins so
READERS = 4  # of an SQLite file at once; the pool has a connection for each, and for the writer
CONFLICTS = ("40", "55P03")  # serialisation and deadlock; a lock that was not available


def is_outage(error: BaseException) -> bool:
    """Whether the database is away or full, so that the same statements will do later.

    Anything else about a statement (a value that does not fit) is a mistake of whoever made it.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeoutError | OSError)
    if error.connection_invalidated:
        return True
    if state := _state(error):
        return state.startswith(OUTAGES)
    if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
        return False  # the statement's own fault: too deep, no such table
    # asyncpg's complaint about a value is an InterfaceError too, and a ValueError.
    about_value = isinstance(error.orig and error.orig.__cause__, ValueError)
    return isinstance(error, OperationalError | InterfaceError) and not about_value


def is_conflict(error: BaseException) -> bool:
    """Whether two transactions met, so that the later one finds its way when it tries again."""
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and _state(error).startswith(CONFLICTS)


def is_gone(error: DBAPIError) -> bool:
    """Whether PostgreSQL has not our database, or it has not our tables: it was made anew."""
    return _state(error) in GONE


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


class DatabaseUnreachable(Exception):
    """The database does not answer, or not to us; the text says what to look at."""


class MigrationFailed(Exception):
    """The tables could not be brought up to date and are as they were; the text says why."""


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
        """Connect; raises DatabaseBusy where another process has the SQLite file, DatabaseLost.

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
        """Raises DatabaseLost, from then on each time, where the file is not what it was."""
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

    async def migrate(self, *, may_be_new: bool = True) -> None:
        """Bring the tables up to date. Raises DatabaseUnreachable, DatabaseLost, MigrationFailed.

        ``may_be_new``: tables may be made where there are none; else what should be there is lost.
        """
        if not may_be_new and self._is_no_file():
            raise DatabaseLost("new", self.engine.url.database or "")
        await self.reach()
        try:
            async with self.engine.begin() as connection:
                if not may_be_new and await connection.run_sync(is_new):
                    raise DatabaseLost("new", self.engine.url.database or "")
                newer = await connection.run_sync(_upgrade)
            if not self._sqlite and not newer:
                async with self.engine.connect() as connection:
                    own = await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await own.run_sync(_make_indexes)
        except (DBAPIError, OSError) as error:
            raise unreachable(error) from None
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

    def _is_no_file(self) -> bool:
        """Not even an empty one is to be left where none should be begun."""
        return self._lock is not None and is_empty(Path(str(self.engine.url.database)))

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


def _upgrade(connection: Connection) -> bool:
    """All migrations or none: both databases change tables in a transaction. Whether it is newer."""
    with _told():
        upgrade(connection)
    return is_newer(connection)


def _make_indexes(connection: Connection) -> None:
    with _told():
        indexes.make_missing(connection)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if is_outage(error) or is_damage(error.orig):
            raise
        raise MigrationFailed(reason_of(error)) from None


def unreachable(error: Exception) -> DatabaseUnreachable | DatabaseLost:
    """What to raise for an error of the database: it is away, or damaged."""
    if isinstance(error, DatabaseLost):
        return error
    if is_damage(getattr(error, "orig", None) or error):
        return DatabaseLost("damaged", reason_of(error))
    return DatabaseUnreachable(reason_of(error))


def reason_of(error: BaseException) -> str:
    """What the database said, in its first line; of the network and the disk, in our words."""
    said = getattr(error, "orig", None) or error
    if isinstance(said, OSError):
        return in_words(said)
    lines = str(said).splitlines()
    return KIND_OF_ERROR.sub("", lines[0]) if lines else type(error).__name__
