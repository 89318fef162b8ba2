"""The MAX adapter beside its fake, and parts to send through it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.channels.max.adapter import MaxAdapter
from bot.protocol import Attachment
from config.texts import Texts
from storage.messages import Address, Button
from tests.fakes.files import MemoryFiles
from tests.fakes.max import GROUP, FakeMax
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person

JPEG = b"\xff\xd8\xff" + b"photo" * 100
PDF = b"%PDF-1.7 act"
FILM = b"\0\0\0\x18ftypmp42 film"
SECRET = "a-word-between-us"
PUBLIC_URL = "https://bor.example.ru"
HOOK = f"{PUBLIC_URL}/webhook/max"
STAFF = Address("max", GROUP)


def make_adapter(fake: FakeMax, files: MemoryFiles | None = None, **options: Any) -> MaxAdapter:
    kept = files if files is not None else MemoryFiles(photo=JPEG, act=PDF, film=FILM)
    given: dict[str, Any] = {"api_url": fake.url, "pause": 0.01} | options
    return MaxAdapter(fake.token, kept, Texts.load(), **given)


def anna_at(fake: FakeMax) -> Person:
    """Anna, who has pressed «Начать» before."""
    anna = fake.person("42", "Анна Ли")
    fake.dialogs["42"] = "active"
    return anna


def address_of(person: Person) -> Address:
    return Address("max", person.room.id)


@asynccontextmanager
async def polling(fake: FakeMax, inbox: MemoryInbox, **options: Any) -> AsyncIterator[MaxAdapter]:
    """An adapter that receives by long poll."""
    adapter = make_adapter(fake, **options)
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    try:
        yield adapter
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await adapter.close()


@asynccontextmanager
async def served(fake: FakeMax, inbox: MemoryInbox, **options: Any) -> AsyncIterator[str]:
    """An adapter behind its webhook; the address where it really listens."""
    adapter = make_adapter(fake, webhook=PUBLIC_URL, secret=SECRET, **options)
    app = web.Application()
    app.router.add_routes(adapter.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.webhook_base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    try:
        yield fake.webhook_base
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await runner.cleanup()
        await adapter.close()


def rows(*labels: str, **more: Any) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(label, press=f"press={label}", **more),) for label in labels)


def photo(name: str = "яма.jpg", **more: Any) -> Attachment:
    return Attachment("photo", name, "image/jpeg", **({"key": "photo"} | more))


def film(name: str = "яма.mp4", **more: Any) -> Attachment:
    return Attachment("video", name, "video/mp4", **({"key": "film"} | more))


def paper(name: str = "акт.pdf", **more: Any) -> Attachment:
    return Attachment("document", name, "application/pdf", **({"key": "act"} | more))
