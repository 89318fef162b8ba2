"""A tiny bot behind the real web chat, for tests of the pages alone: it echoes and relays."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from obstore.store import MemoryStore
from sqlalchemy.orm import Session

from bot.channels.web.adapter import WebAdapter
from bot.channels.web.doors.upload_room import PermitsUpload
from bot.channels.web.news.push_services import PushServices
from bot.examining.examiner import Examiner
from bot.failures import Unavailable
from bot.http.bodies import SECONDS
from bot.http.connection import Patience
from bot.http.listening import Listener
from bot.http.server import Standing, build_server
from bot.links import staff_room_link
from bot.protocol import Attachment, Part
from bot.replicas.link import Alone
from bot.watch.space import Space
from config.settings import load_settings
from config.texts import Texts
from storage.database import Database, present_accounts
from storage.messages import Address, Button, Event
from storage.migrations import migrate
from storage.tables import Municipality, StaffChat
from storage.town import municipalities
from tests.fakes.store import FakeStore
from tests.support.servers.databases import copy_of_template

STAFF = Address("web", "staff")
MENU = (
    (Button("🕳 Сообщить о проблеме", "report", tone="primary"),),
    (Button("💡 Предложить", "suggest"), Button("❓ Спросить", "ask")),
    (Button("📍 Моё место", kind="location"),),
)


class Echo:
    """An Inbox that answers at once.

    A resident's words come to the staff as a card with a button; a reply to the card goes back.
    """

    def __init__(self, adapter: WebAdapter) -> None:
        self.adapter = adapter
        self.events: list[Event] = []
        self.away = False
        self.refused = asyncio.Event()
        self.cards: dict[str, Address] = {}
        self._seen: set[str] = set()
        self._keys = itertools.count(1)

    async def accept(self, event: Event) -> None:
        if self.away:
            self.refused.set()
            raise Unavailable
        if event.id in self._seen:
            return
        self._seen.add(event.id)
        self.events.append(event)
        if event.private:
            await self._answer_resident(event)
        else:
            await self._answer_employee(event)

    async def says(self, to: Address, part: Part, reply_to: str = "") -> str:
        [message] = await self.adapter.send(to, part, key=next(self._keys), reply_to=reply_to)
        return message

    async def _answer_resident(self, event: Event) -> None:
        if event.text == "/start":
            await self.says(event.address, Part("Здравствуйте! Что случилось?", MENU))
            return
        if event.press:
            await self.says(event.address, Part(f"Нажато: {event.press}"))
            return
        if event.place:
            await self.says(event.address, Part(f"Место: {event.place.lat}, {event.place.lon}"))
            return
        part = Part(
            f"Вы написали: {event.text}",
            attachments=tuple(Attachment(f.kind, f.name, f.mime, f.ref) for f in event.files),
            about=True,
        )
        await self.says(event.address, part)
        take = ((Button("Взять в работу", "take", tone="good"), Button("Отклонить", "no")),)
        card = await self.says(STAFF, replace(part, text=f"Карточка: {event.text}", rows=take))
        self.cards[card] = event.address

    async def _answer_employee(self, event: Event) -> None:
        if event.press:
            part = Part(f"В работе у: {event.person.name}")
            await self.adapter.edit(event.address, event.message, part)
        elif event.reply_to in self.cards:
            await self.says(self.cards[event.reply_to], Part(f"Ответ: {event.text}"))
        else:
            await self.says(STAFF, Part(f"Сотрудник написал: {event.text}"))

    async def park(
        self, channel: str, event_id: str, raw: object, error: str, sender: Event | None = None
    ) -> None:
        raise AssertionError(error)

    async def tell_gap(self, channel: str, mark: str, dialogues: object, **more: object) -> None:
        raise AssertionError("nothing is lost")

    async def cursor(self, channel: str) -> str | None:
        return None

    async def move_cursor(self, channel: str, cursor: str) -> None:
        raise AssertionError(cursor)


class EchoDesk:
    """The whole of it on a port of its own; can be stopped and started again at the same address."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], **environ: str) -> None:
        self.settings = load_settings(
            {
                "MCU_DATA_DIR": str(folder),
                "MCU_WEB_CHAT": "on",
                "MCU_MUNICIPALITY": "Город Верхний",
                "MCU_UNDO_SECONDS": "0",  # no test waits for the clock
                "MCU_FLOOD_LIMIT": "0",  # fakes write as fast as they like
                **environ,
            }
        )
        self.texts = Texts.load()
        self.kept = FakeStore(MemoryStore())
        self.clock = clock
        self.port = 0
        self.connections = 1000
        self.patience = Patience()
        self.body_seconds = SECONDS
        self.space = Space({})
        self.push_services: PushServices | None = None
        self.permits: PermitsUpload = lambda _session, _visitor: ""  # it asks nobody for consent

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def make_adapter(self) -> WebAdapter:
        return WebAdapter(
            self.database,
            self.settings,
            self.texts,
            self.kept,
            self.examiner,
            Alone(),
            clock=self.clock,
            space=self.space,
            permits=self.permits,
            push_services=self.push_services,
        )

    async def start(self) -> None:
        copy_of_template(self.settings.data_dir / "mcu.db")
        self.database = Database.open(self.settings.database_url)
        await migrate(self.database)
        self.examiner = Examiner.of(self.settings, self.database, self.clock, self.space)
        async with self.database.begin() as session:
            await session.run_sync(_founds_town)
        self.adapter = self.make_adapter()
        self.bot = Echo(self.adapter)
        await self.adapter.start(self.bot)
        await self.open()

    async def link(self, *, admin: bool = False, desk: bool = False) -> str:
        """A link with a new code in it."""
        now = self.clock()
        return await staff_room_link(
            self.database, self.settings, now, admin=admin, desk=desk, port=self.port
        )

    async def code(self) -> str:
        """A new code for an employee."""
        return code_in(await self.link())

    async def open(self) -> None:
        """Listen; at the same port as before."""
        server = build_server(
            [self.adapter], self.database, Standing(working=True), body_seconds=self.body_seconds
        )
        self.listener = Listener(server, self.connections, patience=self.patience, look_every=0.05)
        self.port = await self.listener.open("127.0.0.1", self.port)

    async def shut(self) -> None:
        """Stop listening, as when the server is restarted."""
        await self.adapter.close()
        await self.listener.close()

    async def reopen(self) -> None:
        """Come back, with the same bot."""
        events = self.bot
        self.adapter = self.make_adapter()
        self.bot = events
        self.bot.adapter = self.adapter
        await self.adapter.start(self.bot)
        await self.open()

    async def stop(self) -> None:
        await self.shut()
        await self.examiner.close()
        await self.database.close()


def _founds_town(session: Session) -> None:
    """The town and its room on the site, as the first start makes them."""
    present_accounts.take(session, {STAFF.channel: ""})
    if municipalities.the_one(session):
        return
    town = Municipality(name="Город Верхний", delivery_salt=7)
    session.add(town)
    session.flush()
    session.add(
        StaffChat(
            municipality_id=town.id,
            configured=str(STAFF),
            channel=STAFF.channel,
            chat=STAFF.chat,
            main=True,
        )
    )


def code_in(link: str) -> str:
    """The code of a link that logs in."""
    [code] = parse_qs(urlsplit(link).query)["code"]
    return code


def utc_now() -> datetime:
    return datetime.now(UTC)
