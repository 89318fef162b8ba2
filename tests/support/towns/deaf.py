"""Towns on a messenger that keeps something from bots: voices, or what is said in groups."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from config.settings.channels import MESSENGERS, ChannelSettings, variable
from tests.fakes.memory import MemoryMessenger
from tests.support.towns.conversation import Town, town

WITHOUT_VOICES = [row for row in MESSENGERS if not row.brings_voice]
WITHOUT_GROUPS = [row for row in MESSENGERS if not row.reads_groups]


@asynccontextmanager
async def town_on(row: ChannelSettings, folder: Path, url: str) -> AsyncIterator[Town]:
    """A town that has that messenger alone; its admin has the account 7."""
    environ = {
        variable(row.token): "x" * 40,
        "MCU_ADMINS": f"{row.name}:7",
        "MCU_TELEGRAM_TOKEN": "",
        "MCU_VK_TOKEN": "",
        "MCU_VK_GROUP_ID": "",
    }
    messengers = (MemoryMessenger(row.name),)
    async with town(folder, url=url, messengers=messengers, environ=environ) as running:
        yield running
