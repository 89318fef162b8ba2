"""How much may come from one account: a bucket each, one notice, then silence until it is calm.

In memory of this process: with several replicas an account has an allowance at each.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.recent import Recent

BURST = 2  # minutes' worth at once: three albums of ten and a dozen presses are no flood
MOST_BUCKETS = 10_000  # accounts remembered, those that wrote last
MOST_EVENTS = 4_096  # event ids remembered: what a messenger brings again costs nothing

Verdict = Literal["take", "tell", "drop"]


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime
    silent: bool = False


class Flood:
    """Allowances of ``per_minute`` events; 0: no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: Recent[Hashable, _Bucket] = Recent(MOST_BUCKETS)
        self._taken: Recent[Hashable, None] = Recent(MOST_EVENTS)

    def verdict(self, who: Hashable, event: Hashable, *, times: int = 1) -> Verdict:
        """Take the event, tell the person to wait (once), or drop it. ``times`` the allowance."""
        if not self.per_minute or event in self._taken:
            return "take"
        per_minute = self.per_minute * times
        bucket = self._filled(who, per_minute)
        if bucket.silent and bucket.left >= per_minute:
            bucket.silent = False
        verdict: Verdict = "take"
        if bucket.silent:
            verdict = "drop"
        elif bucket.left < 1:
            bucket.silent = True
            verdict = "tell"
        else:
            self._taken.note(event, None)
        bucket.left = max(bucket.left - 1, 0)
        return verdict

    def _filled(self, who: Hashable, per_minute: int) -> _Bucket:
        """The bucket as it stands now."""
        now = self._clock()
        most = float(per_minute * BURST)
        bucket = self._buckets.get(who) or _Bucket(most, now)
        passed = max((now - bucket.at).total_seconds(), 0)  # a clock may be set back
        bucket.left = min(bucket.left + passed * per_minute / 60, most)
        bucket.at = now
        self._buckets.note(who, bucket)
        return bucket
