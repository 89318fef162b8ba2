"""Residents who file an appeal step by step whatever breaks meanwhile, and staff that writes to them."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from tests.fakes.messenger import Shown, Upload
from tests.faults.world.ledger import NUMBER, PATIENCE, Ledger
from tests.support.towns.crossing import TOPIC
from tests.support.towns.live import LiveTown, beginning

ADDRESS = "улица Мира, 5"
Act = Callable[["Filer"], Awaitable[object]]


class Filer:
    """A resident who files one appeal, with a text of their own, perhaps with a photo."""

    photo: Upload | None = None

    def __init__(self, ledger: Ledger, channel: str, number: int) -> None:
        self.ledger = ledger
        self.channel = channel
        self.text = f"На дороге у дома {number} по улице Мира большая яма, пробил колесо"
        self.reader = ledger.town.resident(channel, str(1000 + number), f"Анна {number}")

    async def tells(self) -> None:
        """Say what is wrong, with the photo if there is one."""
        if self.photo:
            await self.reader.person.sends(self.photo, caption=self.text)
        else:
            await self.reader.says(self.text)

    async def files(self, first: int = 0, last: int | None = None) -> None:
        """Go through the steps from ``first`` to before ``last``, each when the one before is done."""
        for step in STEPS[first:last]:
            await self.acts(step)
            await self.reads(step)

    async def acts(self, step: int) -> None:
        """Do what that step is, and note what is to come of it."""
        act, answers = CONVERSATION[step]
        room = self.reader.person.room
        self.ledger.expects(self.channel, room, *map(beginning, answers))
        if answers == ("filed",):
            self.ledger.appeals.append(self.text)
        await act(self)

    async def reads(self, step: int) -> None:
        """Wait for the last message that the step leads to."""
        await self.reader.person.sees(beginning(CONVERSATION[step][1][-1]), timeout=PATIENCE)

    @property
    def number(self) -> str:
        """Of the appeal, as the resident was told."""
        texts = [shown.text for shown in self.reader.person.room.shown if not shown.author]
        return next(str(found[0]) for text in texts if (found := NUMBER.findall(text)))

    async def card(self) -> Shown:
        """The appeal in the staff chat."""
        maria = self.ledger.town.employee()
        return await maria.person.waits_for(
            maria.person.room,
            lambda shown: shown.text.startswith(f"{self.number} · "),
            timeout=PATIENCE,
            wanted=self.number,
        )

    def awaits(self, *texts: str) -> None:
        """Messages from the staff that are to come in that order."""
        self.ledger.expects(self.channel, self.reader.person.room, *texts)


# What a resident does, and what the bot answers each time.
CONVERSATION: tuple[tuple[Act, tuple[str, ...]], ...] = (
    (lambda filer: filer.reader.says("/start"), ("greeting", "consent-short")),
    (lambda filer: filer.reader.presses("consent-yes"), ("consent-given",)),
    (lambda filer: filer.reader.presses("menu-report"), ("ask-what",)),
    (lambda filer: filer.tells(), ("ask-topic-suggested",)),
    (lambda filer: filer.reader.presses(TOPIC), ("ask-place-proposed",)),
    (lambda filer: filer.reader.says(ADDRESS), ("summary",)),
    (lambda filer: filer.reader.presses("form-send"), ("filed",)),
)
STEPS = range(len(CONVERSATION))


def filers(
    town: LiveTown, channel: str, count: int, *, first: int = 0
) -> tuple[Ledger, list[Filer]]:
    """That many residents, whose numbers follow on ``first``, and their ledger."""
    ledger = Ledger(town)
    return ledger, [Filer(ledger, channel, first + number) for number in range(1, count + 1)]


async def all_file(people: list[Filer], first: int = 0, last: int | None = None) -> None:
    """At once, each at their own pace."""
    await asyncio.gather(*(filer.files(first, last) for filer in people))


NEWS = itertools.count(1)


async def news(town: LiveTown, people: list[Filer], count: int) -> None:
    """An employee writes to each of them that many times, in order: pushes, with no answer awaited."""
    maria = town.employee()
    cards = [await filer.card() for filer in people]
    for _ in range(count):
        for filer, card in zip(people, cards, strict=True):
            text = f"Известие {next(NEWS):05}."
            filer.awaits(text)
            await maria.says(text, reply_to=card)
