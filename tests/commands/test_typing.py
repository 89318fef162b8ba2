"""How a command is typed: its help, a wrong word, a reader who goes away."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.command_line import commands
from bot.links import typed
from config.texts import Texts
from tests.paths import ROOT
from tests.support.servers.command_line import command

COMMANDS = (
    *("", "check", "migrate", "code", "categories", "categories export", "categories import"),
    "poster",
    *("parked", "parked show", "parked run", "parked drop", "sessions", "sessions end"),
)
# What is typed as it is: the program, commands, options; a format.
TYPED = re.compile(
    rf"\S*python -m bot|mcu-bot|YAML|--?[a-z-]+|\b(?:all|{'|'.join(' '.join(COMMANDS).split())})\b"
)


def ends(arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The exit code and the output of a command that is not even begun."""
    with pytest.raises(SystemExit) as end:
        commands(Texts.load()).read(arguments.split())
    assert isinstance(end.value.code, int)
    return (end.value.code, *capsys.readouterr())


@pytest.mark.parametrize("words", COMMANDS)
def test_the_help_is_in_russian(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, errors = ends(f"{words} --help", capsys)

    assert (code, errors) == (0, "")
    assert " ".join(shown.split()).startswith(f"Как набирать: {typed(words).strip()} [-h]")
    assert "Показать эту справку." in shown
    assert not re.search("[A-Za-z]", TYPED.sub("", shown))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("nonsense", "check, migrate, code, categories, poster, parked, sessions"),
        ("categories", "categories export, categories import"),
        ("parked nonsense", "parked show, parked run, parked drop"),
        ("parked show", "parked show [-h] НОМЕР"),
        ("categories import", "[--yes | --no-yes] ФАЙЛ"),
        ("categories import tree --yes=1", "[--yes | --no-yes] ФАЙЛ"),
        ("check nonsense", "Лишнее в команде: nonsense."),
        ("code --adm", "Лишнее в команде: --adm."),
        ("--nonsense", "Лишнее в команде: --nonsense."),
    ],
)
def test_whoever_types_a_command_wrong_is_told_how_to_type_it(
    wrong: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, errors = ends(wrong, capsys)

    assert (code, shown) == (2, "")
    assert told in " ".join(errors.split())
    assert re.fullmatch("Что и как набирать, покажет .* --help", errors.splitlines()[-1])
    assert not re.search("[A-Za-z]", TYPED.sub("", re.sub("nonsense|tree", "", errors)))


def test_a_wrong_command_changes_nothing(tmp_path: Path) -> None:
    done = command(tmp_path, "parked", "nonsense")

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 3
    assert list(tmp_path.iterdir()) == []


def test_whoever_reads_only_the_beginning_sees_no_traceback(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "categories", "export"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("script", "interpreter", "expected"),
    [
        ("bot/__main__.py", "/usr/bin/python3", "python -m bot code"),
        ("bot/__main__.py", ".venv/bin/python", ".venv/bin/python -m bot code"),
        ("/usr/local/bin/mcu-bot", ".venv/bin/python", "mcu-bot code"),
        (".venv/bin/mcu-bot", ".venv/bin/python", ".venv/bin/mcu-bot code"),
    ],
)
def test_people_are_told_to_type_what_works_in_their_folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    interpreter: str,
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [script])
    monkeypatch.setattr(sys, "executable", str(tmp_path / interpreter))

    assert typed("code") == expected
