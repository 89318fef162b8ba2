"""A town in a storm: many conversations at once, from /start to the last word, while its bot is killed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from storage.web import filings
from tests.fakes.messenger import Shown, Upload
from tests.faults.world.kills import MOMENTS, STARTS, Reaper
from tests.faults.world.ledger import PATIENCE, Ledger, sqlite_file, until_nothing_waits
from tests.faults.world.people import STEPS, Filer
from tests.support.pictures import picture
from tests.support.towns.live import TEXTS, LiveTown, Reader

AT_ONCE = 15  # conversations
EMPLOYEES = 5
PHOTOS = 0.4  # of the conversations have one
WEB = 0.2  # of the residents are on the site, as many as one address may file for in an hour
NOTES = 3  # replies to a card in a row

# What becomes of an appeal, as its history tells.
COURSES: dict[str, tuple[str, ...]] = {
    "left": ("file",),
    "answered": ("file", "take", "answer", "confirm"),
    "answered at once": ("file", "take", "answer", "confirm"),
    "asked": ("file", "ask", "inform"),
    "written to": ("file", *["interim"] * NOTES),
}
CHOICE = ("left", "answered", "answered", "answered at once", "asked", "asked", "written to")


class Conversation(Filer):
    """A resident, and the employees who deal with what the resident sent."""

    def __init__(self, storm: "Storm", channel: str, number: int) -> None:
        super().__init__(storm.ledger, channel, number)
        self.storm = storm
        self.who = f"{number:05}"
        self.course = storm.reaper.dice.choice(CHOICE)
        has_photo = channel != "web" and storm.reaper.dice.random() < PHOTOS
        size = (32 + number % 64, 32 + number // 64)  # no two alike
        self.photo = Upload(picture(size=size), "яма.jpg") if has_photo else None

    @property
    def length(self) -> int:
        """How many times somebody acts."""
        of_staff = {
            "left": 0,
            "answered": 5,
            "answered at once": 4,
            "asked": 4,
            "written to": NOTES,
        }
        return len(STEPS) + of_staff[self.course]

    async def goes_on(self) -> None:
        """To its end. Nobody says anything twice."""
        for step in STEPS:
            await self.acts(step)
            await self.reads(step)
            self.storm.acted()
        await self.card()
        employee = await self.storm.employees.get()
        self.maria = employee
        try:
            await self.courses[self.course]()
        finally:
            self.storm.employees.put_nowait(employee)

    @property
    def courses(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "left": self.is_left,
            "answered": self.is_answered,
            "answered at once": self.is_answered_at_once,
            "asked": self.is_asked,
            "written to": self.is_written_to,
        }

    async def is_left(self) -> None:
        """Nobody comes to it yet."""

    async def is_answered(self) -> None:
        await self.is_taken()
        await self.is_answered_at_once()

    async def is_taken(self) -> None:
        self.awaits("взяли в работу")
        await self.maria.presses("staff-take", on=await self.card())
        await self.card_shows("state-in_work")
        self.storm.acted()

    async def is_answered_at_once(self) -> None:
        text = f"Засыпали яму {self.who}."
        await self.is_told("staff-answer", text, f"Готово:\n{text}")
        await self.card_shows("state-answered")
        await self.awaited(text)
        self.awaits(f"Рады, что получилось. Сообщение {self.number}")
        await self.reader.presses("resident-solved")
        await self.awaited(f"Рады, что получилось. Сообщение {self.number}")
        await self.card_shows("state-closed")
        self.storm.acted()

    async def is_asked(self) -> None:
        text, details = f"С какой стороны яма {self.who}?", f"Со стороны аптеки {self.who}"
        await self.is_told("staff-ask", text, f"уточните, пожалуйста:\n{text}")
        await self.awaited(text)
        self.awaits(f"ответ передали. Сообщение {self.number}")
        self.staff_awaits(details)
        await self.reader.says(details)
        await self.awaited(f"ответ передали. Сообщение {self.number}")
        self.storm.acted()
        await self.in_staff_chat(lambda shown: details in shown.text)
        await self.card_shows("state-in_work")  # whose question it was has it again

    async def is_told(self, key: str, text: str, told: str) -> None:
        """Through the button of the card: question, text, preview, sent."""
        card = await self.card()
        done = TEXTS(f"staff-done-{key.removeprefix('staff-')}")
        asks = TEXTS(f"{key}-text", kind="problem")
        await self.maria.presses(key, on=card)
        await self.in_staff_chat(lambda s: asks in s.text and self.number in s.text)
        self.storm.acted()
        await self.maria.says(text)
        summary = await self.in_staff_chat(lambda shown: text in shown.text)
        self.storm.acted()
        self.awaits(told)
        self.storm.done.append((done, self.number))
        await self.maria.presses("form-send", on=summary)
        await self.in_staff_chat(lambda s: s.text == done and self.is_my_card(s.reply_to))
        self.storm.acted()

    async def is_written_to(self) -> None:
        for count in range(NOTES):
            text = f"Известие {self.who}-{count}."
            self.awaits(text)
            await self.maria.says(text, reply_to=await self.card())
            self.storm.acted()
        await self.awaited(text)

    # What is seen

    async def awaited(self, fragment: str) -> Shown:
        """What the resident was written."""
        return await self.reader.person.sees(fragment, timeout=PATIENCE)

    def staff_awaits(self, text: str) -> None:
        town = self.ledger.town
        self.ledger.expects(town.staff_channel, town.staff_room, text, about=f"{self.who} {text}")

    async def in_staff_chat(self, fits: Callable[[Shown], bool]) -> Shown:
        """The newest message of the bot there that is so."""
        town = self.ledger.town
        return await self.maria.person.waits_for(
            town.staff_room, fits, timeout=PATIENCE, wanted=self.number
        )

    async def card_shows(self, state: str) -> None:
        await self.in_staff_chat(
            lambda shown: (
                shown.text.startswith(f"{self.number} · ")
                and TEXTS(state) in shown.text.splitlines()[0]
            )
        )

    def is_my_card(self, message: str) -> bool:
        return any(shown.id == message for shown in self.storm.cards(self.number))


@dataclass
class Storm:
    """So many conversations, and the kills among them."""

    town: LiveTown
    reaper: Reaper
    ledger: Ledger
    conversations: list[Conversation] = field(default_factory=list)
    employees: asyncio.Queue[Reader] = field(default_factory=asyncio.Queue)
    done: list[tuple[str, str]] = field(default_factory=list)  # what staff is told, and of which
    acts: int = 0
    _acted: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, town: LiveTown, reaper: Reaper, channel: str, count: int) -> "Storm":
        storm = cls(town, reaper, Ledger(town))
        left_on_site = filings.MOST[0][0] if "web" in town.messengers else 0
        for number in range(1, count + 1):
            on_site = reaper.dice.random() < WEB and left_on_site > 0
            left_on_site -= on_site
            where = "web" if on_site else channel
            storm.conversations.append(Conversation(storm, where, number))
        for number in range(EMPLOYEES):
            storm.employees.put_nowait(town.employee(str(900 + number), f"Мария {number}"))
        return storm

    async def rages(self, kills: int) -> None:
        """All conversations, to their ends, and the kills."""
        if "web" in self.town.messengers:
            self.town.web.patience = PATIENCE
        several = asyncio.Semaphore(AT_ONCE)

        async def one(conversation: Conversation) -> None:
            async with several:
                await conversation.goes_on()

        async with asyncio.TaskGroup() as group:
            group.create_task(self._kill(kills))
            for conversation in self.conversations:
                group.create_task(one(conversation))
        await self.ledger.forgets_outdated()
        await self.ledger.settles()
        await until_nothing_waits(self.town)

    def acted(self) -> None:
        self.acts += 1
        self._acted.set()

    async def _kill(self, count: int) -> None:
        """At moments all over the conversations; the next life begins at once."""
        total = sum(conversation.length for conversation in self.conversations)
        dice, bot = self.reaper.dice, self.town.process
        on_sqlite = "postgresql" not in bot.environ.get("MCU_DATABASE_URL", "")
        log_file = Path(f"{sqlite_file(self.town)}-wal") if on_sqlite else None
        for due in sorted(dice.randrange(int(total * 0.95)) for _ in range(count)):
            while self.acts < due:
                self._acted.clear()
                await self._acted.wait()
            if dice.random() < STARTS:
                await bot.kill()
                await self.reaper.strikes_start()
            else:
                await self.reaper.strikes(dice.choice(MOMENTS), log_file)
            await self.town.start()

    def cards(self, number: str) -> list[Shown]:
        room = self.town.staff_room
        return [s for s in room.shown if not s.author and s.text.startswith(f"{number} · ")]
