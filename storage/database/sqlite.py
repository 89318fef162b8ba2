"""SQLite's statements without a change of threads for each: see docs/decisions."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.util import await_only

END_SECONDS = 5.0  # for what a connection that was given up still does
QUICK = 0.003  # seconds that a COMMIT may take of the loop's; a change of threads costs it more
SLOWEST = 0.1  # seconds that one COMMIT counts for: one hiccup is no slow disk
WEIGHT = 0.1  # of the last one in the mean
READING = {"mcu_reading": True}  # the execution options of a transaction that only reads


class Disk:
    """The recent duration of COMMIT. On a quick disk it runs on the loop."""

    def __init__(self) -> None:
        self._mean = 4 * QUICK  # nothing is known yet

    @property
    def is_quick(self) -> bool:
        """Whether the loop may wait for it."""
        return self._mean < QUICK

    def keeps(self, commit: Callable[[], object]) -> None:
        """Commit, and remember how long it took."""
        began = time.perf_counter()
        try:
            commit()
        finally:
            took = min(time.perf_counter() - began, SLOWEST)
            self._mean += WEIGHT * (took - self._mean)


class DirectCursor(sqlite3.Cursor):
    """The driver's own cursor; SQLAlchemy's asyncio side also wants a word of its own."""

    async def _async_soft_close(self) -> None:
        """Nothing: rows are fetched at once and the cursor goes with its result."""


class SqliteConnection(AsyncAdapt_aiosqlite_connection):
    """aiosqlite's connection, whose statements may run in the thread that makes them.

    Connecting, ROLLBACK and closing, which wait for locks and for the disk, go to aiosqlite's
    thread as ever, and so do a BEGIN that finds another program writing and, on a slow disk,
    COMMIT. While ``direct`` is on, statements between BEGIN and COMMIT, which find their
    pages in memory, run on the event loop's thread.
    """

    __slots__ = ("_disk", "_ending", "direct", "reading")

    def __init__(
        self, dbapi: Any, connection: Any, disk: Disk, ending: set[asyncio.Future[Any]]
    ) -> None:
        """``ending``: has the ends of those that were given up, until they come."""
        super().__init__(dbapi, connection)
        self._disk = disk
        self._ending = ending
        self.direct = False
        self.reading = False

    def cursor(self, server_side: bool = False) -> Any:
        """A cursor of either kind."""
        if self.direct:
            return self._connection._conn.cursor(DirectCursor)  # noqa: SLF001 - as SQLAlchemy does
        return super().cursor(server_side)

    def commit(self) -> None:
        """A transaction that only read has nothing to wait for."""
        if self.reading:
            self._ends_reading()
            return
        try:
            keep = self._connection._conn.commit  # noqa: SLF001
            if self._disk.is_quick:
                self._disk.keeps(keep)
            else:
                await_only(self._connection._execute(self._disk.keeps, keep))  # noqa: SLF001
        except Exception as error:  # noqa: BLE001 - SQLAlchemy's way
            self._handle_exception(error)

    def rollback(self) -> None:
        """The same; nor has one that is over, which the pool rolls back once more."""
        if self.reading:
            self._ends_reading()
        elif self._connection._conn.in_transaction:  # noqa: SLF001
            super().rollback()
        self.direct = False  # the next user may make a cursor before it begins

    async def _terminate_graceful_close(self) -> None:
        """Give it up without waiting: see docs/decisions/0023."""
        self._terminate_force_close()

    def _terminate_force_close(self) -> None:
        """Have the driver's thread take back what it began and close, behind what it does."""
        driver = self._connection
        if driver._running:  # noqa: SLF001 - SQLAlchemy reads _connection too
            if driver._connection is not None:  # noqa: SLF001
                driver._tx.put_nowait((None, driver._connection.rollback))  # noqa: SLF001
            end = driver.stop()
            if end is not None:
                _note(end, self._ending)

    def begins_at_once(self) -> bool:
        """Begin to write. Nobody else does so here; only another program may."""
        driver = self._connection._conn  # noqa: SLF001
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute("PRAGMA busy_timeout=0")
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            driver.execute(f"PRAGMA busy_timeout={patience}")
        return True

    def begins_reading(self) -> None:
        """See what was last committed, and refuse to change any of it; no lock is waited for."""
        self.reading = self.direct = True
        self._connection._conn.execute("PRAGMA query_only=ON")  # noqa: SLF001
        self._connection._conn.execute("BEGIN")  # noqa: SLF001

    def _ends_reading(self) -> None:
        self._connection._conn.rollback()  # noqa: SLF001
        self._connection._conn.execute("PRAGMA query_only=OFF")  # noqa: SLF001
        self.reading = self.direct = False


def _note(end: asyncio.Future[Any], ending: set[asyncio.Future[Any]]) -> None:
    """Have an end among those that are waited for, until it comes."""
    ending.add(end)
    end.add_done_callback(ending.discard)


class Connections:
    """Those of one engine."""

    def __init__(self) -> None:
        self._disk = Disk()
        self._ending: set[asyncio.Future[Any]] = set()

    def connect(self, dialect: Any, _record: Any, arguments: Any, options: Any) -> SqliteConnection:
        """For the engine's ``do_connect`` event."""
        driver = aiosqlite.connect(*arguments, **options)
        driver._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does
        try:
            dialect.loaded_dbapi.connect(async_creator_fn=lambda: driver)
        except BaseException:  # it failed, or who connects was cancelled
            # Its thread still has a word for the loop, which must be there to hear it.
            join = driver._thread.join  # noqa: SLF001
            _note(asyncio.get_running_loop().run_in_executor(None, join), self._ending)
            raise
        return SqliteConnection(dialect.loaded_dbapi, driver, self._disk, self._ending)

    async def ended(self) -> None:
        """Wait for those that were given up; not for ever."""
        if self._ending:
            await asyncio.wait(set(self._ending), timeout=END_SECONDS)


def prepare(connection: Any, _record: Any) -> None:
    """For the engine's ``connect`` event: how we want SQLite to work."""
    connection.isolation_level = None  # the driver must not begin by itself: see begin
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten in the file, and not only let go
        "busy_timeout=10000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin(connection: Any) -> None:
    """For the engine's ``begin`` event."""
    driver = connection.connection.dbapi_connection
    if READING.items() <= connection.get_execution_options().items():
        driver.begins_reading()
        return
    if not driver.begins_at_once():
        driver.direct = False  # it waits for another program's lock
        connection.exec_driver_sql("BEGIN IMMEDIATE")
