"""Messengers as they are in a storm: each update comes 1 to 3 times, and each moment may be the last.

All bring what was not acknowledged again: Telegram's polling from the unconfirmed offset, VK's from
the ``ts`` that is asked for, MAX's from the marker, and webhooks after growing pauses
(core.telegram.org/bots/api#setwebhook, dev.vk.com/api/callback/getting-started, dev.max.ru/docs-api).
A chat's updates are pushed one after the other, those of different chats at once.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.max import FakeMax
from tests.fakes.max.messages import Call as MaxCall
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.state import Call, Queued
from tests.fakes.vk import FakeVk
from tests.faults.world.kills import Reaper

MOST_COPIES = 3
AT_ONCE = 0.2  # of the updates have their copies come at the same moment
LATE = 0.1  # of the copies come after others
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.8  # seconds between pushes that are not taken
TELEGRAM_SENDS = {"sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument", "editMessageText"}
VK_SENDS = {"messages.send", "messages.edit", "execute"}
MAX_SENDS = {"POST /messages", "PUT /messages", "POST /answers"}


class Copies:
    """Brings an update its number of times, each until it is taken."""

    def __init__(self, dice: Random, push: Callable[[Any], Awaitable[bool]]) -> None:
        self._dice = dice
        self._push = push
        self._late: set[asyncio.Task[None]] = set()

    async def bring(self, update: Any) -> None:
        """Return once it was taken; some of the copies come later still."""
        copies = self._dice.randint(1, MOST_COPIES)
        if self._dice.random() < AT_ONCE:
            await asyncio.gather(*(self._until_taken(update) for _ in range(copies)))
            return
        await self._until_taken(update)
        for _ in range(copies - 1):
            if self._dice.random() < LATE:
                task = asyncio.create_task(self._later(update))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
            else:
                await self._until_taken(update)

    async def _later(self, update: Any) -> None:
        await asyncio.sleep(self._dice.random() * 2)
        await self._until_taken(update)

    async def _until_taken(self, update: Any) -> None:
        pause = FIRST_PAUSE
        while not await self._push(update):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def close(self) -> None:
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)


async def push_by_chat(
    arriving: asyncio.Queue[Any], copies: Copies, chat_of: Callable[[Any], str]
) -> None:
    """Push a chat's updates one after the other, and those of different chats at once."""
    queues: dict[str, deque[Any]] = {}

    async def push(chat: str) -> None:
        while queues[chat]:
            await copies.bring(queues[chat][0])
            queues[chat].popleft()
        del queues[chat]

    async with asyncio.TaskGroup() as group:
        try:
            while True:
                update = await arriving.get()
                chat = chat_of(update)
                if chat in queues:
                    queues[chat].append(update)
                else:
                    queues[chat] = deque([update])
                    group.create_task(push(chat))
        finally:
            await copies.close()


class StormTelegram(FakeTelegram):
    """Telegram that tells the reaper what happens."""

    def __init__(self, reaper: Reaper) -> None:
        super().__init__()
        self.reaper = reaper
        self._copies: defaultdict[int, int] = defaultdict(
            lambda: reaper.dice.randint(1, MOST_COPIES)
        )
        self._busy: set[str] = set()  # chats with an update on its way to the webhook

    def confirm(self, queued: Queued) -> None:
        queued.confirmed += 1
        if queued.confirmed >= self._copies[queued.raw["update_id"]]:
            self._updates.remove(queued)

    async def _answer(self, http: web.Request, method: str, call: Call) -> web.StreamResponse:
        sends = method in TELEGRAM_SENDS
        if sends and self.reaper.meets("asked"):
            return web.Response(status=502)  # nobody is there to read it
        response = await super()._answer(http, method, call)
        if sends:
            self.reaper.meets("shown")
        elif method == "getUpdates" and self._updates:
            self.reaper.meets("brought")
        return response

    async def _serve_file(self, http: web.Request) -> web.StreamResponse:
        self.reaper.meets("file")
        return await super()._serve_file(http)

    async def _bring(self) -> None:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as client,
            asyncio.TaskGroup() as group,
        ):
            copies = Copies(self.reaper.dice, lambda raw: self._push(client, raw))
            try:
                while True:
                    async with self._changed:
                        await self._changed.wait_for(self._heads)
                    for chat, queued in self._heads().items():
                        self._busy.add(chat)
                        group.create_task(self._bring_one(copies, chat, queued))
            finally:
                await copies.close()

    def _heads(self) -> dict[str, Queued]:
        """The oldest update of each chat that has none on its way."""
        heads: dict[str, Queued] = {}
        if self.webhook:
            for queued in self._updates:
                heads.setdefault(_chat(queued.raw), queued)
        return {chat: queued for chat, queued in heads.items() if chat not in self._busy}

    async def _bring_one(self, copies: Copies, chat: str, queued: Queued) -> None:
        await copies.bring(queued.raw)
        self._updates.remove(queued)
        self._busy.discard(chat)
        await self.changed()

    async def _push(self, client: aiohttp.ClientSession, raw: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]}
        asyncio.get_running_loop().call_soon(self.reaper.meets, "brought")
        url = f"{self.webhook_base}/webhook/telegram"
        try:
            async with client.post(url, json=raw, headers=headers) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def _chat(raw: dict[str, Any]) -> str:
    """Whose turn an update waits for."""
    thing = next(value for key, value in raw.items() if key != "update_id")
    message = thing.get("message", thing)
    return str(message["chat"]["id"])


class StormVk(FakeVk):
    """VK that tells the reaper what happens."""

    def __init__(self, reaper: Reaper) -> None:
        super().__init__()
        self.reaper = reaper
        self._polled: Copies = Copies(reaper.dice, self._put)

    async def deliver(self, update: Any) -> None:
        if self.callback_url:
            self._pushing.put_nowait(update)
        else:
            await self._polled.bring(update)

    async def _put(self, update: Any) -> bool:
        await self.long_poll.put(update)
        return True

    async def stop(self) -> None:
        await self._polled.close()
        await super().stop()

    async def _push_all(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session:
            copies = Copies(self.reaper.dice, lambda update: self._push(session, update))
            await push_by_chat(self._pushing, copies, _peer)

    async def _push(self, session: aiohttp.ClientSession, update: Any) -> bool:
        asyncio.get_running_loop().call_soon(self.reaper.meets, "brought")
        try:
            return await super()._push(session, update)
        except TimeoutError:
            return False

    async def _serve_method(self, request: web.Request) -> web.Response:
        sends = request.match_info["method"] in VK_SENDS
        if sends and self.reaper.meets("asked"):
            return web.Response(status=502)
        response = await super()._serve_method(request)
        if sends:
            self.reaper.meets("shown")
        return response

    async def _serve_long_poll(self, request: web.Request) -> web.Response:
        response = await super()._serve_long_poll(request)
        self.reaper.meets("brought")
        return response

    async def _serve_file(self, request: web.Request) -> web.Response:
        self.reaper.meets("file")
        return await super()._serve_file(request)


def _peer(update: Any) -> str:
    thing = update["object"]
    return str(thing.get("message", thing).get("peer_id") or thing.get("user_id"))


class StormMax(FakeMax):
    """MAX that tells the reaper what happens."""

    def __init__(self, reaper: Reaper) -> None:
        super().__init__()
        self.reaper = reaper
        self.files.on_download = lambda: self.reaper.meets("file")
        self._polled = Copies(reaper.dice, self._keep_one)
        self._arriving: asyncio.Queue[Any] = asyncio.Queue()

    async def queue(self, raw: Any) -> None:
        if self.subscriptions:
            self._arriving.put_nowait(raw)
        else:
            await self._polled.bring(raw)

    async def _keep_one(self, raw: Any) -> bool:
        self._keep(raw)
        await self.changed()
        return True

    async def stop(self) -> None:
        await self._polled.close()
        await super().stop()

    async def push_all(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as client:
            copies = Copies(self.reaper.dice, lambda raw: self._push_once_more(client, raw))
            await push_by_chat(self._arriving, copies, _max_chat)

    async def _push_once_more(self, client: aiohttp.ClientSession, raw: Any) -> bool:
        """Push it to the one that is subscribed now."""
        asyncio.get_running_loop().call_soon(self.reaper.meets, "brought")
        [subscription] = self.subscriptions.values()
        return await self.push_once(client, subscription, raw) == 200

    async def _answer(self, http: web.Request, call: MaxCall) -> web.StreamResponse:
        sends = call.name in MAX_SENDS
        if sends and self.reaper.meets("asked"):
            return web.Response(status=502)
        response = await super()._answer(http, call)
        if sends:
            self.reaper.meets("shown")
        elif call.name == "GET /updates" and self.waiting:
            self.reaper.meets("brought")
        return response


def _max_chat(raw: Any) -> str:
    """Whose turn an update waits for."""
    message = raw.get("message") or {}
    return str(raw.get("chat_id") or message.get("recipient", {}).get("chat_id"))
