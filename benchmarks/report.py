"""The one table that all benchmarks print: what was measured, beside what, and what is asked."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``peer`` is what it is compared with in the same run, ``ratio`` ours to its.

    ``target`` says in words what is asked; ``met`` whether it is so (None: nothing is asked).
    """

    name: str
    value: str
    peer: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def machine() -> str:
    """The line that says where it ran."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load = os.getloadavg()[0]
    return (
        f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load before the run {load:.1f}"
    )


def table(title: str, rows: Sequence[Row]) -> str:
    """A Markdown table, to be read on a terminal and kept in ``docs/performance.md``."""
    lines = [
        f"### {title}",
        "",
        "| what | value | beside | ratio | asked | met |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        met = {None: "", True: "yes", False: "**no**"}[row.met]
        lines.append(f"| {row.name} | {row.value} | {row.peer} | {ratio} | {row.target} | {met} |")
    return "\n".join([*lines, ""])


def spread(seconds: Sequence[float]) -> str:
    """Median, 95th and 99th percentile and the worst, in milliseconds."""
    ordered = sorted(seconds)
    at = [statistics.median(ordered), *(percentile(ordered, part) for part in (0.95, 0.99))]
    return " / ".join(f"{value * 1000:.1f}" for value in (*at, ordered[-1])) + " ms"


def percentile(seconds: Sequence[float], part: float) -> float:
    """The value that so large a part does not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
