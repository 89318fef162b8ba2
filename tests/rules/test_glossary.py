"""The glossary: each term once, in order, in use, and its place is there."""

import re

from tests.paths import ROOT

PAGE = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| ([a-z ]+) \| ([^|]+) \| ([^|]+) \| \[([^\]]+)\]\(([^)]+)\) \|$")
ROOMS = ("bot", "config", "handlers", "storage")


def rows() -> list[tuple[str, ...]]:
    """Term, Russian, what it is, where, link."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    found = [ROW.match(line) for line in lines[1:]]
    assert [line for line, row in zip(lines[1:], found, strict=True) if not row] == []
    return [row.groups() for row in found if row]


def test_each_term_stands_once_and_in_order() -> None:
    terms = [term for term, *_ in rows()]

    assert len(terms) >= 40
    assert terms == sorted(set(terms))


def test_each_russian_word_stands_for_one_term() -> None:
    russian = [word for _, words, *_ in rows() for word in words.split(", ")]

    assert len(russian) == len(set(russian))


def test_the_place_of_each_term_is_there() -> None:
    assert [where for *_, where, _ in rows() if not (ROOT / where).exists()] == []
    assert [where for *_, where, link in rows() if link != f"../{where}"] == []


def test_each_term_is_in_use() -> None:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8").lower() for path in paths)
    spelled = {term: term.replace(" ", "[ _]") for term, *_ in rows()}

    assert [term for term, word in spelled.items() if not re.search(rf"\b{word}", code)] == []
