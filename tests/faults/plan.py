"""How often each fault is tried: a few times with every ``make test``, at length in ``make faults``."""

import os
from dataclasses import dataclass

import pytest

from tests.faults.world.people import STEPS
from tests.paths import ROOT

ROWS = ROOT / "build" / "faults.jsonl"  # what a long run found


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of one form. ``long``: its rows are kept for ``docs/faults.md``."""

    long: bool
    residents: int  # at once, of one fault
    news: int  # that each of them is sent, to see their order
    commits: int  # cut connections
    away: float  # seconds that a database is gone
    hours: tuple[str, ...]  # the messengers that are away for one
    speed: float  # of the clock while a messenger is down for an hour
    haste: float  # of the clock elsewhere: what waits for seconds waits for less
    faults: dict[str, tuple[str, ...]]  # how each messenger stumbles
    stumbles: tuple[int, ...]  # the steps of a conversation at which a messenger stumbles
    stops: int  # in the middle of work
    storms: int  # combinations of messenger, intake and database
    storm: int  # random kills in each
    conversations: int  # under them


SHORT = Plan(
    long=False,
    residents=2,
    news=3,
    commits=8,
    away=2,
    hours=("telegram",),
    speed=360,
    haste=5,
    faults={
        "telegram": ("429", "lost", "502"),
        "vk": ("lost", "garbage"),
        "max": ("429", "lost"),
    },
    stumbles=(STEPS[-1],),
    stops=1,
    storms=3,
    storm=3,
    conversations=6,
)
LONG = Plan(
    long=True,
    residents=12,
    news=8,
    commits=200,
    away=60,
    hours=("telegram", "vk", "max"),
    speed=60,
    haste=1,
    faults={
        "telegram": ("429", "500", "502", "hangs", "reset", "lost", "garbage"),
        "vk": ("500", "502", "hangs", "reset", "lost", "garbage"),
        "max": ("429", "500", "502", "hangs", "reset", "lost", "garbage"),
    },
    stumbles=tuple(STEPS),
    stops=5,
    storms=16,
    storm=25,
    conversations=125,
)
PLAN = LONG if os.environ.get("MCU_FAULTS") == "long" else SHORT
long_only = pytest.mark.long_only  # left out of the short form, see conftest.py
