"""The table of threats names only tests that there are."""

import re

from tests.threats import ROOT, missing, named


def test_every_test_that_the_table_of_threats_names_is_there() -> None:
    assert len(named()) > 30
    assert missing() == []


def test_every_row_of_the_table_of_threats_names_a_test() -> None:
    text = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "Угроза" not in line]

    untested = [row for row in rows if not re.search(r"`test_\w+`", row)]

    assert [row[:22] for row in untested] == ["| Формулы в таблицах |"]
