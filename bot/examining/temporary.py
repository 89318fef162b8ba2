"""A bounded place for files on their way: what comes from people, before and after it is looked through.

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

from bot.protocol import RetryLater

MOST = 1024 * 1024 * 1024  # bytes of all of them
MOST_OF_OWNER = 128 * 1024 * 1024  # six large files
HANDS = 2  # threads that write: the disk may be slow, and nobody else waits for it
LOCK = "lock"

T = TypeVar("T")


class NoRoom(RetryLater):
    """So much is on its way that this has to come again later."""


class Temporary:
    """The place: a folder of this process alone in one that replicas may share."""

    def __init__(self, folder: Path, most: int = MOST, most_of_owner: int = MOST_OF_OWNER) -> None:
        """``folder`` is made when the first file comes, and what others left in it is deleted."""
        self._shared = folder
        self._most = most
        self._most_of_owner = most_of_owner
        self._of_owner: Counter[str] = Counter()
        self._own: Path | None = None
        self._closed = False
        self._lock: int | None = None
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="temporary")

    @property
    def size(self) -> int:
        """Bytes that lie here now, or may."""
        return self._of_owner.total()

    def prepare(self) -> None:
        """Make the folder, and delete what processes left that are no more. Raises OSError."""
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
        """A new file, to be closed. ``owner``: whose bytes they are, of whom there is a share."""
        self.prepare()
        assert self._own is not None  # noqa: S101 - made by ``prepare``
        return TemporaryFile(self, owner, self._own / secrets.token_hex(16))

    def take(self, owner: str, size: int) -> None:
        """Count bytes that come. Raises NoRoom."""
        if size + self.size > self._most or size + self._of_owner[owner] > self._most_of_owner:
            raise NoRoom("the temporary place is full")
        self.add(owner, size)

    def add(self, owner: str, size: int) -> None:
        """Count bytes that are there, or are no more."""
        self._of_owner[owner] += size
        if self._of_owner[owner] <= 0:
            del self._of_owner[owner]

    async def by_hand(self, work: Callable[[], T]) -> T:
        """Do work on the disk in a thread of this place: names are looked up in others."""
        if self._closed:
            raise NoRoom("stopping")
        return await asyncio.get_running_loop().run_in_executor(self._hands, work)

    def close(self) -> None:
        """Delete the folder of this process."""
        self._closed = True
        self._hands.shutdown(wait=False, cancel_futures=True)
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            self._own = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class TemporaryFile:
    """A file here: written piece by piece, measured and hashed on the way, deleted when closed."""

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
        """What another process has written, from now on the owner's even beyond the share; bytes."""
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
        """Delete it."""
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
