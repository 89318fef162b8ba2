"""Measure the free space for files and the database; below a floor no more files are taken."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from config.settings import Settings
from storage.inspection import file_of

FLOOR = 2 * 1024**3
FLOOR_SHARE = 10  # per cent; of the two floors the smaller one
FULL = 16 * 1024**2  # of the database's disk: less may not hold a commit
TELL_EVERY = timedelta(hours=1)
LOOK_EVERY = 1.0  # seconds; an upload comes in many pieces
MEGABYTE, GIGABYTE = 1024**2, 1024**3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of ``place`` (files, temporary, database): its free bytes and its size."""

    place: str
    free: int
    size: int

    @property
    def floor(self) -> int:
        """The free bytes below which no file is taken: what is left is for words."""
        return min(FLOOR, self.size * FLOOR_SHARE // 100)

    @property
    def is_low(self) -> bool:
        """Whether less than the floor is free."""
        return self.free < self.floor


def free_and_size(folder: Path) -> tuple[int, int]:
    """The bytes that we may still write in ``folder``, and the size of its disk. Raises OSError."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


class Space:
    """Looks at the folders' disks, at most once a second."""

    def __init__(
        self,
        folders: Mapping[str, Path],
        look: Callable[[Path], tuple[int, int]] = free_and_size,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """``folders`` by what lies there; of one that is not there yet, the one above counts."""
        self._folders = folders
        self._measure = look
        self._timer = timer
        self._seen: list[Disk] = []
        self._looked: float | None = None
        self._taken = 0  # bytes, since the last look
        self._told: datetime | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Space":
        """The space of an installation: for files (with S3, files on their way) and for SQLite."""
        here = "temporary" if settings.files_url else "files"
        folders = {here: settings.files_folder}
        if file := file_of(settings.database_url):
            folders["database"] = file.parent
        return cls(folders)

    @property
    def disks(self) -> list[Disk]:
        """The disks as they are now; one that does not answer is left out."""
        if self._looked is None or self._timer() - self._looked >= LOOK_EVERY:
            found = (self._look(place, folder) for place, folder in self._folders.items())
            self._seen = [disk for disk in found if disk]
            self._looked, self._taken = self._timer(), 0
        return self._seen

    @property
    def is_low(self) -> bool:
        """Whether files are to wait: a disk is low."""
        return any(disk.is_low for disk in self.disks)

    @property
    def is_full(self) -> bool:
        """Whether the disk of the SQLite database has too little space for a commit."""
        return any(disk.place == "database" and disk.free < FULL for disk in self.disks)

    def takes(self, size: int, later: int) -> bool:
        """Whether files may take ``size`` bytes now and ``later`` more, all above the floor.

        If so, the ``size`` is counted until it is seen on the disk.
        """
        rooms = [disk.free - disk.floor for disk in self.disks if disk.place != "database"]
        if any(room < self._taken + size + later for room in rooms):
            return False
        self._taken += size
        return True

    async def mind(self, now: datetime) -> None:
        """Warn in the log if files are not taken: at once, and then every hour."""
        low = [disk for disk in self.disks if disk.is_low]
        if not low:
            self._told = None
        elif self._told is None or now - self._told >= TELL_EVERY:
            self._told = now
            for disk in low:
                log.warning(
                    "no_space_for_files",
                    place=disk.place,
                    free_mb=disk.free // MEGABYTE,
                    floor_mb=disk.floor // MEGABYTE,
                )

    def _look(self, place: str, folder: Path) -> Disk | None:
        try:
            free, size = self._measure(_above(folder))
        except OSError:
            return None
        return Disk(place, free, size)


def shares_a_disk(settings: Settings) -> bool:
    """Whether files of strangers and the SQLite database are on one disk."""
    file = file_of(settings.database_url)
    if file is None:
        return False
    try:
        return _above(file.parent).stat().st_dev == _above(settings.files_folder).stat().st_dev
    except OSError:
        return False


def _above(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)


def gigabytes(size: int) -> str:
    """The size in gigabytes as people read it: 1,5."""
    return f"{size / GIGABYTE:.1f}".replace(".", ",")
