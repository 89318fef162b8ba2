"""Attackers at the page's socket: words that are hard to read, bad frames, forged presses, reconnects."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from tests.attack.attackers.attacker import PATIENCE, WebAttacker
from tests.attack.attackers.guests import STRANGE, Addressed, Guest
from tests.support.towns.live import TEXTS, Reader

# What the searches and the watch for emergencies read; the site takes 20,000 signs.
HARD_WORDS = (
    "люк" * 6_666,
    "открытый " * 2_200,
    "запах" * 4_000,
    "ё" * 20_000,
    "х" * 19_990,
    "а-" * 10_000,
    "яма " * 5_000,
    "й" * 10_000,
    "МЦУ-26-" * 2_800,
    "/find " + "я" * 19_000,
    "/find " + "7" * 5_000,
    "/find МЦУ-26-",
    "9" * 20_000,
    "/my " + "1" * 10_000,
)
SHORT_WORDS = tuple(text[:4096] for text in HARD_WORDS)  # as long as messengers take them
FORGED = (
    *("take:1", "answer:1", "appeal:1", "show:1", "history:1", "adm.x=1#adm.key", "=", "#", ":"),
    *("appeal:999999999999999999999", "send=yes#key00001", "my:²", "consent:yes", "x" * 255, "=#:"),
)


class Talker(WebAttacker):
    """One that speaks through the page's socket."""

    @asynccontextmanager
    async def socket(self, token: str = "") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A page's, with that cookie or a new one."""
        url = self.url
        headers = await self.headers(url, token)
        async with (
            asyncio.timeout(3 * PATIENCE),
            self.http.ws_connect(f"{url}/ws/chat", headers=headers, max_msg_size=0) as socket,
        ):
            yield socket

    async def acts(self, socket: aiohttp.ClientWebSocketResponse, **act: object) -> str:
        """Do it as a page does; the type of the answer."""
        own = str(uuid.uuid4())
        await socket.send_json({"id": own, **act})
        while True:
            frame = await socket.receive(PATIENCE)
            if frame.type is not aiohttp.WSMsgType.TEXT:
                return f"закрыто {frame.data}"
            answer = frame.json()
            if answer.get("id") == own:
                return ANSWERS.get(answer["type"], str(answer["type"]))


ANSWERS = {"ack": "принято", "refused": "отказ со словами", "retry": "позже", "work": "задача"}


class Words(Talker):
    """Texts that are hard to search, as long as the site takes them."""

    name = "сайт: «люклюклюк…», одно слово в 20 000 букв, /find и цифры"
    hands = 2
    pause = 0.3

    async def strikes(self) -> None:
        async with self.socket() as socket:
            for _ in range(20):
                text = self.dice.choice(HARD_WORDS)
                self.sent("текст")
                said = await self.acts(socket, type="say", text=text, reply_to="", files=[])
                self.answered(said)
                if said.startswith("закрыто"):
                    return
                await asyncio.sleep(self.pause)


class Frames(Talker):
    """Frames that no page sends, and too many of those that it does; many cookies, one address."""

    name = "сайт: поток кадров: негодные, двоичные, ping, hello, older"
    hands = 20
    pause = 1

    async def strikes(self) -> None:
        async with self.socket() as socket:
            reading = asyncio.create_task(self._reads(socket))
            try:
                for _ in range(200):
                    if socket.closed:
                        break
                    await self._sends(socket)
                    await asyncio.sleep(0.02)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
            self.answered(f"закрыто {socket.close_code}" if socket.closed else "выслушан")

    async def _sends(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        kind = self.dice.choice(("негодный", "двоичный", "ping", "hello", "older", "глубокий"))
        self.sent(kind)
        match kind:
            case "негодный":
                await socket.send_str('{"type": "say", "id": 7, "text": [' + '"x",' * 500)
            case "двоичный":
                await socket.send_bytes(b"\x00" * 1000)
            case "ping":
                await socket.ping()
            case "hello":
                await socket.send_json({"type": "hello"})
            case "older":
                await socket.send_json({"type": "older", "before": 2**62})
            case _:
                await socket.send_str("[" * 20_000)

    async def _reads(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for _ in socket:
            pass


class Reconnects(Talker):
    """Pages that open and close at once, and some that only begin."""

    name = "сайт: переподключения без конца"
    hands = 10
    pause = 0.05

    async def strikes(self) -> None:
        self.sent("соединение")
        token = f"{self.dice.randrange(50):043d}"
        async with self.socket(token) as socket:
            await socket.send_str(json.dumps({"type": "hello"}))
            if self.dice.random() < 0.5:
                await socket.receive(PATIENCE)
            self.answered("открыто")


class Presses(Talker):
    """Presses of buttons that are nobody's, under messages of one's own and of others."""

    name = "сайт: поддельные нажатия"
    hands = 2
    pause = 0.5

    async def strikes(self) -> None:
        async with self.socket() as socket:
            self.answered(await self.acts(socket, type="say", text="/start", reply_to="", files=[]))
            for _ in range(30):
                self.sent("нажатие")
                said = await self.acts(
                    socket,
                    type="press",
                    payload=self.dice.choice(FORGED),
                    message=str(self.dice.randrange(500)),
                )
                self.answered(said)
                if said.startswith("закрыто"):
                    return
                await asyncio.sleep(0.1)


class Deletes(Talker):
    """Residents who file, take their consent back and agree again, without end."""

    name = "сайт: /delete_me без конца"
    pause = 0.5

    async def prepares(self) -> None:
        self.people = Addressed(self.url, address=self.address)

    async def strikes(self) -> None:
        self.people.url = self.url
        account = self.made_up()
        reader = Reader(self.people.person(account))
        guest = Guest(reader, STRANGE.format(self.strikes_made))
        try:
            for _ in range(3):
                await guest.walks(0, 5, PATIENCE)
                await reader.says("/delete_me")
                await reader.presses("delete-yes")
                await reader.person.sees(TEXTS("deleted")[:30])
                self.sent("удаление")
                self.answered("удалено")
        finally:
            await self.people.forgets(account)

    async def leaves(self) -> None:
        await self.people.stop()
        await super().leaves()
