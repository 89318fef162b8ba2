"""A town whose bot is a real process: its messengers are fakes on sockets, its people are the same."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from config.settings.channels import CHANNELS
from config.texts import Texts
from tests.fakes.max import GROUP as MAX_GROUP
from tests.fakes.max import FakeMax
from tests.fakes.max.updates import HASTY
from tests.fakes.messenger import FakeMessenger, Person, Room, Shown
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk
from tests.fakes.web import STAFF, WebPeople
from tests.support.catalogue import Catalogue
from tests.support.servers.process import BotProcess
from tests.support.servers.staff_codes import staff_code

TEXTS = Texts.load()
MUNICIPALITY = "Городской округ Бор"
PUBLIC_URL = "https://bor.example.ru"
TELEGRAM_SECRET = "a-word-between-telegram-and-us"
MAX_SECRET = "a-word-between-max-and-us"
STAFF_ROOMS = {
    "telegram": "-1001234567890",
    "vk": "2000000001",
    "max": MAX_GROUP,
    "web": STAFF,
}
ANY = "\x00"
# After these texts is said that voices do not arrive, if they do not.
OF_VOICES = {
    **dict.fromkeys(("greeting", "help"), "voice-lost"),
    **dict.fromkeys(("ask-what", "ask-comment", "ask-reopen", "push-ask"), "voice-lost-here"),
}
VARIABLES = {key: entry.variables for key, entry in Catalogue.load().messages.items()}
UNSENT = "SELECT count(*) FROM outbox WHERE done_at IS NULL"


@dataclass
class LiveTown:
    """The process, the messengers around it, and where its staff sits."""

    process: BotProcess
    staff_channel: str
    messengers: dict[str, FakeMessenger] = field(default_factory=dict)

    @property
    def telegram(self) -> FakeTelegram:
        fake = self.messengers["telegram"]
        assert isinstance(fake, FakeTelegram)
        return fake

    @property
    def vk(self) -> FakeVk:
        fake = self.messengers["vk"]
        assert isinstance(fake, FakeVk)
        return fake

    @property
    def max(self) -> FakeMax:
        fake = self.messengers["max"]
        assert isinstance(fake, FakeMax)
        return fake

    @property
    def web(self) -> WebPeople:
        people = self.messengers["web"]
        assert isinstance(people, WebPeople)
        return people

    @property
    def staff_room(self) -> Room:
        return self.messengers[self.staff_channel].room(STAFF_ROOMS[self.staff_channel])

    def resident(self, channel: str, account: str = "42", name: str = "Анна Ильина") -> "Reader":
        person = self.messengers[channel].person(account, name)
        return Reader(person, CHANNELS[channel].brings_voice)

    def employee(self, account: str = "900", name: str = "Мария") -> "Reader":
        """Someone in the staff chat, who acts and sees there."""
        messenger = self.messengers[self.staff_channel]
        if isinstance(messenger, WebPeople):
            return Reader(messenger.employee(name))
        messenger.person(account, name)  # VK is asked for names
        return Reader(Person(messenger, account, name, self.staff_room))

    async def start(self) -> None:
        """Start the process; open pages and webhooks find its new address."""
        public = self.process.environ.get("MCU_PUBLIC_URL")
        if public and "vk" in self.messengers:
            server = {"id": 1, "url": f"{public}/webhook/vk", "status": "ok"}
            self.vk.state.callback_servers = [server]
        await self.process.start()
        if "web" in self.messengers:
            self.web.url = self.process.url
        if "MCU_PUBLIC_URL" in self.process.environ:
            if "telegram" in self.messengers:
                self.telegram.webhook_base = self.process.url
            if "vk" in self.messengers:
                self.vk.callback_url = f"{self.process.url}/webhook/vk"
            if "max" in self.messengers:
                self.max.webhook_base = self.process.url

    async def stop(self) -> None:
        """Stop it as an operator does, once it has all updates: a push into a stop is refused."""
        for messenger in self.messengers.values():
            await messenger.until_pushed()
        assert await self.process.stop() == 0, self.process.output

    async def restart(self) -> None:
        """Stop it and start it again."""
        await self.stop()
        await self.start()

    def violations(self) -> list[str]:
        """What the bot asked of the messengers against their specifications."""
        return [
            violation
            for messenger in self.messengers.values()
            for violation in getattr(messenger, "violations", ())
        ]


@dataclass
class Reader:
    """A person who reads whole texts of the catalogue, and does all that a person does."""

    person: Person
    brings_voice: bool = True

    async def says(self, text: str, *, reply_to: Shown | None = None) -> Shown:
        return await self.person.says(text, reply_to=reply_to)

    async def presses(self, key: str, *, on: Shown | None = None) -> None:
        """Press the button of that text."""
        await self.person.presses(TEXTS(key) if key in TEXTS else key, on=on)

    async def reads(self, *keys: str, **known: object) -> Shown:
        """The newest message of the bot that is made of these texts, paragraph by paragraph.

        ``known`` are their variables; those not named may be anything. What is said of voices in a
        channel that brings none comes with them.
        """
        if not self.brings_voice:
            keys = tuple(one for key in keys for one in (key, OF_VOICES.get(key)) if one)
        wanted = "\n\n".join(rendered(key, known) for key in keys)
        pieces = [piece.strip() for piece in re.split(rf"{ANY}|\n", wanted)]
        shown = await self.person.sees(max(pieces, key=len))
        pattern = ".*".join(re.escape(piece) for piece in wanted.strip().split(ANY))
        assert re.fullmatch(pattern, shown.text.strip(), re.DOTALL), f"{shown.text!r}\n{wanted!r}"
        return shown

    async def finds(self, fragment: str) -> Shown:
        """The newest message of the bot with that fragment, whenever it came."""
        return await self.person.waits_for(
            self.person.room, lambda shown: fragment in shown.text, wanted=fragment
        )


def rendered(key: str, known: Mapping[str, object]) -> str:
    """A text with ``ANY`` where a variable is not known."""
    return TEXTS(key, **(dict.fromkeys(VARIABLES[key], ANY) | dict(known)))


def beginning(key: str) -> str:
    """What the text begins with, up to its first variable or the end of its first paragraph."""
    plural = {"count": 1, "most": 10, "link": ""}
    known = {name: value for name, value in plural.items() if name in VARIABLES[key]}
    return rendered(key, known).split(ANY)[0].split("\n\n")[0].strip()


@asynccontextmanager
async def live_town(
    folder: Path,
    *,
    channels: set[str],
    staff: str,
    database_url: str = "",
    environ: Mapping[str, str] | None = None,
    webhooks: bool = False,
    twice: bool = True,
    module: str = "bot",
    telegram: FakeTelegram | None = None,
    vk: FakeVk | None = None,
    max_: FakeMax | None = None,
    runs: type[BotProcess] = BotProcess,
) -> AsyncIterator[LiveTown]:
    """A town with these channels and its staff chat in one of them.

    ``twice``: each update comes so, and once more after the next; ``webhooks``: they are pushed, to
    whatever port the process has; ``module``: what runs as the bot; ``telegram``, ``vk``, ``max_``:
    fakes in place of the usual ones; ``runs``: how it is run.
    """
    channels = channels | {staff}
    variables = {
        "MCU_MUNICIPALITY": MUNICIPALITY,
        "MCU_UNDO_SECONDS": "0",  # no test waits for the clock
        "MCU_STAFF_CHAT": f"{staff}:{STAFF_ROOMS[staff]}",
        "MCU_WEB_CHAT": "on" if "web" in channels else "off",
        **({"MCU_DATABASE_URL": database_url} if database_url else {}),
    }
    async with AsyncExitStack() as stack:
        messengers: dict[str, FakeMessenger] = {}
        if "telegram" in channels:
            telegram = telegram or FakeTelegram()
            await stack.enter_async_context(telegram)
            telegram.twice = telegram.late = twice
            messengers["telegram"] = telegram
            variables["MCU_TELEGRAM_TOKEN"] = telegram.token
            variables["MCU_TELEGRAM_API_URL"] = telegram.url
        if "vk" in channels:
            vk = await stack.enter_async_context(vk or FakeVk())
            vk.twice = vk.late = twice
            messengers["vk"] = vk
            variables["MCU_VK_TOKEN"] = vk.token
            variables["MCU_VK_GROUP_ID"] = str(vk.group_id)
            variables["MCU_VK_API_URL"] = vk.url
        if "max" in channels:
            max_ = await stack.enter_async_context(max_ or FakeMax())
            max_.twice = max_.late = twice
            max_.retrying = HASTY
            messengers["max"] = max_
            variables["MCU_MAX_TOKEN"] = max_.token
            variables["MCU_MAX_API_URL"] = max_.url
        if webhooks:
            variables["MCU_PUBLIC_URL"] = PUBLIC_URL
            if "telegram" in channels:
                variables["MCU_TELEGRAM_SECRET"] = TELEGRAM_SECRET
            if vk and "vk" in channels:
                variables["MCU_VK_SECRET"] = vk.secret
                variables["MCU_VK_CONFIRMATION"] = vk.confirmation
            if "max" in channels:
                variables["MCU_MAX_SECRET"] = MAX_SECRET
        process = runs(folder, variables | dict(environ or {}), module)
        if "web" in channels:
            people = WebPeople("", partial(staff_code, process.database_url), twice=twice)
            people.late, people.public_url = twice, PUBLIC_URL
            messengers["web"] = await stack.enter_async_context(people)
        town = LiveTown(process, staff, messengers)
        _ = town.staff_room  # made before anybody is there
        stack.push_async_exit(process.__aexit__)
        stack.callback(lambda: print(process.output))  # noqa: T201 - pytest shows it of what fails
        await town.start()
        yield town
