"""What the scheduler runs.

It only ticks: what is due stands in the tables, so a missed tick or a restart loses nothing, and a
job that runs twice does its work once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from functools import wraps

import structlog
from sqlalchemy.orm import Session

from bot.files.store import FileStore
from bot.inbox.inbox import Inbox
from bot.inbox.staff_chats import Rooms
from bot.jobs import staff_chat_rounds
from bot.jobs.ticker import Ticker
from bot.protocol import Adapter, Sweeper, Unavailable
from bot.watch.space import Space
from handlers.appeals import reminders
from handlers.turn import Work
from storage import files, outbox
from storage.appeals import search
from storage.erasure import strangers
from storage.files import looks
from storage.inbox import events, parked
from storage.messages import Reply
from storage.tables import KeptFile

SEEN_FOR = timedelta(days=14)  # messengers repeat an update for a day at most
PARKED_FOR = timedelta(days=30)  # what could not be handled: it holds what people wrote
LONGEST_WAIT = timedelta(hours=2)  # nothing that is tried again waits longer than an hour
STRANGERS_FOR = timedelta(days=31)  # a draft lives for 30
SENT_FOR = timedelta(days=30)
LOOKED_FOR = timedelta(days=30)  # the bot died of a file, which is refused for so long
ROWS = 1000  # deleted in one transaction: others wait for the database too
FILES = 500
APPEALS = 100  # with all their words

log = structlog.get_logger()


def scheduler(
    inbox: Inbox,
    store: FileStore,
    adapters: Iterable[Adapter] = (),
    rooms: Rooms | None = None,
    space: Space | None = None,
) -> Ticker:
    """A ticker for all jobs, not started."""
    ticker = Ticker(
        inbox.services.clock,
        timezone=inbox.services.settings.zone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    ticker.add_job(
        _safely("deadlines", lambda: until_done(inbox, reminders.warn_of_deadlines)),
        "interval",
        minutes=1,
    )
    ticker.add_job(
        _safely("silence", lambda: until_done(inbox, reminders.remind_or_close_silent)),
        "interval",
        minutes=5,
    )
    ticker.add_job(
        _safely("digest", lambda: inbox.run_job(reminders.morning_digest, slow=True)),
        "interval",
        minutes=1,
    )
    ticker.add_job(
        _safely("drafts", lambda: until_done(inbox, reminders.expire_drafts)), "interval", hours=1
    )
    ticker.add_job(
        _safely("words", lambda: until_none(inbox, search.keep_missing, APPEALS)),
        "interval",
        minutes=1,
    )
    if space:
        ticker.add_job(
            _safely("space", lambda: space.mind(inbox.services.clock())), "interval", minutes=1
        )
    ticker.add_job(_safely("clock", lambda: mind_the_clock(inbox)), "interval", minutes=1)
    ticker.add_job(_safely("cleaning", lambda: clean(inbox, store)), "interval", hours=6)
    if rooms:
        ticker.add_job(
            _safely("rooms", lambda: staff_chat_rounds.look(inbox, rooms)),
            "interval",
            hours=1,
            next_run_time=inbox.services.clock(),  # at the start, too
        )
    for adapter in adapters:
        if isinstance(adapter, Sweeper):
            ticker.add_job(
                _safely("sweeping", adapter.sweep), "interval", minutes=5, name="sweeping"
            )
    return ticker


async def mind_the_clock(inbox: Inbox) -> None:
    """What was put off by a clock that was ahead is not put off until that time comes."""

    def work(task: Work) -> Sequence[Reply]:
        latest = task.now + LONGEST_WAIT
        outbox.pull_forward(task.session, task.now, latest)
        files.pull_forward(task.session, task.now, latest)
        return ()

    await inbox.run_job(work, wake=False, slow=True)


async def clean(inbox: Inbox, store: FileStore) -> None:
    """Delete what nobody needs: old event ids, sent messages, files that belong to no appeal.

    A file's bytes go before its row, so that a stop in between leaves none behind.
    """
    now = inbox.services.clock()
    await until_none(inbox, lambda session, most: events.forget_seen(session, now - SEEN_FOR, most))
    await until_none(inbox, lambda session, most: outbox.forget_done(session, now - SENT_FOR, most))
    await until_none(inbox, lambda session, most: parked.forget(session, now - PARKED_FOR, most))
    await until_none(inbox, lambda session, most: looks.forget(session, now - LOOKED_FOR, most))
    await until_none(
        inbox, lambda rows, most: strangers.forget(rows, now - STRANGERS_FOR, most), 100
    )
    await _clean_files(inbox, store)


async def _clean_files(inbox: Inbox, store: FileStore) -> None:
    """In lots. What a draft still holds is passed over."""
    lot: list[KeptFile] = []
    unneeded: dict[int, str] = {}

    def find(task: Work) -> Sequence[Reply]:
        old = task.now - reminders.DRAFT_LIFE - timedelta(days=1)
        lot[:] = files.abandoned(task.session, old, FILES, after=lot[-1] if lot else None)
        held = files.in_drafts(task.session, lot)
        unneeded.clear()
        unneeded.update({row.id: row.key for row in lot if row.id not in held})
        return ()

    def forget(task: Work) -> Sequence[Reply]:
        files.forget(task.session, list(unneeded))
        return ()

    full = True
    while full:
        await inbox.run_job(find, wake=False, slow=True)
        full = len(lot) == FILES
        for key in filter(None, unneeded.values()):
            await store.delete(key)
        await inbox.run_job(forget, wake=False, slow=True)


async def until_none(inbox: Inbox, take: Callable[[Session, int], int], most: int = ROWS) -> None:
    """Take a bounded lot in each transaction until one is not full."""
    taken = most
    while taken == most:

        @wraps(take)  # its name, where it is slow
        def once(task: Work) -> Sequence[Reply]:
            nonlocal taken
            taken = take(task.session, most)
            return ()

        await inbox.run_job(once, wake=False, slow=True)


async def until_done(inbox: Inbox, job: Callable[[Work], Sequence[Reply]]) -> None:
    """A job that takes a bounded lot at once, again and again until it has nothing to say.

    In between others get their turn at the database.
    """
    said = True
    while said:

        @wraps(job)
        def once(task: Work) -> Sequence[Reply]:
            nonlocal said
            replies = job(task)
            said = bool(replies)
            return replies

        await inbox.run_job(once, slow=True)


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
