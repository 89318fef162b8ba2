"""``make bench``: every benchmark, one after the other, in one table each.

``python -m benchmarks [--quick] [name ...]`` runs those named; ``--quick`` takes small numbers, to
see that they work.
"""

import asyncio
import importlib
import logging
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO

from benchmarks.report import machine, table

# Modules of this package. Each has TITLE and ``async def measure(*, quick: bool) -> list[Row]``.
BENCHMARKS = (
    *("push_latency", "delivery", "staff_group"),
    *("steps", "webhooks", "latency", "memory", "growth"),
    *("filing", "files"),  # millions takes half an hour: by its name alone
)


def main(arguments: Sequence[str]) -> None:
    """Run and print."""
    logging.disable(logging.WARNING)
    quick = "--quick" in arguments
    named = [name for name in arguments if not name.startswith("-")]
    print(f"{machine()}\n", flush=True)
    for name in named or BENCHMARKS:
        module = importlib.import_module(f"benchmarks.{name}")
        with redirect_stdout(StringIO()):  # what a bot says at its start is no part of the table
            rows = asyncio.run(module.measure(quick=quick))
        print(table(module.TITLE, rows), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
