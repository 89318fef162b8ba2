"""A messenger that is away for an hour: nobody runs hot, and afterwards everything comes in order."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import fault_town
from tests.faults.world.people import all_file, filers, news

HOUR = 3600
# A message is tried after 1, 2, 4 ... 512 seconds, then every ten minutes: 15 times in an hour; each
# of the channel's loops asks again in growing pauses of up to a minute.
TRIES, LOOP_CALLS = 18, 150


@pytest.mark.parametrize("channel", PLAN.hours)
async def test_a_messenger_that_is_away_for_an_hour_gets_everything_afterwards(
    channel: str, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, channel) as run:
        ledger, people = filers(run.town, channel, PLAN.residents)
        await all_file(people)
        cards = [await filer.card() for filer in people]
        await run.goes_down()
        asked, sent = run.asked, len(run.sent_at)
        await news(run.town, people, PLAN.news)
        said = [await filer.reader.says("/help") for filer in people]
        run.clock.runs(PLAN.speed)
        await asyncio.sleep(HOUR / PLAN.speed)  # the bot's own hour
        run.clock.runs(1)
        await run.comes_back()
        while_down, tries = run.asked - asked, len(run.sent_at) - sent
        run.clock.runs(PLAN.speed / 6)  # what was put off comes in its time
        for filer in people:
            filer.awaits("/new")
        await ledger.settles()

        assert cards
        assert said
        assert tries <= TRIES * len(people)
        assert while_down <= tries + LOOP_CALLS
        done = f"нет связи час (часы бота ×{PLAN.speed:.0f}), вызовов за час {while_down}"
        found(Fault(run.title, "нет связи", done, 1), await ledger.count())
