"""What the shipped systemd unit allows: memory and descriptors; and the bot started under it.

``python -m tests.attack.unit`` becomes ``python -m bot`` with the descriptors that systemd would give.
"""

import os
import re
import resource
import sys
from dataclasses import dataclass

from tests.paths import ROOT

UNIT = ROOT / "deploy" / "mcu-bot.service"
SOFT = 1024  # what systemd gives a service that says nothing of it
HARD = 524_288  # the same; a program may raise its own limit up to it
SIZES = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of all processes of the service together, and descriptors of one of them."""

    memory: int
    soft: int
    hard: int


def shipped(unit: str) -> Limits:
    """The limits that the text of a unit sets."""
    size = re.search(r"^MemoryMax=(\d+)([KMG]?)$", unit, re.MULTILINE)
    assert size, "the unit bounds no memory"
    files = re.search(r"^LimitNOFILE=(\d+)(?::(\d+))?$", unit, re.MULTILINE)
    soft = int(files[1]) if files else SOFT
    hard = int(files[2] or files[1]) if files else HARD
    return Limits(int(size[1]) * SIZES[size[2]], soft, hard)


LIMITS = shipped(UNIT.read_text(encoding="utf-8"))


def main() -> None:
    """Take the limits and be the bot, in this very process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    hard = LIMITS.hard if most == resource.RLIM_INFINITY else min(LIMITS.hard, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(LIMITS.soft, hard), hard))
    os.execv(sys.executable, [sys.executable, "-m", "bot"])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
