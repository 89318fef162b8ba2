"""The scheduler's stop: nothing that it started works on while the database closes."""

import asyncio
from datetime import UTC, datetime

from bot.ticker import Ticker


async def test_a_job_that_works_has_come_to_its_end_when_the_ticker_has_stopped() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)  # a transaction is rolled back in the driver's thread
            ended.set()

    ticker = Ticker(lambda: datetime.now(UTC))
    ticker.add_job(job, next_run_time=datetime.now(UTC))
    ticker.start()
    await asyncio.wait_for(began.wait(), 10)
    await ticker.stop(10)

    assert ended.is_set()
    assert not ticker.running
