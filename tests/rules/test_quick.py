"""``make quick`` has every test but those that need what it leaves out."""

import pytest

from tests.paths import ROOT
from tests.support.quick import SLOW, is_quick, is_slow


def test_a_new_test_is_quick(request: pytest.FixtureRequest) -> None:
    assert is_quick(request.node)


def test_what_takes_long_is_there() -> None:
    assert [path for path in SLOW if not (ROOT / path).exists()] == []
    assert [
        path for path in SLOW if not is_slow((ROOT / path / "test_any.py").relative_to(ROOT))
    ] == []
