"""How strangers come into a group of Telegram, who is in it and who left."""

from typing import Any

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from bot.failures import Untold
from bot.protocol import Standing
from tests.channels.telegram.making import GROUP, polling
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.telegram import FakeTelegram

OPEN_TELEGRAM: list[dict[str, Any]] = [
    {"username": "snow_team"},
    {"active_usernames": ["snow_team", "snow"]},
    {"join_by_request": True},
    {"location": {"location": {"latitude": 1.0, "longitude": 2.0}, "address": "Площадь"}},
    {"linked_chat_id": -1009},
    {"is_direct_messages": True},
    {"type": "channel"},
    {"type": "private"},
]
CLOSED_TELEGRAM: list[dict[str, Any]] = [
    {},
    {"is_forum": True, "has_hidden_members": True, "invite_link": "https://t.me/+abc"},
    {"active_usernames": [], "join_by_request": False},
]


@pytest.mark.parametrize("facts", OPEN_TELEGRAM)
async def test_telegram_tells_how_strangers_come_in(
    telegram: FakeTelegram, adapter: TelegramAdapter, facts: dict[str, Any]
) -> None:
    telegram.facts[GROUP.chat] = facts

    assert len(await adapter.ways_in(GROUP.chat)) == 1


@pytest.mark.parametrize("facts", CLOSED_TELEGRAM)
async def test_a_closed_group_of_telegram_is_closed(
    telegram: FakeTelegram, adapter: TelegramAdapter, facts: dict[str, Any]
) -> None:
    telegram.facts[GROUP.chat] = facts

    assert await adapter.ways_in(GROUP.chat) == []


@pytest.mark.parametrize(
    ("status", "inside"),
    [
        ("member", True),
        ("administrator", True),
        ("left", False),
        ("kicked", False),
        ("restricted", False),
        ("unknown", False),
    ],
)
async def test_telegram_tells_who_is_in(
    telegram: FakeTelegram, adapter: TelegramAdapter, status: str, inside: bool
) -> None:
    telegram.outside[GROUP.chat, "900"] = status

    assert await adapter.standing(GROUP.chat, "900") == Standing(inside)


async def test_telegram_tells_who_writes_in_the_groups_name(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    telegram.anonymous.add((GROUP.chat, "900"))

    assert await adapter.standing(GROUP.chat, "900") == Standing(inside=True, anonymous=True)


async def test_telegram_that_hides_its_members_or_is_away_tells_nothing(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    telegram.outside[GROUP.chat, "900"] = "hidden"
    with pytest.raises(Untold):
        await adapter.standing(GROUP.chat, "900")
    telegram.down = True
    with pytest.raises(Untold):
        await adapter.standing(GROUP.chat, "901")
    with pytest.raises(Untold):
        await adapter.ways_in(GROUP.chat)


@pytest.mark.parametrize("told", ["message", "administrator"])
async def test_telegram_says_who_left(telegram: FakeTelegram, told: str) -> None:
    inbox, maria = MemoryInbox(), telegram.person("900", "Мария")
    async with polling(telegram, inbox):
        await telegram.leave(maria, telegram.room(GROUP.chat), told=told)
        [event] = await inbox.gets(1)

    assert (event.change, event.person.account, event.address) == ("left", "900", GROUP)
    assert not event.private
