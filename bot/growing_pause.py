"""Pauses between tries that fail one after the other: each is twice as long, up to a longest."""


class GrowingPause:
    """``first`` and ``longest`` in seconds."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def again(self) -> float:
        """Return the seconds to wait after one more failure."""
        pause, self._next = self._next, min(self._next * 2, self._longest)
        return pause

    def reset(self) -> None:
        """Begin with the first pause again, after a success."""
        self._next = self._first
