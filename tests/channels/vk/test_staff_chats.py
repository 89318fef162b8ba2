"""How strangers come into a conversation of VK, who is in it and who left."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.vk.adapter import VkAdapter
from bot.failures import Untold
from bot.protocol import Standing
from tests.fakes.vk import FakeVk

OPEN_VK = [{"is_group_channel": True}, {"owner_id": -77001}]


@pytest.mark.parametrize("settings", OPEN_VK)
async def test_vk_tells_how_strangers_come_in(
    vk: FakeVk, adapter: VkAdapter, settings: dict[str, Any]
) -> None:
    room = vk.conversation()
    assert await adapter.ways_in(room.id) == []
    vk.state.chat_settings[room.id] = settings

    assert len(await adapter.ways_in(room.id)) == 1
    assert len(await adapter.ways_in("42")) == 1  # a person's, not a conversation


async def test_vk_tells_who_is_in_page_by_page(vk: FakeVk, adapter: VkAdapter) -> None:
    room = vk.conversation()
    vk.state.names |= {str(number): "Кто-то" for number in range(1000, 1450)}
    vk.state.outside.add((room.id, "1400"))

    assert await adapter.standing(room.id, "1449") == Standing(inside=True)
    assert await adapter.standing(room.id, "1400") == Standing(inside=False)
    assert len(vk.calls("messages.getConversationMembers")) == 6


async def test_vk_that_shows_no_members_or_is_away_tells_nothing(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    room = vk.conversation()
    vk.state.admin = False
    with pytest.raises(Untold):
        await adapter.standing(room.id, "900")
    vk.state.closed.add(room.id)
    with pytest.raises(Untold):
        await adapter.ways_in(room.id)
    await vk.go_down()
    with pytest.raises(Untold):
        await adapter.standing(room.id, "900")


async def test_who_asks_at_a_stop_hears_that_vk_does_not_tell(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    room = vk.conversation()
    await adapter.close()
    with pytest.raises(Untold):
        await adapter.standing(room.id, "900")


@pytest.mark.parametrize("by", ["", "901"])
async def test_vk_says_who_left_and_who_was_put_out(
    vk: FakeVk, adapter: VkAdapter, by: str
) -> None:
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
    event = await adapter.read_again(update)

    assert event
    assert (event.change, event.person.account, event.private) == ("left", "900", False)
    community = update["object"]["message"]["action"] | {"member_id": -vk.group_id}  # type: ignore[index]
    update["object"]["message"]["action"] = community  # type: ignore[index]
    assert await adapter.read_again(update) is None
