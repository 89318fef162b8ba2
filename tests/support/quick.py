"""What ``make quick`` leaves out: PostgreSQL, the browser, and what takes long."""

from pathlib import Path

import pytest

from tests.paths import ROOT

FIXTURES = {"postgres", "own_postgres", "chromium"}  # what starts a server or a browser
SLOW = (
    "tests/attack",
    "tests/deployed",
    "tests/faults",
    "tests/rules/test_first_change_runs.py",
)


def is_quick(item: pytest.Item) -> bool:
    """Whether the test belongs to the quick ones; a new one does, unless it needs what is left out."""
    names = set(getattr(item, "fixturenames", ()))
    values = getattr(item, "callspec", None)
    on_postgresql = values is not None and "postgresql" in values.params.values()
    return not (names & FIXTURES or on_postgresql or is_slow(item.path.relative_to(ROOT)))


def is_slow(path: Path) -> bool:
    """Whether a file stands in ``SLOW``, or in a folder of it."""
    return any(path.is_relative_to(folder) for folder in SLOW)
