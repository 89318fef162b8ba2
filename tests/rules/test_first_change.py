"""The diffs of docs/first-change.md fit the files that they change, so that the page cannot age."""

import re

from tests.paths import ROOT
from tests.support.page_diffs import FILES, HUNK, NOWHERE, diffs, files, hunks, stands

REVISION = re.compile(r"^\+?(down_revision|revision) = [\"']([^\"']+)[\"']$", re.MULTILINE)
MEND = "docs/first-change.md no longer fits: mend its diff"


def test_every_diff_names_one_file_and_can_be_applied() -> None:
    assert len(diffs()) > 20
    assert len(hunks()) > 40
    assert [diff for diff in diffs() if len(FILES.findall(diff)) != 1] == []
    assert [diff for diff in diffs() if FILES.sub("", HUNK.sub("", diff))] == []
    assert [one for one in hunks() if (len(one.before), len(one.after)) != one.counts] == []


def test_a_file_that_is_changed_is_there_and_a_new_one_is_not() -> None:
    there = [(ROOT / new).exists() for _, new in files()]

    for (old, new), is_there in zip(files(), there, strict=True):
        assert old in (new, NOWHERE)
        assert is_there == (old != NOWHERE) or all(there), f"{MEND} of {new}"


def test_what_a_diff_keeps_or_takes_away_stands_in_its_file() -> None:
    """Or what it leaves, where somebody has followed the page."""
    for file, before, after, _ in hunks():
        if (ROOT / file).exists() and not stands(after, ROOT / file):
            lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
            assert [line for line in before if line not in lines] == [], f"{MEND} of {file}"
            assert stands(before, ROOT / file), f"{MEND} of {file}, it is not one place:\n{before}"


def test_its_migration_comes_after_the_newest() -> None:
    [page] = [diff for diff in diffs() if "+down_revision" in diff]
    mine = dict(REVISION.findall(page))
    there = [
        dict(REVISION.findall(path.read_text(encoding="utf-8")))
        for path in (ROOT / "storage/migrations/versions").glob("[0-9]*.py")
    ]
    others = [one for one in there if one["revision"] != mine["revision"]]

    newest = {one["revision"] for one in others} - {one.get("down_revision") for one in others}
    assert newest == {mine["down_revision"]}, f"{MEND} of the migration"
