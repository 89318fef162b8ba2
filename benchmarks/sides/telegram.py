"""A Telegram that costs little: the Bot API on a socket, and residents who file appeals.

What it checks is no more than a resident needs to go on; the specification is checked by the fake
of the tests. It pushes updates to the bot's webhook, each resident's in order.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from benchmarks.sides.wire import Connection, serve

TOKEN = "4200000001:TOKEN-of-a-benchmark"  # noqa: S105 - of nobody
SECRET = "a-word-between-telegram-and-us"  # noqa: S105 - as above
STAFF_CHAT = -1001234567890
ME = {"id": 4200000001, "is_bot": True, "first_name": "МЦУ", "username": "mcu_bench_bot"}
PATIENCE = 30.0  # seconds for a reply
DESCRIPTION = "На дороге у дома 5 по улице Мира большая яма, пробил колесо"
# What a resident sends: a text, or a button by the beginning of its data; and the beginning of the
# data of a button by which the answer is known (empty: any message).
APPEAL = (
    ("/new", "", "form=cancel.what"),
    (DESCRIPTION, "", "category=t"),
    ("", "category=t", ""),
    ("ул. Мира, 5", "", "send=yes"),
    ("", "send=yes", "comment:"),
)
CONSENT = (("/start", "", "consent:yes"), ("", "consent:yes", "new:appeal"))
Step = tuple[str, str, str]


class Telegram:
    """The server's side."""

    def __init__(self) -> None:
        self.port = 0
        self.sent = 0  # messages of the bot
        self.residents: dict[int, Resident] = {}
        self.update_ids = itertools.count(1)
        self._message_ids = itertools.count(1)

    @property
    def url(self) -> str:
        """Where the Bot API is."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, body: bytes) -> bytes:
        """One call of the Bot API."""
        method = path.rpartition("/")[2].partition("?")[0].lower()
        result: Any = True
        if method == "getme":
            result = ME
        elif method in {"sendmessage", "editmessagetext"}:
            result = self._sent(_call(body))
        return json.dumps({"ok": True, "result": result}).encode()

    def _sent(self, call: dict[str, Any]) -> dict[str, Any]:
        self.sent += 1
        chat = int(call["chat_id"])
        message = next(self._message_ids)
        if resident := self.residents.get(chat):
            resident.reads(message, call.get("reply_markup") or {})
        return {
            "message_id": message,
            "date": int(time.time()),
            "chat": _chat(chat),
            "from": ME,
            "text": call["text"],
        }


class Resident:
    """A person who does step after step, each once the bot has answered the one before."""

    def __init__(self, telegram: Telegram, account: int, *, by_buttons: bool) -> None:
        self._telegram = telegram
        self._account = account
        self._by_buttons = by_buttons  # the answer is known by its buttons; else any message is one
        self._pressable: dict[str, int] = {}
        self._expected = ""
        self._answered: asyncio.Future[float] | None = None
        self._messages = itertools.count(1)
        telegram.residents[account] = self

    async def does(self, step: Step, connection: Connection) -> float:
        """Send an update; seconds until the bot's answer is in the chat."""
        text, press, self._expected = step
        self._answered = asyncio.get_running_loop().create_future()
        update = self._pressed(press) if press else self._said(text)
        update["update_id"] = next(self._telegram.update_ids)
        body = json.dumps(update).encode()
        secret = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
        began = time.perf_counter()
        status = await connection.post("/webhook/telegram", body, secret)
        if status != 200:
            raise AssertionError(f"the bot answered {status}")
        async with asyncio.timeout(PATIENCE):
            return await self._answered - began

    def reads(self, message: int, markup: dict[str, Any]) -> None:
        """A message of the bot is there."""
        data = [
            b.get("callback_data", "") for row in markup.get("inline_keyboard", ()) for b in row
        ]
        self._pressable.update(dict.fromkeys(data, message))
        expected = self._expected if self._by_buttons else ""
        if expected and not any(one.startswith(expected) for one in data):
            return
        if self._answered and not self._answered.done():
            self._answered.set_result(time.perf_counter())

    def _said(self, text: str) -> dict[str, Any]:
        return {"message": {**self._message(next(self._messages)), "text": text}}

    def _pressed(self, press: str) -> dict[str, Any]:
        fitting = [data for data in self._pressable if data.startswith(press)]
        data = fitting[-1] if fitting else f"{press}#none"
        under = self._message(self._pressable.get(data, 1)) | {"from": ME, "text": "Вопрос"}
        query = {"id": str(next(self._messages)), "from": self._person(), "chat_instance": "1"}
        self._pressable.clear()
        return {"callback_query": {**query, "message": under, "data": data}}

    def _message(self, number: int) -> dict[str, Any]:
        return {
            "message_id": number,
            "date": int(time.time()),
            "chat": _chat(self._account),
            "from": self._person(),
        }

    def _person(self) -> dict[str, Any]:
        name = {"first_name": "Анна", "last_name": "Ильина", "language_code": "ru"}
        return {"id": self._account, "is_bot": False, **name}


def _call(body: bytes) -> dict[str, Any]:
    """The parameters of a call, which come as JSON or as a form."""
    if body.startswith(b"{"):
        call: dict[str, Any] = json.loads(body)
        return call
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    markup = form.get("reply_markup")
    return {**form, "reply_markup": json.loads(markup) if markup else None}


def _chat(account: int) -> dict[str, Any]:
    if account < 0:
        return {"id": account, "type": "supergroup", "title": "Служебный чат"}
    return {"id": account, "type": "private", "first_name": "Анна"}


def appeals(count: int) -> Iterator[Step]:
    """The steps of filing so many."""
    return itertools.chain.from_iterable(itertools.repeat(APPEAL, count))


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """A server that runs as long as the block."""
    made = Telegram()
    server = await serve(made.answer)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
