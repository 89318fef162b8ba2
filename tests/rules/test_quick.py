"""``make quick`` has every test but those that need what it leaves out."""

import pytest

from tests.paths import ROOT
from tests.support.quick import SLOW, is_quick, is_slow


def test_a_new_test_is_quick(request: pytest.FixtureRequest) -> None:
    assert is_quick(request.node)
    assert not is_slow(ROOT / "tests" / "inbox" / "test_new.py")


def test_what_is_left_out_as_slow_is_there() -> None:
    """A file that moved would come back unseen."""
    assert [path for path in SLOW if not (ROOT / path).exists()] == []
    assert all(is_slow(ROOT / path) for path in SLOW)


@pytest.mark.usefixtures("postgres")
def test_what_needs_a_server_is_not_quick(request: pytest.FixtureRequest) -> None:
    assert not is_quick(request.node)
