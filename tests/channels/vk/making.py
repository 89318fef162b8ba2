"""The VK adapter beside its fake, and where messages go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.vk.adapter import VkAdapter
from config.texts import Texts
from storage.messages import Address, Button
from tests.fakes.files import MemoryFiles
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk

JPEG = b"\xff\xd8\xff" + b"photo" * 100
PDF = b"%PDF-1.7 act"
YES = ((Button("Да", "yes=1", number=1), Button("Нет", "no=1", number=2)),)


def make_adapter(vk: FakeVk, **settings: Any) -> VkAdapter:
    files = MemoryFiles(photo=JPEG, act=PDF)
    given: dict[str, Any] = {"api_url": vk.url, "pause": 0.01} | settings
    return VkAdapter(vk.token, vk.group_id, files, Texts.load(), **given)


@asynccontextmanager
async def polling(adapter: VkAdapter, inbox: MemoryInbox) -> AsyncIterator[None]:
    """The adapter receives by long poll, and has taken its first ts."""
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    try:
        await inbox.until(lambda: inbox.kept_cursor is not None or task.done())
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def anna_at(vk: FakeVk) -> Address:
    vk.person("42", "Анна Петрова")
    return Address("vk", "42")


def staff_at(vk: FakeVk) -> Address:
    return Address("vk", vk.conversation().id)
