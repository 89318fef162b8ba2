"""The diffs of docs/first-change.md do what the page says: with all of them the tests are green."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT
from tests.support.page_diffs import apply, files

LEFT = shutil.ignore_patterns(
    ".git", ".venv", ".hypothesis", ".*_cache", "__pycache__", "*.egg-info", "build", "data"
)
MORE = ("tests/config/test_texts.py", "tests/storage/test_plans.py")  # that the page runs too


def test_with_all_its_diffs_the_tests_that_they_touch_are_green(tmp_path: Path) -> None:
    """In a copy and on SQLite alone: the page says of the rest what it runs."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=LEFT)
    apply(copy)
    touched = [new for _, new in files() if Path(new).name.startswith("test_")]
    command = (sys.executable, "-m", "pytest", "--quick", "-p", "no:cacheprovider")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    ran = subprocess.run(  # noqa: S603 - our own tests
        [*command, *touched, *MORE], cwd=copy, env=env, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-1000:]
