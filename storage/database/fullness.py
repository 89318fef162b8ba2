"""Whether a database's disk has no room left."""

import math
import time
from collections.abc import Callable

TELLS_FOR = 30.0  # seconds after the database said so last: by then others have tried again


def is_full(error: BaseException) -> bool:
    """Whether the database said so: an outage that only an operator ends."""
    said = getattr(error, "orig", None) or error
    names = (getattr(said, "sqlstate", ""), getattr(said, "sqlite_errorname", ""))
    return "53100" in names or "SQLITE_FULL" in names


class Fullness:
    """Remembers that the database said so lately: the disk of a server is not ours to see."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._said = -math.inf

    def note(self, error: BaseException) -> None:
        """A statement failed with this."""
        if is_full(error):
            self._said = self._timer()

    @property
    def is_full(self) -> bool:
        """Whether words are hardly kept now."""
        return self._timer() - self._said < TELLS_FOR
