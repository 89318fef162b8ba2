"""What nobody asked for is not imported: 7 MB of colours for terminals."""

import subprocess
import sys

from tests.paths import ROOT

SCRIPT = (
    "import sys, bot.__main__; print(*sorted({'rich', 'pygments', 'structlog'} & {*sys.modules}))"
)


def run(*command: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, *command], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return done.stdout


def test_colours_for_terminals_are_not_imported_until_somebody_shows_them() -> None:
    assert run("-c", SCRIPT) == "structlog\n"
    assert "parked" in run("-m", "bot", "--help")
