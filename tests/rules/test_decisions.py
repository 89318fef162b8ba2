"""The index of decisions has a row for each, with its title, and no other."""

import re
from datetime import date

from tests.paths import ROOT

FOLDER = ROOT / "docs" / "decisions"
ROW = re.compile(r"^\| (\d{4}) \| \[(.+)\]\(([\w.-]+)\) \| ([\d-]+) \| (.+) \|$")
STATUS = re.compile(r"accepted|(?:replaced by \d{4}|extended by \d{4}(?:, \d{4})*)")


def rows() -> list[tuple[str, ...]]:
    """Number, title, file, date, status."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \W*\d", line)]
    found = [ROW.match(line) for line in lines]
    assert [line for line, row in zip(lines, found, strict=True) if not row] == []
    return [row.groups() for row in found if row]


def test_the_index_lists_every_decision_with_its_title() -> None:
    listed = [(number, title, file) for number, title, file, _, _ in rows()]

    there = [
        (
            path.name[:4],
            path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# "),
            path.name,
        )
        for path in sorted(FOLDER.glob("[0-9]*.md"))
    ]
    assert listed == there
    assert len(listed) > 20


def test_each_decision_has_a_number_of_its_own_a_date_and_a_status() -> None:
    numbers = [number for number, *_ in rows()]

    assert len(numbers) == len(set(numbers))
    for number, _, _, day, status in rows():
        date.fromisoformat(day)
        assert STATUS.fullmatch(status), f"{number}: {status}"
        later = re.findall(r"\d{4}", status)
        assert set(later) <= set(numbers), f"{number}: {status}"
        assert all(other > number for other in later), f"{number}: {status}"
