"""The diffs of docs/first-change.md: what they change, and how they are applied."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.paths import ROOT

PAGE = ROOT / "docs" / "first-change.md"
DIFF = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = re.compile(r"^--- (?:a/)?(\S+)\n\+\+\+ b/(\S+)\n", re.MULTILINE)
HUNK = re.compile(r"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@.*\n((?:[-+ ].*\n|\n)+)", re.MULTILINE)
NOWHERE = "/dev/null"  # the old side of a new file


class Hunk(NamedTuple):
    """A piece of a diff: the lines before and after, and how many of each its head says."""

    file: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    counts: tuple[int, int]


def diffs() -> list[str]:
    return DIFF.findall(PAGE.read_text(encoding="utf-8"))


def files() -> list[tuple[str, str]]:
    """The old and the new name of each file that a diff changes."""
    return [named for diff in diffs() for named in FILES.findall(diff)]


def hunks() -> list[Hunk]:
    """All of changed files; those of new ones have no lines before."""
    found = []
    for diff in diffs():
        [(_, file)] = FILES.findall(diff)
        for old, new, body in HUNK.findall(diff):
            lines = body.splitlines()  # an empty one is an empty line that stays
            before = tuple(line[1:] for line in lines if not line.startswith("+"))
            after = tuple(line[1:] for line in lines if not line.startswith("-"))
            found.append(Hunk(file, before, after, (int(old or 1), int(new or 1))))
    return found


def stands(lines: Sequence[str], path: Path) -> bool:
    """Whether the lines stand in the file, together and once."""
    text = path.read_text(encoding="utf-8")
    return f"\n{text}".count(_piece(lines)) == 1


def apply(root: Path) -> None:
    """Apply all diffs, but for the hunks that are there already."""
    for hunk in hunks():
        path = root / hunk.file
        if not path.exists():
            path.write_text(_piece(hunk.after)[1:], encoding="utf-8")
        elif not stands(hunk.after, path):
            assert stands(hunk.before, path), hunk
            text = "\n" + path.read_text(encoding="utf-8")
            changed = text.replace(_piece(hunk.before), _piece(hunk.after))
            path.write_text(changed[1:], encoding="utf-8")


def _piece(lines: Sequence[str]) -> str:
    return "".join(f"\n{line}" for line in lines) + "\n"
