"""The table of threats names only tests that there are, and says how many of their cases passed."""

import re

from tests.support.threats import NAMED, PAGE, counted, missing, named

ROW = "| Поток | доля | 120 разом | `test_a`, `test_b` |"


def rows() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("| ") and "Угроза" not in line]


def test_every_test_that_the_table_of_threats_names_is_there() -> None:
    assert len(named()) > 30
    assert missing() == []


def test_every_row_of_the_table_of_threats_names_a_test_and_has_passed() -> None:
    assert [row[:22] for row in rows() if not NAMED.search(row)] == []
    figures = [re.search(r"\| (\d+) из (\d+) \|$", row) for row in rows()]
    assert [row[:22] for row, found in zip(rows(), figures, strict=True) if not found] == []
    assert [
        found[0] for found in figures if found and (found[1] != found[2] or found[2] == "0")
    ] == []


def test_what_failed_is_written_into_the_table() -> None:
    page = f"Снято `make threats`: вчера\n\n{ROW}"
    once = counted(page, {"test_a": 3, "test_b": 2}, {"test_b": 1}, "сегодня")
    again = counted(once, {"test_a": 3, "test_b": 3}, {}, "завтра")

    assert once.splitlines()[0] == "Снято `make threats`: сегодня"
    assert once.splitlines()[-1] == f"{ROW} 4 из 5 |"
    assert again.splitlines()[-1] == f"{ROW} 6 из 6 |"
