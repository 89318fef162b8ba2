"""An adapter for each channel that is on; of a channel that is off nothing is loaded."""

import subprocess
import sys

from config.settings.channels import CHANNELS
from tests.paths import ROOT

LIBRARIES = {"max": "", "telegram": "aiogram", "vk": "vk_api", "web": "jinja2"}
SCRIPT = """
import asyncio, json, sys
from datetime import UTC, datetime

from obstore.store import MemoryStore

from bot.channels import Parts, make_adapters
from bot.examining.examiner import Examiner
from bot.files.store import FileStore
from config.settings import load_settings
from config.texts import Texts
from storage.database import Database

async def made(environ):
    settings, database = load_settings(environ), Database.open("sqlite+aiosqlite://")
    adapters = make_adapters(
        Parts(
            settings=settings,
            texts=Texts.load(),
            database=database,
            store=FileStore(MemoryStore()),
            examiner=Examiner.of(settings, database, lambda: datetime.now(UTC)),
        )
    )
    for name, adapter in adapters.items():
        assert adapter.channel == name
        await adapter.close()
    await database.close()
    return list(adapters)

names = asyncio.run(made(json.loads(sys.argv[1])))
print(*names, ":", *sorted({"aiogram", "vk_api", "jinja2"} & {*sys.modules}))
"""
TELEGRAM = (
    '{"MCU_TELEGRAM_TOKEN": "123456:AAAAAAAAAAAAAAAAAAAAAAAA", "MCU_STAFF_CHAT": "telegram:-1"}'
)
VK = '{"MCU_VK_TOKEN": "key", "MCU_VK_GROUP_ID": "1"}'


def made(environ: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT, environ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_channel_that_is_off_is_not_loaded() -> None:
    assert LIBRARIES.keys() == CHANNELS.keys()
    assert made("{}") == "web : jinja2"
    assert made(TELEGRAM) == "telegram : aiogram"
    assert made('{"MCU_MAX_TOKEN": "a-token-of-max"}') == "max web : jinja2"
    assert made(VK) == "vk web : jinja2 vk_api"  # its staff is on the site
