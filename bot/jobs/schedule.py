"""The schedule of the jobs.

The scheduler only starts them: the tables say what is due. So a missed start or a restart loses
nothing, and a job that runs twice does its work once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from functools import wraps

import structlog

from bot.failures import Unavailable
from bot.files.store import FileStore
from bot.inbox.members import Members
from bot.inbox.staff_chats import Rooms
from bot.jobs import staff_chat_rounds
from bot.jobs.cleaning import clean, until_none
from bot.jobs.ticker import Ticker
from bot.protocol import Adapter, Sweeper
from bot.transactions import Transactions
from bot.watch.space import Space
from handlers.appeals import reminders
from handlers.turn import Work
from storage import files, outbox
from storage.appeals import search
from storage.messages import Reply

LONGEST_WAIT = timedelta(hours=2)  # nothing that is tried again waits longer than an hour
APPEALS = 100  # with all their words

log = structlog.get_logger()


def scheduler(
    transactions: Transactions,
    store: FileStore,
    adapters: Iterable[Adapter] = (),
    rooms: Rooms | None = None,
    members: Members | None = None,
    space: Space | None = None,
) -> Ticker:
    """Return a ticker with all jobs, not started."""
    ticker = Ticker(
        transactions.services.clock,
        timezone=transactions.services.settings.zone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    ticker.add_job(
        _safely("deadlines", lambda: until_done(transactions, reminders.warn_of_deadlines)),
        "interval",
        minutes=1,
    )
    ticker.add_job(
        _safely("silence", lambda: until_done(transactions, reminders.remind_or_close_silent)),
        "interval",
        minutes=5,
    )
    ticker.add_job(
        _safely("digest", lambda: transactions.run(said_by(reminders.morning_digest), slow=True)),
        "interval",
        minutes=1,
    )
    ticker.add_job(
        _safely("drafts", lambda: until_done(transactions, reminders.expire_drafts)),
        "interval",
        hours=1,
    )
    ticker.add_job(
        _safely("words", lambda: until_none(transactions, search.keep_missing, APPEALS)),
        "interval",
        minutes=1,
    )
    if space:
        ticker.add_job(
            _safely("space", lambda: space.mind(transactions.services.clock())),
            "interval",
            minutes=1,
        )
    ticker.add_job(_safely("clock", lambda: mind_the_clock(transactions)), "interval", minutes=1)
    ticker.add_job(_safely("cleaning", lambda: clean(transactions, store)), "interval", hours=6)
    if rooms and members:
        ticker.add_job(
            _safely("rooms", lambda: staff_chat_rounds.look(transactions, rooms, members)),
            "interval",
            hours=1,
            next_run_time=transactions.services.clock(),  # at the start, too
        )
    for adapter in adapters:
        if isinstance(adapter, Sweeper):
            ticker.add_job(
                _safely("sweeping", adapter.sweep), "interval", minutes=5, name="sweeping"
            )
    return ticker


async def mind_the_clock(transactions: Transactions) -> None:
    """Bring forward what was put off by a clock that was ahead.

    Nothing that is tried again waits longer than ``LONGEST_WAIT``.
    """

    def work(task: Work) -> None:
        latest = task.now + LONGEST_WAIT
        outbox.pull_forward(task.session, task.now, latest)
        files.pull_forward(task.session, task.now, latest)

    await transactions.run(work, wake=False, slow=True)


async def until_done(transactions: Transactions, job: Callable[[Work], Sequence[Reply]]) -> None:
    """Run ``job``, one lot in each transaction, until it has no replies.

    Between the lots others can use the database.
    """
    while await transactions.run(said_by(job), slow=True):
        pass


def said_by(job: Callable[[Work], Sequence[Reply]]) -> Callable[[Work], bool]:
    """Return work that sends the replies of ``job`` and tells whether there were any."""

    @wraps(job)
    def once(work: Work) -> bool:
        replies = job(work)
        work.say(*replies)
        return bool(replies)

    return once


def _safely(name: str, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """A job whose failure is a log line and another try at the next tick."""

    async def run() -> None:
        try:
            await job()
        except Unavailable:
            log.warning("job_postponed", job=name)
        except asyncio.CancelledError:  # the end of the program, or another replica's turn
            log.info("job_broken_off", job=name)
        except Exception as error:  # noqa: BLE001 - a job's bug must not stop the ticker
            log.error("job_failed", job=name, error=type(error).__name__, exc_info=False)  # noqa: TRY400

    return run
