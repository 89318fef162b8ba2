"""What ``make quick`` leaves out: PostgreSQL, the browser, and whatever else takes long."""

from pathlib import Path

import pytest

from tests.paths import ROOT

FIXTURES = {"postgres", "own_postgres", "chromium"}  # what starts a server or a browser
# What starts the program, children or servers, waits for real time, or tries very many inputs.
SLOW = (
    "tests/attack",
    "tests/channels/max/test_alone.py",
    "tests/channels/max/test_sight.py",
    "tests/channels/max/test_token.py",
    "tests/channels/max/test_voices.py",
    "tests/channels/test_another_token.py",
    "tests/channels/test_making.py",
    "tests/channels/test_webhooks.py",
    "tests/commands/test_check_process.py",
    "tests/commands/test_database.py",
    "tests/commands/test_starting.py",
    "tests/conversations/appeals/test_crossings.py",
    "tests/conversations/appeals/test_lifecycle_model.py",
    "tests/deployed",
    "tests/examining",
    "tests/faults",
    "tests/files/test_fetching.py",
    "tests/files/test_s3.py",
    "tests/http",
    "tests/inbox/test_flood.py",
    "tests/inbox/test_parked.py",
    "tests/inbox/test_restarts.py",
    "tests/posters/test_scanned.py",
    "tests/program",
    "tests/rules/test_attacks.py",
    "tests/rules/test_first_change_runs.py",
    "tests/rules/test_linear_patterns.py",
    "tests/rules/test_numbers.py",
    "tests/rules/test_rights.py",
    "tests/storage/test_database.py",
    "tests/storage/test_lost_at_start.py",
    "tests/storage/test_lost_database.py",
)


def is_quick(item: pytest.Item) -> bool:
    """Whether the test belongs to the quick ones; a new one does, unless it needs what is left out."""
    names = set(getattr(item, "fixturenames", ()))
    values = getattr(item, "callspec", None)
    return not (names & FIXTURES or (values and "postgresql" in values.params.values()))


def is_slow(path: Path) -> bool:
    """Whether a file or folder stands in ``SLOW``: it is not even read."""
    return str(path.relative_to(ROOT)) in SLOW
