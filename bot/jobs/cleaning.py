"""Delete in lots what nobody needs any more: old event ids, sent messages, files of no appeal."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps

from sqlalchemy.orm import Session

from bot.files.store import FileStore
from bot.transactions import Transactions
from handlers.appeals import reminders
from handlers.turn import Work
from storage import files, outbox
from storage.erasure import strangers
from storage.files import drafts, looks
from storage.inbox import events, parked
from storage.tables import KeptFile

SEEN_FOR = timedelta(days=14)  # messengers repeat an update for a day at most
PARKED_FOR = timedelta(days=30)  # what could not be handled: it holds what people wrote
STRANGERS_FOR = timedelta(days=31)  # a draft lives for 30
SENT_FOR = timedelta(days=30)
WAITED_FOR = timedelta(days=30)  # what could not be sent, once its appeal is no more
LOOKED_FOR = timedelta(days=30)  # for this time a file under which the bot died is refused
ROWS = 1000  # deleted in one transaction: others wait for the database too
FILES = 500


async def clean(transactions: Transactions, store: FileStore) -> None:
    """Delete everything that has been kept for its time.

    The bytes of a file are deleted before its row: a stop in between leaves no bytes without a row.
    """
    now = transactions.services.clock()
    await until_none(
        transactions, lambda session, most: events.forget_seen(session, now - SEEN_FOR, most)
    )
    await until_none(
        transactions, lambda session, most: outbox.forget_done(session, now - SENT_FOR, most)
    )
    await until_none(
        transactions, lambda session, most: outbox.give_up(session, now, now - WAITED_FOR, most)
    )
    await until_none(
        transactions, lambda session, most: parked.forget(session, now - PARKED_FOR, most)
    )
    await until_none(
        transactions, lambda session, most: looks.forget(session, now - LOOKED_FOR, most)
    )
    await until_none(
        transactions, lambda rows, most: strangers.forget(rows, now - STRANGERS_FOR, most), 100
    )
    await _clean_files(transactions, store)


async def until_none(
    transactions: Transactions, take: Callable[[Session, int], int], most: int = ROWS
) -> None:
    """Call ``take`` for ``most`` rows, each time in a new transaction, until it takes fewer."""

    @wraps(take)  # its name, if it is slow
    def once(work: Work) -> int:
        return take(work.session, most)

    while await transactions.run(once, wake=False, slow=True) == most:
        pass


async def _clean_files(transactions: Transactions, store: FileStore) -> None:
    """Delete files of no appeal in lots. What a draft still holds is passed over."""
    last: KeptFile | None = None

    def find(work: Work) -> tuple[list[KeptFile], set[int]]:
        old = work.now - reminders.DRAFT_LIFE - timedelta(days=1)
        lot = files.abandoned(work.session, old, FILES, after=last)
        return lot, drafts.in_drafts(work.session, lot)

    while True:
        lot, held = await transactions.run(find, wake=False, slow=True)
        unneeded = [row for row in lot if row.id not in held]
        for row in unneeded:
            if row.key:
                await store.delete(row.key)
        await transactions.run(
            partial(_forget, ids=[row.id for row in unneeded]), wake=False, slow=True
        )
        if len(lot) < FILES:
            return
        last = lot[-1]


def _forget(work: Work, ids: list[int]) -> None:
    files.forget(work.session, ids)
