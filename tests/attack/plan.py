"""How long and how hard the soak is: a minute in the suite, an hour in ``make attack``."""

import os
from dataclasses import dataclass

from tests.paths import ROOT

QUIET = 20  # seconds that the town lives before the attackers come, in a long run
ROWS = ROOT / "build" / "attack.jsonl"  # what a long run found


@dataclass(frozen=True, slots=True)
class Plan:
    """``judged``: with the times and the slope of memory, which a short run on a busy machine has not."""

    seconds: float  # of each setting
    filers: int  # honest residents at once in each channel
    judged: bool
    calm: int  # so many times fewer hands and longer pauses: the suite's other tests want to run
    every: int  # of so many kinds of hostile files one is made
    quiet: float  # seconds that the town lives before they come, which are not measured
    patience: float  # seconds that an honest resident waits before they are counted as lost
    only: tuple[str, ...] = ()  # the attackers, by their classes; none named: all

    def takes(self, kind: type) -> bool:
        """Whether attackers of that kind come."""
        return not self.only or kind.__name__ in self.only


SHORT = Plan(seconds=15, filers=1, judged=False, calm=8, every=12, quiet=0, patience=120)


def long_plan() -> Plan:
    """As long as ``MCU_ATTACK_MINUTES`` says, half of it in each setting; an hour.

    ``MCU_ATTACK_ONLY`` names the attackers, to see who of them does the harm.
    """
    minutes = float(os.environ.get("MCU_ATTACK_MINUTES") or 60)
    only = tuple((os.environ.get("MCU_ATTACK_ONLY") or "").replace(",", " ").split())
    return Plan(
        seconds=minutes * 30,
        filers=3,
        judged=True,
        calm=1,
        every=1,
        quiet=QUIET,
        patience=60,
        only=only,
    )
