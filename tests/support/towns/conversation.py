"""A town in memory: the whole program but for sockets, and people in it, for conversation tests."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from obstore.store import LocalStore
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.invitations import Invitations
from bot.core import DELIVERING, Core, make_core
from bot.delivery.delivery import Delivery
from bot.examining.examiner import Examiner
from bot.files.fetching import FileFetcher
from bot.first_start import first_start
from bot.inbox.inbox import Inbox
from bot.inbox.staff_chats import Rooms
from bot.jobs.erasing import Eraser
from bot.jobs.schedule import said_by
from bot.transactions import Transactions
from config.settings import Settings, load_settings
from config.texts import Texts
from handlers.turn import Services, Work
from handlers.wording.topic_suggestions import TopicSuggester, lemmatiser
from storage.database import Database
from storage.messages import Reply
from storage.migrations import migrate
from storage.tables import Appeal
from tests.fakes.clock import Clock
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person, Room
from tests.fakes.store import FakeStore
from tests.support.servers.databases import copy_of_template

STAFF_ROOM = "-100500"
LEMMA = lemmatiser()  # loaded once for all tests: it takes half a second
DESCRIPTION = "На дороге за рынком большая яма, машины её объезжают"


@dataclass
class Town:
    """A running program with its residents (telegram), its staff chat, and its database."""

    core: Core
    database: Database
    erasing: asyncio.Task[None]  # a test that erases itself cancels it
    store: FakeStore
    examiner: Examiner
    messenger: MemoryMessenger
    clock: Clock
    settings: Settings
    texts: Texts
    adapters: dict[str, MemoryMessenger]

    @property
    def transactions(self) -> Transactions:
        return self.core.transactions

    @property
    def inbox(self) -> Inbox:
        return self.core.inbox

    @property
    def delivery(self) -> Delivery:
        return self.core.deliveries[DELIVERING]

    @property
    def fetcher(self) -> FileFetcher:
        return self.core.fetcher

    @property
    def eraser(self) -> Eraser:
        return self.core.eraser

    @property
    def rooms(self) -> Rooms:
        return self.core.rooms

    @property
    def staff_room(self) -> Room:
        return self.messenger.room(STAFF_ROOM)

    def resident(self, account: str = "42", name: str = "Анна") -> Person:
        return self.messenger.person(account, name)

    def employee(self, account: str = "900", name: str = "Мария") -> Person:
        """A person whose room is the staff chat."""
        return Person(self.messenger, account, name, self.staff_room)

    async def consenting(self, account: str = "42", name: str = "Анна") -> Person:
        """A resident past the greeting and the consent."""
        resident = self.resident(account, name)
        await resident.says("/start")
        await resident.presses(self.texts("consent-yes"))
        await resident.sees(self.texts("menu"))
        return resident

    async def filed(self, resident: Person, text: str = DESCRIPTION) -> Appeal:
        """An appeal of the resident, filed the ordinary way; the newest."""
        t = self.texts
        await resident.says("/new")
        await resident.sees(t("ask-what"))  # else an older message's button would be pressed
        await resident.says(text)
        await resident.sees(t("ask-topic-suggested"))
        await resident.presses("Ямы и выбоины на дороге")
        await resident.sees(t("ask-place"))
        await resident.says("ул. Мира, 5")
        await resident.sees("Проверьте")
        await resident.presses(t("form-send"))
        await resident.sees("МЦУ-26-")
        return (await self.appeals())[-1]

    async def appeals(self) -> list[Appeal]:
        async with self.database.begin() as session:
            return await session.run_sync(_appeals)

    async def tick(self, job: Callable[[Work], Sequence[Reply]]) -> None:
        """Run a job of the scheduler."""
        await self.transactions.run(said_by(job))


def _appeals(session: Session) -> list[Appeal]:
    found = list(session.scalars(select(Appeal).order_by(Appeal.id)))
    for appeal in found:
        _ = (appeal.topic.title, appeal.resident.name)
    return found


@asynccontextmanager
async def town(
    folder: Path,
    *,
    url: str = "",
    environ: dict[str, str] | None = None,
    messengers: tuple[MemoryMessenger, ...] = (),
) -> AsyncIterator[Town]:
    """A town with its database in the folder (or at ``url``), running until the block ends."""
    channels = messengers or (MemoryMessenger("telegram"),)
    if not url:
        copy_of_template(folder / "mcu.db")
    settings = load_settings(
        {
            "MCU_TELEGRAM_TOKEN": "123456:" + "x" * 30,
            "MCU_VK_TOKEN": "vk-token",
            "MCU_VK_GROUP_ID": "1",
            "MCU_STAFF_CHAT": f"{channels[0].channel}:{STAFF_ROOM}".replace("vk:-", "vk:"),
            "MCU_ADMINS": "telegram:7",
            "MCU_DATA_DIR": str(folder),
            "MCU_MUNICIPALITY": "Городской округ Бор",
            "MCU_UNDO_SECONDS": "0",  # no test waits for the clock
            "MCU_DATABASE_URL": url or f"sqlite+aiosqlite:///{folder / 'mcu.db'}",
            **(environ or {}),
        }
    )
    clock = Clock()
    keys = itertools.count(1)
    texts = Texts.load()
    invitations = Invitations()
    services = Services(
        settings,
        texts,
        clock,
        lambda: f"key{next(keys):05}",
        TopicSuggester(LEMMA),
        invitation=invitations,
    )
    database = Database.open(settings.database_url)
    await migrate(database)
    adapters = {messenger.channel: messenger for messenger in channels}
    await first_start(database, services)
    store = FakeStore(LocalStore(prefix=folder / "files", mkdir=True))
    examiner = Examiner.of(settings, database, clock)
    core = make_core(database, services, adapters, store, examiner)
    for messenger in channels:
        await messenger.start(core.inbox)
    await invitations.learn(adapters.values())
    parts: list[Delivery | FileFetcher | Eraser] = [*core.deliveries.values()]
    parts += [core.fetcher, core.eraser]
    tasks = [asyncio.create_task(part.run()) for part in parts]
    *_, erasing = tasks
    try:
        yield Town(
            core=core,
            database=database,
            erasing=erasing,
            store=store,
            examiner=examiner,
            messenger=channels[0],
            clock=clock,
            settings=settings,
            texts=texts,
            adapters=adapters,
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await examiner.close()
        await database.close()
