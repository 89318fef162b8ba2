"""The file of an SQLite database: whether it is whole, and still the one that was opened.

Deleted or put in another's place under a running program, it goes on taking what nobody will ever
find again: so it is looked at before each transaction. Nothing here opens the file itself, but by
SQLite: closing it would take the locks of the whole process away.
"""

import fcntl
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Literal

Why = Literal["gone", "replaced", "shrunk", "journal", "damaged", "another", "older", "new"]
DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
HEADER = 100  # bytes
MAGIC = b"SQLite format 3\0"
JOURNAL = "-wal"


class DatabaseLost(OSError):
    """The database is not there or not to be trusted: nothing more may be put into it.

    ``why``: its file is gone, replaced, shrunk, has lost its journal, or is damaged; another
    database, or an older state of ours, stands at the address; or there is none, though a town has
    been there before (new). ``detail``: the name of a file, or what the database said.
    """

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"the database: {why}")
        self.why = why
        self.detail = detail
        self.saved = ""  # where what a lost file still held has been written


class DatabaseBusy(Exception):
    """Another process has this SQLite file open."""


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite says that the file is no database, or a broken one."""
    name = getattr(error, "sqlite_errorname", None) or ""
    # aiosqlite passes sqlite3's errors on as they are; SQLAlchemy wraps them.
    return str(name).startswith(DAMAGED) or (
        isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error)
    )


def is_empty(file: Path) -> bool:
    """Whether nothing was ever kept there: no file, or one without a byte and without a journal."""
    journal = file.with_name(file.name + JOURNAL)
    return not _size(file) and not _size(journal)


def look_before_opening(file: Path) -> None:
    """Raises DatabaseLost for a file that is none of SQLite's, or cut off.

    Only while nobody here has it open. SQLite itself notices a missing end when something there is
    asked for.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            header = opened.read(HEADER)
    except FileNotFoundError:
        return
    if not size or _size(file.with_name(file.name + JOURNAL)):
        return  # a journal may hold what the file still lacks
    if not header.startswith(MAGIC):
        raise DatabaseLost("damaged", "file is not a database")
    page = int.from_bytes(header[16:18], "big")
    page = 65_536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    is_counted = header[24:28] == header[92:96]  # else an old SQLite wrote it, and did not count
    if size < HEADER or (is_counted and size < page * pages):
        raise DatabaseLost("damaged", "the file is cut off")


class OpenFile:
    """The file as it was when it was opened, held so that its journal stays, too."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._journal = file.with_name(file.name + JOURNAL)
        # SQLite takes the journal away with the last connection: with this one, it is never we.
        self._held = sqlite3.connect(file, check_same_thread=False)
        self._held.execute("PRAGMA schema_version").fetchone()
        self._here = _identity(file)
        self._beside = _identity(self._journal)
        self._size = _size(file)

    def look(self) -> None:
        """Raise DatabaseLost if it is not that file any more; quick enough for each transaction."""
        try:
            found = self._file.stat()
        except OSError:
            raise DatabaseLost("gone", str(self._file)) from None
        if (found.st_dev, found.st_ino) != self._here:
            raise DatabaseLost("replaced", str(self._file))
        if found.st_size < self._size and not self._is_as_large(found.st_size):
            raise DatabaseLost("shrunk", str(self._file))
        self._size = found.st_size
        if self._beside and _identity(self._journal) != self._beside:
            raise DatabaseLost("journal", str(self._journal))
        self._beside = self._beside or _identity(self._journal)

    def _is_as_large(self, size: int) -> bool:
        """Whether the file has all its pages: SQLite itself makes it smaller by VACUUM."""
        try:
            [pages] = self._held.execute("PRAGMA page_count").fetchone()
            [page] = self._held.execute("PRAGMA page_size").fetchone()
        except sqlite3.Error:
            return False
        return bool(size >= pages * page)

    def save(self, name: str) -> str:
        """Write what the lost file still holds for us beside its place; the new file, or nothing.

        The bytes of a deleted file live until nobody has it open.
        """
        saved = self._file.with_name(f"{self._file.name}.{name}")
        with suppress(sqlite3.Error, OSError):
            with closing(sqlite3.connect(saved)) as copy:
                self._held.backup(copy)
            return str(saved)
        saved.unlink(missing_ok=True)
        return ""

    def close(self) -> None:
        """Let go."""
        self._held.close()


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def lock_file(database: Path) -> IO[str]:
    """Lock the database against other bots until the file is closed. Raises DatabaseBusy."""
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = database.with_name(database.name + ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise DatabaseBusy(f"{database} is in use by another process") from None
    return lock
