"""An installation of which nothing is set yet."""

from pathlib import Path

import pytest

from tests.commands.installation import Installation


@pytest.fixture
def installation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Installation:
    return Installation(tmp_path, capsys)
