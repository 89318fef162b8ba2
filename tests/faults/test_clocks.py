"""Somebody sets the computer's clock a day forward, and back again: nothing waits for the old time."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import FaultTown, fault_town
from tests.faults.world.ledger import sqlite_file
from tests.faults.world.people import all_file, filers, news

HURRY = 30.0  # jobs tick once a minute


async def jobs_tick(run: FaultTown) -> None:
    """Two minutes pass."""
    run.clock.runs(HURRY)
    await asyncio.sleep(130 / HURRY)
    run.clock.runs(1)


def deadlines_pass(run: FaultTown) -> None:
    """An hour ago."""
    with closing(sqlite3.connect(sqlite_file(run.town), timeout=20)) as database:
        database.execute("UPDATE appeals SET deadline_at = datetime('now', '-1 hour')")
        database.commit()


def hours_until_day() -> int:
    """Until a time at which warnings are given: nobody gets them at night."""
    hour = datetime.now(ZoneInfo("Europe/Moscow")).hour
    return 0 if 9 <= hour < 19 else (12 - hour) % 24


async def test_a_clock_that_jumps_a_day_and_back_stops_nothing(tmp_path: Path) -> None:
    async with fault_town(tmp_path) as run:
        ledger, people = filers(run.town, run.channel, PLAN.residents)
        await all_file(people, 0, 4)
        run.clock.jumps(days=1)
        await all_file(people, 4)
        await jobs_tick(run)  # from now on they wait for tomorrow's minutes
        sent = len(run.sent_at)
        run.stumbles("500", len(people))
        await news(run.town, people, 1)  # put off until some seconds later: tomorrow
        await run.town.telegram.until(lambda: len(run.sent_at) >= sent + len(people))
        run.clock.jumps(days=-1)
        await run.town.telegram.until(lambda: len(run.sent_at) >= sent + len(people))
        run.clock.jumps(hours=hours_until_day())
        deadlines_pass(run)
        run.clock.runs(HURRY)
        maria = run.town.employee()
        for filer in people:
            told = await maria.finds(f"Срок прошёл: {filer.number}")
            assert told
        await ledger.settles()
        await run.town.process.logs("event=clock_set_back")

        fault = Fault("Часы", "на сутки вперёд и назад", "посреди диалогов и известий", 2)
        found(fault, await ledger.count())
