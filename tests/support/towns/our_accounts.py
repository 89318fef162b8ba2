"""One installation under several accounts of ours: a town is stopped and started with another token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.protocol import Part
from storage.messages import Address
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person, Room
from tests.support.towns.conversation import Town, town


class Counting(MemoryMessenger):
    """A messenger that counts the messages of each chat from 1, for each account of ours anew."""

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        await super().send(to, part, key=key, reply_to=reply_to)
        return [self._counted(self.room(to.chat))]

    async def _came(self, person: Person, room: Room, text: str = "", files: int = 0) -> str:
        await super()._came(person, room, text, files)
        return self._counted(room)

    def _counted(self, room: Room) -> str:
        room.shown[-1].id = str(len(room.shown))
        return room.shown[-1].id


@dataclass(frozen=True)
class Account:
    """A bot or a community of ours, and the staff chat that the settings name with it.

    Ids of events begin anew for each, as a community's do.
    """

    environ: dict[str, str]
    staff_chat: str
    messenger: Counting = field(default_factory=Counting)

    @property
    def staff_room(self) -> Room:
        return self.messenger.room(self.staff_chat.partition(":")[2])

    def employee(self, name: str = "Мария") -> Person:
        return Person(self.messenger, "900", name, self.staff_room)


def vk(group: int, chat: str = "vk:2000000001") -> Account:
    return Account({"MCU_VK_GROUP_ID": str(group)}, chat, Counting("vk"))


def telegram(bot: int, chat: str = "telegram:-100500") -> Account:
    return Account({"MCU_TELEGRAM_TOKEN": f"{bot}:{'x' * 30}"}, chat)


PAIRS = {
    "communities": lambda: (vk(77001), vk(88002)),
    "bots in a group": lambda: (telegram(111), telegram(222)),
    "bots in a supergroup": lambda: (
        telegram(111, "telegram:-1001234567890"),
        telegram(222, "telegram:-1001234567890"),
    ),
}


@asynccontextmanager
async def town_of(folder: Path, url: str, account: Account) -> AsyncIterator[Town]:
    """The installation with the token of that account, running until the block ends."""
    environ = {**account.environ, "MCU_STAFF_CHAT": account.staff_chat}
    async with town(folder, url=url, environ=environ, messengers=(account.messenger,)) as running:
        yield running
