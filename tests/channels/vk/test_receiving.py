"""Whatever people do in VK comes in as an event; presses are answered."""

from bot.channels.vk.adapter import VkAdapter
from bot.protocol import Part
from storage.messages import Place
from tests.channels.vk.making import YES, anna_at, polling, staff_at
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import ShownButton
from tests.fakes.vk import FakeVk


async def test_a_place_and_a_sticker_come_as_what_they_are(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await anna.shares_place(57.76, 40.92)
        await anna.sends_unreadable("sticker")
        await anna.sends_unreadable("voice")
        events = await inbox.gets(3)

    assert events[0].place == Place(57.76, 40.92, "Кострома, Россия")
    assert [event.unreadable for event in events] == ["", "sticker", "voice"]


async def test_edits_blocks_and_invitations_come(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        said = await anna.says("Яма")
        await vk.rewrite(anna, anna.room, said, "Яма и лужа")
        await anna.blocks_bot()
        await vk.allow(anna)
        await vk.invite(anna, vk.conversation())
        events = await inbox.gets(5)

    mine, (invited,) = [e for e in events if e.private], [e for e in events if not e.private]
    assert [(event.text, event.edited) for event in mine[:2]] == [
        ("Яма", False),
        ("Яма и лужа", True),
    ]
    assert [event.change for event in mine[2:]] == ["blocked", "unblocked"]
    assert invited.change == "joined"


async def test_a_press_in_a_private_chat_comes_and_reads_well_in_the_history(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    to, anna = anna_at(vk), vk.person("42")
    async with polling(adapter, inbox):
        await adapter.send(to, Part("Отправить?", YES), key=1)
        await anna.presses("Да")
        (event,) = await inbox.gets(1)

    assert (event.press, event.text) == ("yes=1", "")
    assert anna.room.shown[-1].text == "Да"


async def test_a_press_in_a_conversation_is_silent_and_acknowledged(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    staff, olga = vk.conversation(), vk.person("50", "Ольга")
    async with polling(adapter, inbox):
        (card,) = await adapter.send(staff_at(vk), Part("Карточка", YES), key=1)
        await olga.presses("Нет", room=staff)
        (event,) = await inbox.gets(1)
        await vk.until(lambda: vk.state.answered_presses)

    assert (event.press, event.message, event.private) == ("no=1", card, False)
    assert len(staff.shown) == 1


async def test_a_press_that_cannot_be_acknowledged_counts(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    staff, olga = vk.conversation(), vk.person("50")
    vk.fail_next("messages.sendMessageEventAnswer", 10)
    async with polling(adapter, inbox):
        await adapter.send(staff_at(vk), Part("Карточка", YES), key=1)
        await olga.presses("Да", room=staff)
        await inbox.gets(1)
        await olga.says("Ответ", room=staff)
        events = await inbox.gets(2)

    assert [event.press or event.text for event in events] == ["yes=1", "Ответ"]


async def test_a_forged_press_is_no_press(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        said = await anna.says("Яма")
        await vk.press(anna, anna.room, said, ShownButton("Да", '{"p":["a"]}'))
        events = await inbox.gets(2)

    assert (events[1].press, events[1].text) == ("", "Да")
