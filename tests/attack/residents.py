"""Honest residents beside the attackers, and the employees who answer them."""

import asyncio
import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.attack.attackers.guests import Addressed, Noticing
from tests.attack.measures import Waits
from tests.fakes.messenger import Person, Room, Shown, Upload
from tests.fakes.web import STAFF, GivesCode, Page
from tests.faults.world.ledger import NUMBER, Ledger
from tests.faults.world.people import CONVERSATION, Filer
from tests.support.pictures import picture
from tests.support.towns.live import TEXTS, LiveTown, Reader, beginning

HONEST = "по улице Мира большая яма"  # what only these people write
PHOTOS = 0.4  # of them have one
THINKS = (0.3, 1.5)  # seconds between two steps
EMPLOYEES = 3


class Visitors(Addressed):
    """The honest people of the web chat, and the employees.

    The staff room is flooded with attackers' appeals: those are counted, not kept.
    """

    def __init__(self, url: str, give_code: GivesCode) -> None:
        super().__init__(url, give_code, address="198.51.100.1")
        self.cards: defaultdict[str, set[str]] = defaultdict(set)  # of an honest appeal
        self.strangers: set[str] = set()  # numbers
        self.done: set[str] = set()  # numbers of appeals that nobody waits for any more

    def new_page(self, person: Person, room: Room) -> Page:
        return Desk(self, person, room)

    def keeps(self, message: dict[str, object]) -> bool:
        """Whether a message of the staff room is of honest people."""
        text = str(message["text"])
        numbers = NUMBER.findall(text)
        if numbers and text.startswith(f"{numbers[0]} · "):
            if HONEST in text:
                self.cards[numbers[0]].add(str(message["id"]))
            else:
                self.strangers.add(numbers[0])
        return not numbers or not set(numbers) <= self.strangers | self.done

    def puts_away(self, number: str) -> None:
        """Its course is over: what the staff room shows of it is not looked at any more."""
        self.done.add(number)
        room = self.staff_room
        room.shown = [one for one in room.shown if number not in one.text]


class Desk(Noticing):
    """A page; one of the staff room sees the cards of honest people alone."""

    people: Visitors

    def __init__(self, people: Visitors, person: Person, room: Room) -> None:
        super().__init__(people, person, room)
        self._loading: set[asyncio.Task[None]] = set()

    async def _show(self, message: dict[str, Any]) -> None:
        """As a browser does it: the words at once, the pictures when they have come."""
        if self.room.id != STAFF or self.people.keeps(message):
            await super()._show(message | {"files": []})
            if message["files"]:
                loading = asyncio.create_task(
                    self._loads(str(message["id"]), len(message["files"]))
                )
                self._loading.add(loading)
                loading.add_done_callback(self._loading.discard)

    async def _loads(self, message: str, count: int) -> None:
        with suppress(aiohttp.ClientError, RuntimeError):  # the page was closed
            files = [await self.file(message, number) for number in range(count)]
            for shown in self.room.shown:
                if shown.id == message:
                    shown.files = files
            await self.people.changed()


@dataclass
class Place:
    """The towns of the replicas (one database, one Telegram, one VK), and who lives there."""

    towns: Sequence[LiveTown]
    desk: Visitors  # where the employees sit
    patience: float
    waits: Waits
    ledgers: list[Ledger] = field(init=False)
    employees: asyncio.Queue[Reader] = field(default_factory=asyncio.Queue)
    filed: int = 0
    stuck: list[str] = field(default_factory=list)  # what somebody waited for in vain
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.ledgers = [Ledger(town) for town in self.towns]
        for number in range(EMPLOYEES):
            self.employees.put_nowait(Reader(self.desk.employee(f"Мария {number}")))

    async def lives(self, channel: str, end: asyncio.Event) -> None:
        """One resident after another in that channel, until ``end``; nobody stops half way."""
        while not end.is_set():
            resident = Resident(self, channel, next(self.numbers))
            try:
                await resident.goes_through()
                self.desk.puts_away(resident.number)
            except (AssertionError, TimeoutError, aiohttp.ClientError) as error:
                self.stuck.append(f"{channel}: {str(error) or type(error).__name__}"[:300])
            finally:
                if channel == "web":
                    await resident.visitors.forgets(resident.reader.person.account)


class Resident(Filer):
    """One who files an appeal, gets a number, is answered and says thanks."""

    def __init__(self, place: Place, channel: str, number: int) -> None:
        self.place = place
        super().__init__(place.ledgers[number % len(place.ledgers)], channel, number)
        self.dice = random.Random(number)  # noqa: S311 - the same course each time
        size = (32 + number % 64, 32 + number // 64)  # no two alike
        has_photo = self.dice.random() < PHOTOS
        self.photo = Upload(picture(size=size), "яма.jpg") if has_photo else None
        if channel == "web":
            self.visitors.addresses[self.reader.person.account] = address_of(number)

    @property
    def visitors(self) -> Visitors:
        """The pages of the replica that this person came to."""
        people = self.ledger.town.web
        assert isinstance(people, Visitors)
        return people

    async def goes_through(self) -> None:
        """The whole course. Raises AssertionError or TimeoutError where something did not come."""
        for number, (_, answers) in enumerate(CONVERSATION):
            await asyncio.sleep(self.dice.uniform(*THINKS))
            began = time.monotonic()
            await self.acts(number)
            await self.reads(number)
            is_photo = self.photo and answers == ("ask-topic-suggested",)
            kind = "фото" if is_photo else "слова"
            self.place.waits.add(self.channel, kind, time.monotonic() - began)
        self.place.filed += 1
        employee = await self.place.employees.get()
        try:
            await self._is_answered(employee)
        finally:
            self.place.employees.put_nowait(employee)
        await asyncio.sleep(self.dice.uniform(*THINKS))
        began = time.monotonic()
        thanks = f"Рады, что получилось. Сообщение {self.number}"
        self.awaits(thanks)
        await self.reader.presses("resident-solved")
        await self.sees(thanks)
        self.place.waits.add(self.channel, "слова", time.monotonic() - began)

    async def reads(self, step: int) -> None:
        await self.sees(beginning(CONVERSATION[step][1][-1]))

    async def sees(self, fragment: str) -> Shown:
        return await self.reader.person.sees(fragment, timeout=self.place.patience)

    async def _is_answered(self, employee: Reader) -> None:
        """By an employee who reads the card, presses, writes, and looks at what goes out."""
        number, text = self.number, f"Засыпали яму {self.reader.person.account}."
        card = await self._in_staff_room(
            employee, lambda shown: shown.text.startswith(f"{number} · ")
        )
        if self.photo:
            photo = self.photo.content
            await self._in_staff_room(employee, lambda shown: photo in shown.files)
        began = time.monotonic()
        await employee.presses("staff-answer", on=card)
        asks = TEXTS("staff-answer-text", kind="problem")
        await self._in_staff_room(employee, lambda s: asks in s.text and number in s.text)
        self.place.waits.add("сотрудник", "слова", time.monotonic() - began)
        await employee.says(text)
        summary = await self._in_staff_room(employee, lambda shown: text in shown.text)
        told = f"Готово:\n{text}"
        self.awaits(told)
        began = time.monotonic()
        await employee.presses("form-send", on=summary)
        await self.sees(text)
        self.place.waits.add(self.channel, "ответ сотрудника", time.monotonic() - began)

    async def _in_staff_room(self, employee: Reader, fits: Callable[[Shown], bool]) -> Shown:
        return await employee.person.waits_for(
            self.place.desk.staff_room, fits, timeout=self.place.patience, wanted=self.number
        )


def address_of(number: int) -> str:
    """Of a person: nobody else has it."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
