"""What messengers tell of a group: how strangers come in, who is in, who left. Against their fakes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from bot.channels.vk.adapter import VkAdapter
from bot.protocol import Untold
from tests.channels.telegram.test_adapter import GROUP, MemoryInbox, make_adapter, polling
from tests.channels.vk.test_adapter import adapter_for
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk
from tests.program.test_check_command import Installation

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
OPEN_VK = [{"is_group_channel": True}, {"owner_id": -77001}]


@pytest.fixture
async def telegram() -> Any:
    async with FakeTelegram() as fake:
        assert isinstance(fake, FakeTelegram)
        fake.room(GROUP.chat)
        yield fake
        assert fake.violations == []


@pytest.fixture
async def in_telegram(telegram: FakeTelegram) -> Any:
    adapter = make_adapter(telegram)
    yield adapter
    await adapter.close()


@pytest.fixture
async def vk() -> Any:
    async with FakeVk() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def in_vk(vk: FakeVk) -> Any:
    adapter = adapter_for(vk)
    yield adapter
    await adapter.close()


@pytest.mark.parametrize("facts", OPEN_TELEGRAM)
async def test_telegram_tells_how_strangers_come_in(
    telegram: FakeTelegram, in_telegram: TelegramAdapter, facts: dict[str, Any]
) -> None:
    telegram.facts[GROUP.chat] = facts

    assert len(await in_telegram.ways_in(GROUP.chat)) == 1


@pytest.mark.parametrize("facts", CLOSED_TELEGRAM)
async def test_a_closed_group_of_telegram_is_closed(
    telegram: FakeTelegram, in_telegram: TelegramAdapter, facts: dict[str, Any]
) -> None:
    telegram.facts[GROUP.chat] = facts

    assert await in_telegram.ways_in(GROUP.chat) == []


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
    telegram: FakeTelegram, in_telegram: TelegramAdapter, status: str, inside: bool
) -> None:
    telegram.outside[GROUP.chat, "900"] = status

    assert await in_telegram.is_inside(GROUP.chat, "900") is inside


async def test_telegram_that_hides_its_members_or_is_away_tells_nothing(
    telegram: FakeTelegram, in_telegram: TelegramAdapter
) -> None:
    telegram.outside[GROUP.chat, "900"] = "hidden"
    with pytest.raises(Untold):
        await in_telegram.is_inside(GROUP.chat, "900")
    telegram.down = True
    with pytest.raises(Untold):
        await in_telegram.is_inside(GROUP.chat, "901")
    with pytest.raises(Untold):
        await in_telegram.ways_in(GROUP.chat)


@pytest.mark.parametrize("told", ["message", "administrator"])
async def test_telegram_says_who_left(telegram: FakeTelegram, told: str) -> None:
    inbox, maria = MemoryInbox(), telegram.person("900", "Мария")
    async with polling(telegram, inbox):
        await telegram.leave(maria, telegram.room(GROUP.chat), told=told)
        [event] = await inbox.got(1)

    assert (event.change, event.person.account, event.address) == ("left", "900", GROUP)
    assert not event.private


@pytest.mark.parametrize("settings", OPEN_VK)
async def test_vk_tells_how_strangers_come_in(
    vk: FakeVk, in_vk: VkAdapter, settings: dict[str, Any]
) -> None:
    room = vk.conversation()
    assert await in_vk.ways_in(room.id) == []
    vk.state.chat_settings[room.id] = settings

    assert len(await in_vk.ways_in(room.id)) == 1
    assert len(await in_vk.ways_in("42")) == 1  # a person's, not a conversation


async def test_vk_tells_who_is_in_page_by_page(vk: FakeVk, in_vk: VkAdapter) -> None:
    room = vk.conversation()
    vk.state.names |= {str(number): "Кто-то" for number in range(1000, 1450)}
    vk.state.outside.add((room.id, "1400"))

    assert await in_vk.is_inside(room.id, "1449")
    assert not await in_vk.is_inside(room.id, "1400")
    assert len(vk.calls("messages.getConversationMembers")) == 6


async def test_vk_that_shows_no_members_or_is_away_tells_nothing(
    vk: FakeVk, in_vk: VkAdapter
) -> None:
    room = vk.conversation()
    vk.state.admin = False
    with pytest.raises(Untold):
        await in_vk.is_inside(room.id, "900")
    vk.state.closed.add(room.id)
    with pytest.raises(Untold):
        await in_vk.ways_in(room.id)
    await vk.go_down()
    with pytest.raises(Untold):
        await in_vk.is_inside(room.id, "900")


@pytest.mark.parametrize("by", ["", "901"])
async def test_vk_says_who_left_and_who_was_put_out(vk: FakeVk, in_vk: VkAdapter, by: str) -> None:
    maria = vk.person("900", "Мария")
    update = {
        "type": "message_new",
        "event_id": "e1",
        "object": {
            "message": {
                "from_id": int(by or maria.account),
                "peer_id": 2_000_000_001,
                "date": int(datetime.now(UTC).timestamp()),
                "text": "",
                "action": {"type": "chat_kick_user", "member_id": 900},
            }
        },
    }
    event = await in_vk.read_again(update)

    assert event
    assert (event.change, event.person.account, event.private) == ("left", "900", False)
    community = update["object"]["message"]["action"] | {"member_id": -vk.group_id}  # type: ignore[index]
    update["object"]["message"]["action"] = community  # type: ignore[index]
    assert await in_vk.read_again(update) is None


async def test_the_check_refuses_an_open_staff_chat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], telegram: FakeTelegram, vk: FakeVk
) -> None:
    telegram.admin_in.add(GROUP.chat)
    in_telegram, in_vk = (Installation(tmp_path, capsys) for _ in range(2))
    in_telegram.with_telegram(telegram)
    in_vk.with_vk(vk)
    telegram.facts[GROUP.chat] = {"username": "snow_team"}
    vk.state.chat_settings[vk.conversation().id] = {"owner_id": -vk.group_id}

    for installation, way in ((in_telegram, "@snow_team"), (in_vk, "чат сообщества")):
        output = await installation.checked()
        [line] = [line for line in output.splitlines() if "открыт для посторонних" in line]
        assert line.startswith("❌")
        assert way in line
        assert installation.code == 1
