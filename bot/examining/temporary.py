"""A bounded place for files on their way, before and after they are looked through.

It lies beside the kept files and not in ``/tmp``, which may be memory.
"""

import asyncio
import fcntl
import hashlib
import os
import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from bot.failures import RetryLater
from bot.watch.space import Space

MOST = 1024 * 1024 * 1024  # bytes of all of them
MOST_OF_OWNER = 128 * 1024 * 1024  # six large files
HANDS = 2  # threads that write: the disk may be slow, and nobody else waits for it
COPIES = 2  # of what comes: one without what is taken out, and the one that is kept
LOCK = "lock"

T = TypeVar("T")


class NoRoom(RetryLater):
    """The temporary place is full, or closed; come again later."""


class LowSpace(NoRoom):
    """The disk would get below its floor."""


class Temporary:
    """The temporary place: this process's own folder, inside one that replicas may share."""

    def __init__(
        self,
        folder: Path,
        most: int = MOST,
        most_of_owner: int = MOST_OF_OWNER,
        space: Space | None = None,
    ) -> None:
        """``folder`` is made by ``prepare``, or when the first file comes.

        Nothing is taken that would bring ``space`` below its floor, with all that is on its way.
        """
        self._shared = folder
        self._space = space or Space({})
        self._most = most
        self._most_of_owner = most_of_owner
        self._of_owner: Counter[str] = Counter()
        self._own: Path | None = None
        self._closed = False
        self._lock: int | None = None
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="temporary")

    @property
    def size(self) -> int:
        """The bytes that are counted now, of all owners together."""
        return self._of_owner.total()

    def prepare(self) -> None:
        """Make the folder, and delete those of processes that have ended. Raises OSError."""
        if self._own is not None:
            return
        self._shared.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._shared.chmod(0o700)
        with (self._shared / LOCK).open("w") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            for left in self._shared.iterdir():
                if left.name != LOCK:
                    _delete_ownerless(left)
            own = self._shared / secrets.token_hex(8)
            own.mkdir(mode=0o700)
            self._lock = os.open(own, os.O_RDONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._own = own

    def file(self, owner: str) -> "TemporaryFile":
        """Return a new file, to be closed. Its bytes are taken from the share of ``owner``."""
        self.prepare()
        assert self._own is not None  # noqa: S101 - made by ``prepare``
        return TemporaryFile(self, owner, self._own / secrets.token_hex(16))

    def take(self, owner: str, size: int) -> None:
        """Count ``size`` bytes that come. Raises NoRoom, LowSpace."""
        if size + self.size > self._most or size + self._of_owner[owner] > self._most_of_owner:
            raise NoRoom("the temporary place is full")
        if not self._space.takes(size, COPIES * (self.size + size)):
            raise LowSpace("no space")
        self.add(owner, size)

    def add(self, owner: str, size: int) -> None:
        """Count ``size`` bytes that are there already; below zero, bytes that are gone."""
        self._of_owner[owner] += size
        if self._of_owner[owner] <= 0:
            del self._of_owner[owner]

    async def by_hand(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns; it is done in a thread of this place. Raises NoRoom.

        Others share the loop's own threads, in which names are looked up.
        """
        if self._closed:
            raise NoRoom("stopping")
        return await asyncio.get_running_loop().run_in_executor(self._hands, work)

    def close(self) -> None:
        """Take no more work, and delete the folder of this process."""
        self._closed = True
        self._hands.shutdown(wait=False, cancel_futures=True)
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            self._own = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class TemporaryFile:
    """A temporary file: written in pieces, measured and hashed on the way, deleted when closed."""

    def __init__(self, place: Temporary, owner: str, path: Path) -> None:
        self.path = path
        self.owner = owner
        self.size = 0
        self._place = place
        self._hash = hashlib.sha256()
        self._open = threading.Lock()
        self._descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600
        )

    @property
    def digest(self) -> str:
        """SHA-256 of what was written."""
        return self._hash.hexdigest()

    def measure(self) -> int:
        """Count the bytes that another process has written, even beyond the share; return them."""
        self.size = os.fstat(self._descriptor).st_size
        self._place.add(self.owner, self.size)
        return self.size

    async def write(self, piece: bytes) -> None:
        """Add bytes. Raises NoRoom, OSError."""
        self._place.take(self.owner, len(piece))
        self.size += len(piece)
        await self._place.by_hand(lambda: self._write(piece))

    def _write(self, piece: bytes) -> None:
        with self._open:  # else what is closed meanwhile could be another's by its number
            if self._descriptor < 0:
                return
            self._hash.update(piece)
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def close(self) -> None:
        """Delete the file."""
        with self._open:
            if self._descriptor < 0:
                return
            os.close(self._descriptor)
            self._descriptor = -1
        with suppress(OSError):
            self.path.unlink()
        self._place.add(self.owner, -self.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def _delete_ownerless(left: Path) -> None:
    """Delete what lies in the shared folder and no living process holds."""
    if not left.is_dir() or left.is_symlink():
        left.unlink(missing_ok=True)
        return
    held = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another replica of this machine works in it
        return
    else:
        shutil.rmtree(left, ignore_errors=True)
    finally:
        os.close(held)
