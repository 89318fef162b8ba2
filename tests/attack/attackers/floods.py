"""Attackers who upload: hostile files, whole disks, a file of one byte a thousand times; and hang up."""

import asyncio

import aiohttp

from tests.attack.attackers.attacker import FAILED, PATIENCE, WebAttacker
from tests.attack.attackers.guests import STRANGE, Addressed, Guest
from tests.fakes.messenger import Upload
from tests.faults.world.people import STEPS
from tests.support.pictures import picture
from tests.support.towns.live import Reader

ASKED_FOR_FILES = 6  # the step of an appeal at which files are waited for


class Strangers(WebAttacker):
    """Hostile files of people who never said a word, each with a cookie of their own."""

    name = "сайт: вредные файлы, каждый раз новый посетитель"
    hands = 2
    pause = 1

    async def strikes(self) -> None:
        name, content = self.hostile()
        self.sent("файл")
        self.answered(await self.uploads([(name, content)], seconds=3 * PATIENCE))


class AskedForFiles(WebAttacker):
    """Hostile files of somebody who agreed to all, and is asked for files."""

    name = "сайт: вредные файлы посреди обращения"
    pause = 2

    async def prepares(self) -> None:
        self.people = Addressed(self.url, address=self.address)

    async def strikes(self) -> None:
        self.people.url = self.url
        account = self.made_up()
        guest = Guest(Reader(self.people.person(account)), STRANGE.format(self.strikes_made))
        try:
            await guest.walks(0, ASKED_FOR_FILES, PATIENCE)
            for _ in range(4):
                name, content = self.hostile()
                self.sent("файл")
                before = self.people.notices.total()
                await guest.reader.person.sends(Upload(content, name, kind="document"))
                refused = self.people.notices.total() > before
                self.answered("отказ со словами" if refused else "принят")
        finally:
            await self.people.forgets(account)

    async def leaves(self) -> None:
        await self.people.stop()


class HangsUp(WebAttacker):
    """Files that take long to look through, of people who do not wait for the answer."""

    name = "сайт: тяжёлый снимок, и отправитель кладёт трубку"
    hands = 4
    pause = 2

    async def strikes(self) -> None:
        name, content = self.hostile()
        self.sent("файл")
        self.answered(await self.uploads([(name, content)], seconds=1.5))


class FillsDisk(WebAttacker):
    """The largest files that are taken, a new cookie each."""

    name = "сайт: заполняет диск файлами по 19 МБ"
    pause = 3
    most = 300  # 5.7 GB, were all of them kept

    async def prepares(self) -> None:
        self.filling = b"%PDF-1.7\n" + bytes(19 * 1024**2)

    async def strikes(self) -> None:
        self.sent("19 МБ")
        self.answered(await self.uploads([("план.pdf", self.filling)]))


class OneByteFiles(WebAttacker):
    """Ten files of one byte a request, of one cookie and of many."""

    name = "сайт: тысячи файлов по одному байту"
    hands = 2
    pause = 0.2

    async def prepares(self) -> None:
        self.own = await self.token()

    async def strikes(self) -> None:
        token = self.own if self.dice.random() < 0.5 else await self.token()
        self.sent("файл", 10)
        self.answered(await self.uploads([("a.txt", b"a")] * 10, token=token))


class SlowReader(WebAttacker):
    """Downloads that are not read: of files of a chat, and of what the pages are made of."""

    name = "сайт: скачивает и не читает"
    hands = 6
    pause = 0.5

    async def prepares(self) -> None:
        self.people = Addressed(self.url, address=self.address)
        self.reader = Reader(self.people.person(self.made_up()))
        self.paths = ["/chat", "/static/chat.js", "/staff"]
        guest = Guest(self.reader, STRANGE.format(0))
        try:
            await guest.walks(0, ASKED_FOR_FILES, PATIENCE)
            await guest.reader.person.sends(Upload(picture(size=(3000, 2000)), "яма.png"))
        except FAILED:
            self.answered("файл не принят")
            return
        own = [shown for shown in self.reader.person.room.shown if shown.files]
        self.paths += [f"/files/{shown.id}/0" for shown in own] * 5

    async def strikes(self) -> None:
        url = self.people.url
        path = self.dice.choice(self.paths)
        page = await self.people.page(self.reader.person, self.reader.person.room)
        cookies = "; ".join(f"{one.key}={one.value}" for one in page.http.cookie_jar)
        self.sent("скачивание")
        port = int(url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, local_addr=(self.peer, 0), limit=1024
        )
        try:
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {self.address}\r\n"
            writer.write(f"{head}Cookie: {cookies}\r\n\r\n".encode() * 5)
            line = await asyncio.wait_for(reader.readline(), PATIENCE)
            self.answered(line.decode(errors="replace")[9:12] or "закрыто")
            await asyncio.sleep(PATIENCE)
        finally:
            writer.transport.abort()

    async def leaves(self) -> None:
        await self.people.stop()
        await super().leaves()


class Guests(WebAttacker):
    """New residents without end from one address, each filing one appeal."""

    name = "сайт: обращения без конца с одного адреса"
    hands = 4
    pause = 0.2

    async def prepares(self) -> None:
        self.people = Addressed(self.url, address=self.address)

    async def strikes(self) -> None:
        self.people.url = self.url
        account = self.made_up()
        guest = Guest(Reader(self.people.person(account)), STRANGE.format(self.strikes_made))
        self.sent("посетитель")
        before = self.people.notices.total()
        try:
            await guest.walks(0, len(STEPS), 5)
            self.answered("подано")
        except AssertionError:
            self.answered(
                "отказ со словами" if self.people.notices.total() > before else "молчание"
            )
        except aiohttp.ClientError:
            self.answered("соединение оборвано")
        finally:
            await self.people.forgets(account)

    async def leaves(self) -> None:
        await self.people.stop()
