"""A token bucket: an allowance that can be used at once and fills up again with time."""

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Holds up to ``most`` tokens and gains ``per_second``. Times are seconds of one clock.

    A clock that is set back takes no tokens away: none are gained until it has caught up.
    """

    most: float
    per_second: float
    left: float
    at: float

    @classmethod
    def full(cls, most: float, per_second: float, now: float) -> "TokenBucket":
        """Make one that holds ``most`` tokens."""
        return cls(most, per_second, most, now)

    def level(self, now: float) -> float:
        """Return how many tokens it holds at ``now``."""
        return min(self.most, self.left + max(0.0, now - self.at) * self.per_second)

    def take(self, tokens: float, now: float, *, lowest: float = float("-inf")) -> None:
        """Use ``tokens``, even if it holds fewer; it never falls below ``lowest``."""
        self.left = max(self.level(now) - tokens, lowest)
        self.at = now

    def holds_at(self, tokens: float) -> float:
        """Return the time at which it holds ``tokens``."""
        return self.at + max(0.0, tokens - self.left) / self.per_second
