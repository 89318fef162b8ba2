"""The scheduler's stop: nothing that it started works on while the database closes."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.jobs.schedule import _safely
from bot.jobs.ticker import Ticker


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


async def test_jobs_that_were_given_away_go_on_when_they_come_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    began, runs = asyncio.Event(), 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            runs -= 1

    ticker = Ticker(lambda: datetime.now(UTC))
    ticker.add_job(_safely("job", job), "interval", seconds=0.05, next_run_time=datetime.now(UTC))
    ticker.start(paused=True)
    for _ in range(3):
        ticker.resume()
        await asyncio.wait_for(began.wait(), 10)
        await ticker.rest(10)
        began.clear()
        await asyncio.sleep(0.2)
        assert (runs, began.is_set()) == (0, False)
    await ticker.stop(10)

    assert [line for line in caplog.records if line.levelname == "ERROR"] == []
