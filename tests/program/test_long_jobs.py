"""A job over many rows holds nobody up."""

import asyncio
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.jobs import cleaning
from handlers.turn import Work
from tests.support.towns.conversation import Town
from tests.support.towns.events import event
from tests.support.towns.staff_room import outbox

LOTS = 50


async def test_an_event_is_answered_between_the_lots_of_a_long_job(bor: Town) -> None:
    answered: list[bool] = []
    coming: list[asyncio.Task[None]] = []

    def take(_session: Session, most: int) -> int:
        if not coming:  # it comes while the first lot is at work
            coming.append(asyncio.create_task(bor.inbox.accept(event(1, "/start"))))
        answered.append(coming[0].done())
        return most if len(answered) < LOTS else 0

    await cleaning.until_none(bor.transactions, take, 1)

    assert (answered[0], answered[-1]) == (False, True)
    assert await outbox(bor)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL: its own process
async def test_a_long_statement_of_a_job_leaves_the_loop_free(bor: Town) -> None:
    loop, begun = asyncio.get_running_loop(), asyncio.Event()
    turned, waited = threading.Event(), list[int]()

    def wait() -> bool:
        loop.call_soon_threadsafe(begun.set)
        return turned.wait(10)

    def scan(work: Work) -> None:
        raw = work.session.connection().connection.dbapi_connection
        assert raw is not None
        raw.driver_connection._conn.create_function("scan", 0, wait)
        waited.append(work.session.scalar(text("SELECT scan()")) or 0)

    job = asyncio.create_task(bor.transactions.run(scan, slow=True))
    await begun.wait()
    turned.set()  # only a loop that runs beside the statement gets here in time
    await job

    assert waited == [True]
