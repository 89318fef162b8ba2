"""Groups of MAX: what the bot is told there, and who is in."""

from bot.channels.max.adapter import MaxAdapter
from bot.protocol import Part
from tests.channels.max.making import STAFF, polling, rows
from tests.fakes.max import FakeMax
from tests.fakes.memory_inbox import MemoryInbox


async def test_a_group_tells_that_the_bot_is_in_and_when_it_may_read(
    fake_max: FakeMax, inbox: MemoryInbox
) -> None:
    maria, group = fake_max.person("900", "Мария"), fake_max.room(STAFF.chat)
    async with polling(fake_max, inbox):
        await fake_max.invite(maria, group, tells_who=False)
        await maria.says("Никто не слышит", room=group)
        await fake_max.allow(maria, group)
        await maria.says("Слышно?", room=group)
        await fake_max.disallow(maria, group)
        await inbox.gets(4)

    told = [event.change or event.text for event in inbox.events]
    assert told == ["joined", "sees", "Слышно?", "blind"]
    assert {event.address for event in inbox.events} == {STAFF}
    assert not any(event.private for event in inbox.events)


async def test_rights_without_reading_are_blind(fake_max: FakeMax, inbox: MemoryInbox) -> None:
    maria, group = fake_max.person("900", "Мария"), fake_max.room(STAFF.chat)
    async with polling(fake_max, inbox):
        await fake_max.allow(maria, group, "write", "pin_message")
        (event,) = await inbox.gets(1)

    assert event.change == "blind"


async def test_who_leaves_the_group_is_told(fake_max: FakeMax, inbox: MemoryInbox) -> None:
    maria, group = fake_max.person("900", "Мария"), fake_max.room(STAFF.chat)
    async with polling(fake_max, inbox):
        await fake_max.leave(maria, group)
        (event,) = await inbox.gets(1)

    assert (event.change, event.person.account) == ("left", "900")


async def test_a_press_and_a_reply_in_the_group_are_an_employees(
    fake_max: FakeMax, inbox: MemoryInbox, adapter: MaxAdapter
) -> None:
    maria, group = fake_max.person("900", "Мария"), fake_max.room(STAFF.chat)
    (card,) = await adapter.send(STAFF, Part("МЦУ-26-000001", rows("Взять")), key=1)
    async with polling(fake_max, inbox):
        await maria.presses("Взять", room=group)
        await maria.says("Готово", room=group, reply_to=group.message(card))
        press, reply = await inbox.gets(2)

    assert (press.press, press.message, press.address) == ("press=Взять", card, STAFF)
    assert (reply.text, reply.reply_to, reply.person.name) == ("Готово", card, "Мария")


async def test_it_is_told_who_is_in_the_group(fake_max: FakeMax, adapter: MaxAdapter) -> None:
    for account in ("900", "901"):
        fake_max.person(account)
    fake_max.groups[STAFF.chat].outside.add("901")

    assert (await adapter.standing(STAFF.chat, "900")).inside
    assert not (await adapter.standing(STAFF.chat, "901")).inside
