"""The wheel, in an environment that holds it and what it asks for, and nothing else."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT
from tests.support.servers.process import INHERITED

PACKAGES = ("bot", "config", "handlers", "storage")
FOR_DEVELOPERS = {"storage/migrations/script.py.mako"}  # the form of a new migration
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
OFFLINE = ("--quiet", "--no-index", "--no-deps")


def needed(requirements: Sequence[str], extra: str = "") -> Iterator[Distribution]:
    """Everything that is installed for these requirements, some of it more than once."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            found = distribution(requirement.name)
            for one in ("", *requirement.extras):
                yield found
                yield from needed(found.requires or (), one)


def libraries() -> dict[str, Distribution]:
    """Every distribution that is installed with the program, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonicalize_name(one.name): one for one in needed(project["dependencies"])}


def sources() -> set[str]:
    """The files that the program consists of."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own
        command,
        cwd=cwd,
        env=inherited | {"PYTHONIOENCODING": "utf-8", "MCU_WEB_PORT": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def done(*command: str | Path) -> str:
    """What a command prints that has to succeed."""
    ended = run(*command)
    assert ended.returncode == 0, ended
    return ended.stdout.strip()


@dataclass(frozen=True, slots=True)
class Installed:
    """The wheel; and the programs of the environment into which it was installed."""

    wheel: Path
    script: Path
    python: Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"  # building writes beside what is built
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    building = ("--no-build-isolation", "--check-build-dependencies", "--wheel-dir", folder)
    done(*PIP, "wheel", *OFFLINE, *building, source)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    done(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    done(*PIP, "--python", python, "install", *OFFLINE, wheel)
    place = done(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    for library in libraries().values():
        for top in {file.parts[0] for file in library.files or ()} - {"..", "__pycache__"}:
            if not (link := Path(place, top)).exists():
                link.symlink_to(str(library.locate_file(top)))
    return Installed(wheel, environment / "bin" / "mcu-bot", python)


def test_all_that_comes_with_the_program_is_pinned() -> None:
    pinned = {
        canonicalize_name(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }

    assert len(libraries()) > 30
    assert libraries().keys() - pinned == set()


def test_nothing_that_colours_terminals_comes_with_the_program() -> None:
    """Libraries of ours import it if it is there, which takes 7 MB of the memory of the bot."""
    assert libraries().keys() & {"rich", "pygments"} == set()


def test_the_wheel_holds_every_file_of_the_program(installed: Installed) -> None:
    names = ZipFile(installed.wheel).namelist()

    assert {name for name in names if ".dist-info/" not in name} == (sources() - FOR_DEVELOPERS)


def test_the_script_checks_an_empty_folder(installed: Installed, tmp_path: Path) -> None:
    by_script = run(installed.script, "check", cwd=tmp_path)
    by_module = run(installed.python, "-m", "bot", "check", cwd=tmp_path)

    assert (by_script.returncode, by_script.stderr) == (0, "")
    assert by_script.returncode == by_module.returncode
    assert len(by_script.stdout.splitlines()) == len(by_module.stdout.splitlines())
    assert by_script.stdout.startswith("✅ ")
    assert "команда mcu-bot code" in by_script.stdout
    assert "команда python -m bot code" in by_module.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_script_makes_the_tables_and_the_categories(
    installed: Installed, tmp_path: Path
) -> None:
    assert run(installed.script, "migrate", cwd=tmp_path).stdout == "База обновлена.\n"
    assert "roads" in run(installed.script, "categories", "export", cwd=tmp_path).stdout


def test_the_script_tells_how_it_is_called(installed: Installed, tmp_path: Path) -> None:
    ended = run(installed.script, "parked", "nonsense", cwd=tmp_path)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.splitlines()[-1].endswith("mcu-bot parked --help")
