"""Growing pauses between tries that fail: each is double the one before, up to a longest one."""


class GrowingPause:
    """Gives the next pause after each failure. ``first`` and ``longest`` are in seconds."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def again(self) -> float:
        """Return the seconds to wait after one more failure."""
        pause, self._next = self._next, min(self._next * 2, self._longest)
        return pause

    def reset(self) -> None:
        """Start with the first pause again, after a success."""
        self._next = self._first
