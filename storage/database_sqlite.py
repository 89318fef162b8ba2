"""SQLite's statements without a change of threads for each: see docs/decisions."""

import sqlite3
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection

READING = "mcu_reading"  # the execution option of a transaction that only reads


class DirectCursor(sqlite3.Cursor):
    """The driver's own cursor; SQLAlchemy's asyncio side also wants a word of its own."""

    async def _async_soft_close(self) -> None:
        """Nothing: rows are fetched at once and the cursor goes with its result."""


class SqliteConnection(AsyncAdapt_aiosqlite_connection):
    """aiosqlite's connection, whose statements may run where they are made.

    Connecting, COMMIT, ROLLBACK and closing, which wait for locks and for the disk, go to
    aiosqlite's thread as ever, and so does a BEGIN that finds another program writing. While
    ``direct`` is on, statements between BEGIN and COMMIT, which find their pages in memory, run on
    the event loop's thread.
    """

    __slots__ = ("direct", "reading")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
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
        else:
            super().commit()

    def rollback(self) -> None:
        """The same; nor has one that is over, which the pool rolls back once more."""
        if self.reading:
            self._ends_reading()
        elif self._connection._conn.in_transaction:  # noqa: SLF001
            super().rollback()
        self.direct = False  # the next user may make a cursor before it begins

    def begins_at_once(self) -> bool:
        """Begin to write, where nobody else does; only another program may."""
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


def connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> SqliteConnection:
    """For the engine's ``do_connect`` event."""
    made = dialect.loaded_dbapi.connect(*arguments, **options)
    return SqliteConnection(dialect.loaded_dbapi, made._connection)  # noqa: SLF001 - to wrap it anew


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
    if connection.get_execution_options().get(READING):
        driver.begins_reading()
        return
    if not driver.begins_at_once():
        driver.direct = False  # it waits for another program's lock
        connection.exec_driver_sql("BEGIN IMMEDIATE")
