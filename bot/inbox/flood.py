"""How much may come from one account: a bucket each, one notice, then silence until it is calm.

In memory of this process: with several replicas an account has an allowance at each.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.recent import Recent
from bot.token_bucket import TokenBucket

BURST = 2  # minutes' worth at once: three albums of ten and a dozen presses are no flood
MOST_BUCKETS = 10_000  # accounts remembered, those that wrote last
MOST_EVENTS = 4_096  # event ids remembered: what a messenger brings again costs nothing

Verdict = Literal["take", "tell", "drop"]


@dataclass(slots=True)
class _Allowance:
    bucket: TokenBucket
    silent: bool = False


class Flood:
    """Allowances of ``per_minute`` events; 0: no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: Recent[Hashable, _Allowance] = Recent(MOST_BUCKETS)
        self._taken: Recent[Hashable, None] = Recent(MOST_EVENTS)

    def verdict(self, who: Hashable, event: Hashable, *, times: int = 1) -> Verdict:
        """Take the event, tell the person to wait (once), or drop it. ``times`` the allowance."""
        if not self.per_minute or event in self._taken:
            return "take"
        per_minute = self.per_minute * times
        now = self._clock().timestamp()
        allowance = self._of(who, per_minute, now)
        left = allowance.bucket.level(now)
        if allowance.silent and left >= per_minute:
            allowance.silent = False
        verdict: Verdict = "take"
        if allowance.silent:
            verdict = "drop"
        elif left < 1:
            allowance.silent = True
            verdict = "tell"
        else:
            self._taken.note(event, None)
        allowance.bucket.take(1, now, lowest=0)
        return verdict

    def _of(self, who: Hashable, per_minute: int, now: float) -> _Allowance:
        """Return the account's allowance; somebody may have become an employee meanwhile."""
        most, per_second = float(per_minute * BURST), per_minute / 60
        found = self._buckets.get(who) or _Allowance(TokenBucket.full(most, per_second, now))
        found.bucket.most, found.bucket.per_second = most, per_second
        self._buckets.note(who, found)
        return found
