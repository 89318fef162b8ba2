"""The Telegram adapter, what it keeps, and who writes to it."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from tests.channels.telegram.making import ANNA, GROUP, JPEG, PDF, make_adapter
from tests.fakes.files import MemoryFiles
from tests.fakes.messenger import Person, Room
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles(photo=JPEG, paper=PDF)


@pytest.fixture
async def adapter(telegram: FakeTelegram, files: MemoryFiles) -> AsyncIterator[TelegramAdapter]:
    adapter = make_adapter(telegram, files)
    yield adapter
    await adapter.close()


@pytest.fixture
def anna(telegram: FakeTelegram) -> Person:
    telegram.met.add(ANNA.chat)
    return telegram.person(ANNA.chat, "Анна Ли")


@pytest.fixture
def group(telegram: FakeTelegram) -> Room:
    return telegram.room(GROUP.chat)
