"""Attackers who write in Telegram and VK."""

import itertools
from typing import Any

from tests.attack.attackers.attacker import PATIENCE, Attacker, Target
from tests.attack.attackers.floods import ASKED_FOR_FILES
from tests.attack.attackers.guests import STRANGE, Guest
from tests.attack.attackers.talkers import FORGED, SHORT_WORDS
from tests.fakes.messenger import FakeMessenger, Person, Upload
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk
from tests.support.towns.live import TEXTS, Reader

ACCOUNTS = 10  # of one attacker
LIGHT = 2 * 1024**2  # bytes
SEEN = 30  # messages of a chat that are kept


class Stranger(Attacker):
    """One with a few accounts in a messenger."""

    messenger: FakeMessenger
    about: str

    def __init__(self, target: Target, number: int, messenger: FakeMessenger) -> None:
        self.messenger = messenger
        self.name = f"{TITLES[messenger.channel]}: {self.about}"
        super().__init__(target, number)
        self._next = itertools.count(9_000_000 + number * 10_000)
        self.people = [self.newcomer() for _ in range(ACCOUNTS)]

    def newcomer(self) -> Person:
        return self.messenger.person(str(next(self._next)), "Прохожий")

    @property
    def anybody(self) -> Person:
        """One of the accounts; what it was written is counted and put away."""
        person = self.dice.choice(self.people)
        self.puts_away(person, SEEN)
        return person

    def puts_away(self, person: Person, but: int = 0) -> None:
        """Count what the bot wrote there, and keep only so many messages."""
        shown = person.room.shown
        away = shown[: max(0, len(shown) - but)]
        self.answered("ответ бота", sum(not one.author for one in away))
        del shown[: len(away)]

    async def leaves(self) -> None:
        for person in self.people:
            self.puts_away(person)

    async def begins(self, last: int, person: Person | None = None) -> Guest:
        """Somebody new who went that far with an appeal."""
        reader = Reader(person or self.newcomer())
        guest = Guest(reader, STRANGE.format(self.strikes_made))
        await guest.walks(0, last, 3 * PATIENCE)
        return guest


class Documents(Stranger):
    """Hostile files as documents: of strangers, and of those who were asked for files."""

    pause = 1.5

    about = "вредные файлы, без согласия и посреди обращения"

    async def prepares(self) -> None:
        """Take the light ones: a messenger keeps what it was given, and here the same bytes."""
        light = [path for path in self.target.hostile if path.stat().st_size <= LIGHT]
        self.files = [(path.name, path.read_bytes()) for path in light]

    async def strikes(self) -> None:
        name, content = self.dice.choice(self.files)
        upload = Upload(content, name, "application/octet-stream", "document")
        if self.strikes_made % 5 == 0:
            guest = await self.begins(ASKED_FOR_FILES)
            self.sent("посреди обращения")
            await guest.reader.person.sends(upload)
            self.puts_away(guest.reader.person)
        else:
            self.sent("без согласия")
            await self.anybody.sends(upload)


class Words(Stranger):
    """Texts that are hard to search, as long as the messenger takes them."""

    pause = 0.7

    about = "«люклюклюк…», слово без конца, /find и цифры"

    async def strikes(self) -> None:
        self.sent("текст")
        await self.anybody.says(self.dice.choice(SHORT_WORDS))


class Forwards(Stranger):
    """Messages of VK that hold a hundred others, each as long as a message may be."""

    about = "сообщение из 100 пересланных"
    pause = 3
    messenger: FakeVk

    async def strikes(self) -> None:
        self.sent("100 пересланных")
        texts = [self.dice.choice(SHORT_WORDS) for _ in range(100)]
        inner: list[dict[str, Any]] = [
            {"date": 1, "from_id": 77, "text": text, "attachments": [], "fwd_messages": []}
            for text in texts
        ]
        person = self.anybody
        await self.messenger.post(person, person.room, fwd_messages=inner)


class TelegramPresses(Stranger):
    """Forged presses."""

    about = "поддельные нажатия"
    pause = 1.5
    messenger: FakeTelegram

    async def strikes(self) -> None:
        person = self.anybody
        said = await person.says("/start")
        for _ in range(5):
            self.sent("нажатие")
            payload = self.dice.choice(FORGED)[:64]
            await self.messenger.press_data(person, person.room, said.id, payload)


class VkPresses(Stranger):
    """Forged presses."""

    about = "поддельные нажатия"
    pause = 0.3
    messenger: FakeVk

    async def strikes(self) -> None:
        person = self.anybody
        payload: object = self.dice.choice(
            ({"p": self.dice.choice(FORGED)}, {"command": "start"}, [], "x", 7, None, {"p": {}})
        )
        self.sent("нажатие")
        event = f"press-{self.number}-{self.strikes_made}"
        self.messenger.presses.add(event)
        pressed = {
            "user_id": int(person.account),
            "peer_id": int(person.room.id),
            "event_id": event,
            "payload": payload,
            "conversation_message_id": self.dice.randrange(1000),
        }
        await self.messenger.happens("message_event", pressed)


class Deletes(Stranger):
    """People who file, take their consent back and begin again."""

    pause = 1

    about = "/delete_me без конца"

    async def strikes(self) -> None:
        guest = await self.begins(9, self.anybody)
        person = guest.reader.person
        self.sent("удаление")
        await person.says("/delete_me")
        await person.presses(TEXTS("delete-yes"))
        await person.sees(TEXTS("deleted")[:30], timeout=3 * PATIENCE)
        self.answered("удалено")


TITLES = {"telegram": "Telegram", "vk": "ВКонтакте"}


def strangers(target: Target, first: int, telegram: FakeTelegram, vk: FakeVk) -> list[Stranger]:
    """All of them; their numbers begin with ``first``."""
    kinds: list[tuple[type[Stranger], FakeMessenger]] = [
        (Documents, telegram),
        (Documents, vk),
        (Words, telegram),
        (Words, vk),
        (Forwards, vk),
        (TelegramPresses, telegram),
        (VkPresses, vk),
        (Deletes, telegram),
        (Deletes, vk),
    ]
    return [kind(target, number, fake) for number, (kind, fake) in enumerate(kinds, first)]
