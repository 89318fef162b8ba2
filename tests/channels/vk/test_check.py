"""The check of VK: the key, its rights, the events, the staff chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.vk.adapter import VkAdapter
from config.texts import Texts
from storage.messages import Address
from tests.channels.vk.making import make_adapter
from tests.fakes.files import MemoryFiles
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk


@asynccontextmanager
async def closing(adapter: VkAdapter) -> AsyncIterator[VkAdapter]:
    try:
        yield adapter
    finally:
        await adapter.close()


async def findings(adapter: VkAdapter, vk: FakeVk, chat: str = "2000000001") -> list[str]:
    """The texts of what is wrong."""
    found = await adapter.check(Address("vk", chat))
    assert found
    assert all(vk.token not in finding.text for finding in found)
    return [finding.text for finding in found if not finding.ok]


async def test_a_right_setup_passes_the_check(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.conversation()
    await adapter.start(inbox)

    assert await findings(adapter, vk) == []


async def test_the_check_names_what_is_wrong(vk: FakeVk, adapter: VkAdapter) -> None:
    vk.state.rights.remove("docs")
    vk.state.long_poll_on = False
    rights, long_poll, staff = await findings(adapter, vk)
    assert "docs" in rights
    assert "Long Poll API выключен" in long_poll
    assert "917" in staff

    vk.state.rights.append("docs")
    vk.state.long_poll_on = True
    assert "message_new" in (await findings(adapter, vk))[0]
    assert "не беседа" in (await findings(adapter, vk, "42"))[-1]


async def test_the_check_tells_a_wrong_token_and_a_dead_network(inbox: MemoryInbox) -> None:
    async with FakeVk() as vk:
        adapter = make_adapter(vk)
        vk.token = "another"
        assert "Ключ не принят" in (await findings(adapter, vk))[0]
    assert "не отвечает" in (await findings(adapter, vk))[0]
    await adapter.close()


async def test_the_check_tells_the_key_of_another_community(vk: FakeVk) -> None:
    async with closing(
        VkAdapter(vk.token, 5, MemoryFiles(), Texts.load(), api_url=vk.url)
    ) as adapter:
        wrong = await findings(adapter, vk)

    assert f"id {vk.group_id}" in wrong[0]


async def test_the_check_looks_at_the_callback_server(vk: FakeVk, webhook: VkAdapter) -> None:
    vk.conversation()
    assert "Нет сервера" in (await findings(webhook, vk))[0]

    server = {"id": 1, "url": "https://bot.example.ru/webhook/vk", "status": "failed"}
    vk.state.callback_servers.append(server)
    assert "failed" in (await findings(webhook, vk))[0]

    server["status"] = "ok"
    assert "message_edit" in (await findings(webhook, vk))[0]


async def test_the_check_tries_a_button_and_takes_it_away(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    room = vk.conversation()
    await adapter.start(inbox)

    assert await findings(adapter, vk) == []

    assert "keyboard" in vk.calls("messages.send")[0]
    assert room.shown == []


async def test_without_a_staff_chat_in_vk_the_check_says_that_no_button_was_tried(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    await adapter.start(inbox)

    for chat in (None, Address("telegram", "-100")):
        told = [finding.text for finding in await adapter.check(chat)]
        assert any("Кнопки не проверены" in text and "Возможности ботов" in text for text in told)
        assert not any("Кнопки под сообщениями работают" in text for text in told)
    assert vk.calls("messages.send") == []


async def test_the_check_tells_that_bot_abilities_are_off(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.conversation()
    vk.state.bot_abilities = False
    await adapter.start(inbox)

    (wrong,) = await findings(adapter, vk)

    assert "«Возможности ботов»" in wrong
