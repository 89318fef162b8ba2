"""What may become of a database's file, and the line that tells it."""

from pathlib import Path

from storage.database.file import Why
from tests.support.towns.live import TEXTS


def start_of(why: Why) -> str:
    """As much of the line as has no file in it."""
    return TEXTS(f"stop-database-{why}", detail="|", files="|").partition("|")[0]


def delete(file: Path) -> None:
    for one in file.parent.glob("mcu.db*"):
        one.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")
