"""The parts that answer events and send replies, put together in the same way wherever they run."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.delivery.delivery import Delivery
from bot.examining.examiner import Examiner
from bot.files.fetching import FileFetcher
from bot.files.store import FileStore
from bot.inbox.inbox import Inbox
from bot.inbox.staff_chats import Rooms
from bot.jobs.erasing import Eraser
from bot.protocol import Adapter
from bot.replicas.duties import ERASING, FETCHING, Wakes, delivering
from bot.replicas.link import Alone, Link
from bot.transactions import Transactions
from handlers.turn import Services
from storage.database import Database

DELIVERING = "delivering"


@dataclass(frozen=True)
class Core:
    """The parts that the program, the tests and the benchmarks run alike."""

    transactions: Transactions
    inbox: Inbox
    rooms: Rooms
    deliveries: dict[str, Delivery]  # by duty
    fetcher: FileFetcher
    eraser: Eraser


def make_core(
    database: Database,
    services: Services,
    adapters: Mapping[str, Adapter],
    store: FileStore,
    examiner: Examiner,
    link: Link | None = None,
) -> Core:
    """Put the parts together over a migrated database; nothing runs yet.

    Without ``link`` this process has the database to itself.
    """
    link = link or Alone()
    wakes = Wakes(link)
    transactions = Transactions(database, services, wakes.notify)
    rooms = Rooms(adapters.values(), services.clock)
    core = Core(
        transactions=transactions,
        inbox=Inbox(transactions, rooms),
        rooms=rooms,
        deliveries=_deliveries(transactions, adapters, alone=link.is_alone),
        fetcher=FileFetcher(transactions, store, adapters, examiner),
        eraser=Eraser(transactions, store, adapters),
    )
    wakes.parts = {**core.deliveries, FETCHING: core.fetcher, ERASING: core.eraser}
    return core


def _deliveries(
    transactions: Transactions, adapters: Mapping[str, Adapter], *, alone: bool
) -> dict[str, Delivery]:
    """One for all channels if there is one process, else one for each: replicas share them."""
    if alone:
        return {DELIVERING: Delivery(transactions, adapters)}
    return {delivering(one): Delivery(transactions, {name: one}) for name, one in adapters.items()}
