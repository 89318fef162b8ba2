"""The command line as people have it: a process of its own, to its end."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.paths import ROOT
from tests.support.servers.process import INHERITED

TOKEN = "123456:" + "A" * 35
SECONDS = 60


def command(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot ARGUMENTS`` to its end, with ``folder`` as the installation."""
    folder.mkdir(exist_ok=True)
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=inherited
        | {"PYTHONPATH": str(ROOT), "MCU_WEB_PORT": "0"}
        | {"PYTHONIOENCODING": "utf-8"}
        | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a command that gave up."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line
