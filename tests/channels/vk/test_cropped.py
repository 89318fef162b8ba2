"""A message that VK gave only a part of is asked for again; what does not come is told."""

import pytest

from bot.channels.vk.adapter import VkAdapter
from storage.messages import Event
from tests.channels.vk.making import JPEG, make_adapter, polling
from tests.channels.vk.test_callback import served
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person, Room, Upload
from tests.fakes.vk import HANGS, FakeVk

ASKED = "messages.getByConversationMessageId"
ALBUM = [Upload(JPEG + bytes([number])) for number in range(10)]


def kept(event: Event) -> int:
    return len([file for file in event.files if file.ref])


@pytest.mark.parametrize("where", ["private", "staff"])
async def test_all_ten_photos_come(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, where: str
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await anna.sends(*ALBUM, caption="Ямы", room=room(vk, anna, where))
        (event,) = await inbox.gets(1)

    assert (event.text, len(event.files), event.lost, event.cropped) == ("Ямы", 10, 0, False)
    assert len(vk.calls(ASKED)) == 1


def room(vk: FakeVk, person: Person, where: str) -> Room:
    return person.room if where == "private" else vk.conversation()


async def test_forwards_that_are_cropped_come_too(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    attachments = [vk.upload(anna, one) for one in ALBUM[:5]]
    inner = {"from_id": 5, "text": "Сосед снял", "attachments": attachments}
    many = [{"from_id": number, "text": f"слово {number}"} for number in range(6)]
    async with polling(adapter, inbox):
        await vk.post(anna, anna.room, text="Вот", fwd_messages=[inner])
        await vk.post(anna, anna.room, text="Ещё", fwd_messages=many)
        first, second = await inbox.gets(2)

    assert (kept(first), first.lost) == (5, 0)
    assert "слово 5" in second.text


async def test_by_the_callback_api_all_come(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    async with served(vk, webhook, inbox):
        await vk.person("42").sends(*ALBUM)
        (event,) = await inbox.gets(1)

    assert (kept(event), event.cropped) == (10, False)


async def test_of_an_ordinary_message_vk_is_not_asked(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    async with polling(adapter, inbox):
        await vk.person("42").sends(*ALBUM[:3])
        await vk.person("43").says("Яма")
        await inbox.gets(2)

    assert vk.calls(ASKED) == []


@pytest.mark.parametrize("code", [6, 9, 10])
async def test_it_is_asked_again_after_an_error_that_passes(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, code: int
) -> None:
    vk.fail_next(ASKED, code, times=2)
    async with polling(adapter, inbox):
        await vk.person("42").sends(*ALBUM)
        (event,) = await inbox.gets(1)

    assert (kept(event), event.cropped) == (10, False)


async def test_it_is_asked_again_after_a_broken_connection(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.drop_next(ASKED)
    vk.break_next(ASKED, 502, "<html>")
    async with polling(adapter, inbox):
        await vk.person("42").sends(*ALBUM)
        (event,) = await inbox.gets(1)

    assert (kept(event), event.cropped) == (10, False)


@pytest.mark.parametrize("code", [15, 100, 917])
async def test_where_vk_refuses_what_came_is_taken_and_the_rest_is_missed(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, code: int
) -> None:
    vk.fail_next(ASKED, code)
    async with polling(adapter, inbox):
        await vk.person("42").sends(*ALBUM, caption="Ямы")
        (event,) = await inbox.gets(1)

    assert (event.text, kept(event), event.lost, event.cropped) == ("Ямы", 1, 1, True)
    assert len(vk.calls(ASKED)) == 1


async def test_where_vk_hangs_nobody_else_waits_and_the_order_stands(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    adapter = make_adapter(vk)
    adapter._cropped.patience = 0.5
    vk.break_next(ASKED, HANGS)
    anna, boris = vk.person("42"), vk.person("43")
    async with polling(adapter, inbox):
        await anna.sends(*ALBUM, caption="Ямы")
        await anna.says("вот они")
        await boris.says("Фонарь")
        events = await inbox.gets(3)
        await vk.release()
    await adapter.close()

    assert [e.text for e in events if e.person.account == "42"] == ["Ямы", "вот они"]
    assert next(e for e in events if e.text == "Ямы").cropped


async def test_a_message_that_was_deleted_meanwhile_is_taken_as_it_came(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    vk.state.keeps_whole = False
    async with polling(adapter, inbox):
        await anna.sends(*ALBUM)
        (event,) = await inbox.gets(1)

    assert (kept(event), event.cropped) == (1, True)


async def test_a_parked_message_that_is_run_again_is_asked_for_whole(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    await anna.sends(*ALBUM)
    (update,) = vk.long_poll.updates

    event = await adapter.read_again(update)

    assert event is not None
    assert (kept(event), event.cropped) == (10, False)
