"""A file that was looked through, on its way to whoever keeps it."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.examining.temporary import TemporaryFile
from bot.file_kinds import Content


@dataclass
class Examined:
    """The part of a file that may be kept and shown to others; to be closed.

    ``changed``: it differs from what was sent.
    """

    found: Content
    changed: bool
    file: TemporaryFile

    @property
    def path(self) -> Path:
        """The path of its bytes."""
        return self.file.path

    @property
    def size(self) -> int:
        """The number of its bytes."""
        return self.file.size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.file.close()
