"""The Telegram adapter beside its fake, and parts to send through it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.telegram.adapter import TelegramAdapter
from bot.protocol import Attachment
from config.texts import Texts
from storage.messages import Address, Button
from tests.fakes import telegram
from tests.fakes.files import MemoryFiles
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.telegram import FakeTelegram

JPEG = b"\xff\xd8 a photo of a hole"
PDF = b"%PDF a paper"
SECRET = "a-word-between-us"
GROUP = Address("telegram", telegram.GROUP)
ANNA = Address("telegram", "42")


def make_adapter(
    telegram: FakeTelegram, files: MemoryFiles | None = None, **options: Any
) -> TelegramAdapter:
    return TelegramAdapter(
        telegram.token,
        files if files is not None else MemoryFiles(),
        Texts.load(),
        api_url=telegram.url,
        pause=0.01,
        **options,
    )


@asynccontextmanager
async def polling(
    telegram: FakeTelegram, inbox: MemoryInbox, **options: Any
) -> AsyncIterator[None]:
    adapter = make_adapter(telegram, **options)
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await adapter.close()


def rows(*labels: str, **more: Any) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(label, press=f"press={label}", **more),) for label in labels)


def photo(key: str = "photo", **more: Any) -> Attachment:
    return Attachment("photo", "hole.jpg", "image/jpeg", **({"key": key} | more))


def paper(**more: Any) -> Attachment:
    return Attachment("document", "акт.pdf", "application/pdf", **({"key": "paper"} | more))
