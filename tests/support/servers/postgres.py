"""PostgreSQL servers of our own, for tests and benchmarks: on a socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def as_postgres(*command: str) -> None:
    """PostgreSQL refuses to run as root, so there its own user runs it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")  # noqa: S603


@contextmanager
def running(options: str = "", *, stop: str = "fast", superuser: str = "mcu") -> Iterator[str]:
    """A server until the block ends: its folder. ``stop``: how it ends, as pg_ctl has it."""
    binaries = POSTGRES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="mcu-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    as_postgres(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", superuser)
    given = f"-k {folder} -c listen_addresses='' {options}"
    control = str(binaries / "pg_ctl")
    as_postgres(control, "-D", str(data), "-w", "-o", given, "-l", str(folder / "log"), "start")
    try:
        yield str(folder)
    finally:
        as_postgres(control, "-D", str(data), "-w", "-m", stop, "stop")
        shutil.rmtree(folder, ignore_errors=True)
