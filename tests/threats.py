"""The tests that docs/threats.md names: run them all, ``python -m tests.threats``."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(test_\w+)`")


def named() -> list[str]:
    """Names of tests in the table, each once."""
    text = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    return list(dict.fromkeys(NAMED.findall(text)))


def places() -> dict[str, list[str]]:
    """Where each test of that name stands, as pytest is told."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                there = f"{path.relative_to(ROOT)}::{node.name}"
                found.setdefault(node.name, []).append(there)
    return found


def missing() -> list[str]:
    """Names in the table of which there is no test."""
    known = places()
    return [name for name in named() if name not in known]


if __name__ == "__main__":
    if absent := missing():
        sys.exit(f"docs/threats.md называет проверки, которых нет: {', '.join(absent)}")
    known = places()
    sys.exit(pytest.main(["-q", *(there for name in named() for there in known[name])]))
