"""The tests that docs/threats.md names: ``python -m tests.support.threats`` runs them all.

How many cases of each row passed is written into its last column.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Mapping

import pytest

from tests.faults.record import taken
from tests.paths import ROOT

PAGE = ROOT / "docs" / "threats.md"
NAMED = re.compile(r"`(test_\w+)`")
TAKEN = "Снято `make threats`: "  # the line that says where and when
PASSED = "{passed} из {all}"


class Outcomes:
    """A plugin of pytest: cases by the name of their test."""

    def __init__(self) -> None:
        self.all: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A case has been set up, run or taken down; what was skipped has not passed."""
        name = report.nodeid.rpartition("::")[2].partition("[")[0]
        self.all[name] += report.when == "setup"
        self.failed[name] += not report.passed


def named() -> list[str]:
    """Names of tests in the table, each once."""
    return list(dict.fromkeys(NAMED.findall(PAGE.read_text(encoding="utf-8"))))


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


def counted(page: str, cases: Mapping[str, int], failed: Mapping[str, int], when: str) -> str:
    """The page with what passed in the last column of each row that names tests."""
    lines = []
    for line in page.splitlines():
        names = NAMED.findall(line) if line.startswith("|") else []
        if names:
            number = sum(cases.get(name, 0) for name in names)
            passed = number - sum(failed.get(name, 0) for name in names)
            cells = line.rstrip("| ").split(" | ")[:4]
            lines.append(f"{' | '.join(cells)} | {PASSED.format(passed=passed, all=number)} |")
        else:
            lines.append(TAKEN + when if line.startswith(TAKEN) else line)
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run, write the column; the exit code of pytest."""
    if absent := missing():
        sys.exit(f"docs/threats.md называет проверки, которых нет: {', '.join(absent)}")
    known, outcomes = places(), Outcomes()
    wanted = [there for name in named() for there in known[name]]
    code = pytest.main(["-q", "--numprocesses", "auto", *wanted], plugins=[outcomes])
    text = counted(PAGE.read_text(encoding="utf-8"), outcomes.all, outcomes.failed, taken())
    PAGE.write_text(text, encoding="utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
