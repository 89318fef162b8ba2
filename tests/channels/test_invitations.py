"""The links by which the channels begin with a code, as their messengers name us."""

from pathlib import Path

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.channels.telegram.adapter import TelegramAdapter
from bot.failures import RetryLater
from bot.protocol import Inviter
from config.texts import Texts
from tests.channels.max.making import make_adapter as max_adapter
from tests.channels.telegram.making import make_adapter as telegram_adapter
from tests.channels.vk.making import make_adapter as vk_adapter
from tests.fakes.echo import EchoDesk, utc_now
from tests.fakes.files import MemoryFiles
from tests.fakes.max import FakeMax
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk

CODE = "p-x7k2ab"


async def test_telegram_is_asked_for_its_bots_name(telegram: FakeTelegram) -> None:
    adapter: TelegramAdapter = telegram_adapter(telegram, MemoryFiles())

    link = await adapter.invitation(CODE)

    assert isinstance(adapter, Inviter)
    assert link == f"https://t.me/{telegram.username}?start={CODE}"
    await adapter.close()


async def test_max_is_asked_for_its_bots_name(fake_max: FakeMax) -> None:
    adapter: MaxAdapter = max_adapter(fake_max)

    link = await adapter.invitation(CODE)

    assert isinstance(adapter, Inviter)
    assert link == f"https://max.ru/mcu_test_bot?start={CODE}"
    await adapter.close()


@pytest.mark.parametrize("adapter", ["telegram", "max"])
async def test_a_messenger_that_is_away_is_asked_again_later(
    adapter: str, fake_max: FakeMax
) -> None:
    nobody = "http://127.0.0.1:9"
    made: TelegramAdapter | MaxAdapter
    if adapter == "telegram":
        made = TelegramAdapter("123:" + "A" * 35, MemoryFiles(), Texts.load(), api_url=nobody)
    else:
        made = max_adapter(fake_max, api_url=nobody)

    with pytest.raises(RetryLater):
        await made.invitation(CODE)
    await made.close()


async def test_vk_is_known_by_its_community(vk: FakeVk) -> None:
    adapter = vk_adapter(vk)

    assert isinstance(adapter, Inviter)
    assert await adapter.invitation(CODE) == f"https://vk.me/club{vk.group_id}?ref={CODE}"
    await adapter.close()


async def test_the_site_is_known_by_its_public_address(tmp_path: Path) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_PUBLIC_URL="https://town.example")
    await desk.start()

    assert isinstance(desk.adapter, Inviter)
    assert await desk.adapter.invitation(CODE) == "https://town.example/?place=x7k2ab"
    assert await desk.adapter.invitation("t-roads") == "https://town.example/?topic=roads"
    await desk.stop()
