"""The hooks of ``.pre-commit-config.yaml``: programs of ``.venv``, and patterns that no file has."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from tests.paths import ROOT

PINNED = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)


def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    )
    return loaded


def hooks() -> list[dict[str, Any]]:
    loaded = config()
    assert [repo["repo"] for repo in loaded["repos"]] == ["local"]
    found: list[dict[str, Any]] = loaded["repos"][0]["hooks"]
    return found


def patterns() -> dict[str, str]:
    return {hook["id"]: hook["entry"] for hook in hooks() if hook["language"] == "pygrep"}


def passed_over(name: str) -> bool:
    """Whether the hooks do not look at that file."""
    return (
        name.endswith((".png", ".webp", ".ttf")) or re.search(config()["exclude"], name) is not None
    )


def test_the_programs_of_the_hooks_are_pinned_in_constraints_alone() -> None:
    entries = [hook["entry"] for hook in hooks() if hook["language"] == "system"]
    programs = [re.match(r"\.venv/bin/([\w-]+)", entry) for entry in entries]

    assert {found and found[1] for found in programs} == {"ruff", "codespell"}
    assert {"ruff", "codespell"} <= set(PINNED)
    assert [hook["id"] for hook in hooks() if "additional_dependencies" in hook] == []


@pytest.mark.parametrize("hook", ["trailing-whitespace", "end-of-file"])
def test_no_file_has_what_the_hooks_refuse(hook: str) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    pattern = re.compile(patterns()[hook].encode(), re.MULTILINE)
    texts = {
        name: (ROOT / name).read_bytes()
        for name in tracked.stdout.decode().split("\0")
        if name and not passed_over(name) and (ROOT / name).exists()
    }

    assert len(texts) > 400
    assert [name for name, text in texts.items() if pattern.search(text)] == []


def test_the_hooks_refuse_what_they_are_for() -> None:
    blanks, end = (re.compile(one, re.MULTILINE) for one in patterns().values())

    lines = {"a \nb\n", "a\t\n", "a\r\n", "a\n"}
    assert {text for text in lines if blanks.search(text)} == lines - {"a\n"}
    ends = {"a", "a\n\n", "a\n", ""}
    assert {text for text in ends if end.search(text)} == {"a", "a\n\n"}
