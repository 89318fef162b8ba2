"""``python -m tests.attack``: the long soak, half of the time in each setting; its page and its verdict."""

import asyncio
import json
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from tests.attack.plan import ROWS, Plan, long_plan
from tests.attack.record import write
from tests.attack.siege import TITLES, Setting, siege, write_corpus
from tests.attack.verdict import Verdict, verdict
from tests.support.servers.own_postgres import server

SETTINGS: tuple[Setting, ...] = ("one", "two")
OUTPUT = ROWS.with_suffix(".log")


async def run(setting: Setting, plan: Plan, corpus: Path) -> Verdict:
    """One setting, in a folder and on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="mcu-attack-") as folder:
        if setting == "one":
            return await _besieged(setting, Path(folder), plan, corpus, "")
        async with server() as postgres:
            return await _besieged(setting, Path(folder), plan, corpus, postgres.url)


async def _besieged(setting: Setting, folder: Path, plan: Plan, corpus: Path, url: str) -> Verdict:
    with OUTPUT.open("a", encoding="utf-8") as output, redirect_stdout(output):  # the bot's own
        async with siege(setting, folder, plan, corpus, url) as town:
            await town.lasts()
            return await verdict(town)


async def main(settings: list[str]) -> int:
    """All settings, or those named; 1 if something is broken."""
    ROWS.parent.mkdir(exist_ok=True)
    ROWS.unlink(missing_ok=True)
    plan, broken = long_plan(), 0
    with tempfile.TemporaryDirectory(prefix="mcu-hostile-") as corpus:
        await write_corpus(Path(corpus), plan)
        for setting in SETTINGS:
            if settings and setting not in settings:
                continue
            found = await run(setting, plan, Path(corpus))
            with ROWS.open("a", encoding="utf-8") as rows:
                rows.write(json.dumps(found.figures, ensure_ascii=False) + "\n")
            for line in found.broken:
                broken = 1
                sys.stderr.write(f"{TITLES[setting]}: {line}\n")
    write()
    return broken


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
