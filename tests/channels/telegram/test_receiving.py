"""Whatever people do in Telegram comes in as an event."""

from bot.channels.telegram.adapter import TelegramAdapter
from bot.protocol import Part
from storage.messages import Button, Place
from tests.channels.telegram.making import ANNA, JPEG, polling, rows
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person, Upload
from tests.fakes.telegram import FakeTelegram


async def test_a_pressed_button_brings_its_data_and_its_spinner_stops(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    adapter: TelegramAdapter,
    anna: Person,
) -> None:
    (sent,) = await adapter.send(ANNA, Part("Что случилось?", rows("Яма", "Свет")), key=1)
    async with polling(telegram, inbox):
        await anna.presses("Свет")
        (event,) = await inbox.gets(1)
        await telegram.until(lambda: telegram.answered)

    assert (event.press, event.message) == ("press=Свет", sent)


async def test_a_press_that_cannot_be_answered_any_more_still_counts(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    adapter: TelegramAdapter,
    anna: Person,
) -> None:
    await adapter.send(ANNA, Part("Что случилось?", rows("Яма")), key=1)
    telegram.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old")
    async with polling(telegram, inbox):
        await anna.presses("Яма")
        await inbox.gets(1)
        await telegram.until(lambda: telegram.called("answerCallbackQuery"))
        await telegram.until(lambda: not telegram.waiting)


async def test_an_album_comes_as_parts_of_one(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(telegram, inbox):
        await anna.sends(Upload(JPEG), Upload(b"two"), caption="Яма")
        one, two = await inbox.gets(2)

    assert one.album
    assert one.album == two.album
    assert (one.text, two.text) == ("Яма", "")


async def test_a_place_an_edit_a_sticker_and_a_forwarded_post(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(telegram, inbox):
        await anna.shares_place(55.75, 37.62)
        shown = await anna.says("Яма")
        await telegram.edit(anna, anna.room, shown, "Яма у дома 5")
        await anna.sends_unreadable("sticker")
        await telegram.forward(anna, "Прорвало трубу", (Upload(JPEG),))
        place, _, edited, sticker, post = await inbox.gets(5)

    assert place.place == Place(55.75, 37.62)
    assert (edited.edited, edited.text, edited.message) == (True, "Яма у дома 5", shown.id)
    assert sticker.unreadable == "sticker"
    assert post.text == "Прорвало трубу"
    assert post.files[0].kind == "photo"


async def test_blocking_and_coming_back_are_told(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(telegram, inbox):
        await anna.blocks_bot()
        await telegram.unblock(anna)
        events = await inbox.gets(2)

    assert [event.change for event in events] == ["blocked", "unblocked"]


async def test_a_group_joined_and_moved_is_told(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    small = telegram.room("-77")
    async with polling(telegram, inbox):
        await telegram.invite(anna, small)
        new = await telegram.migrate(small)
        joined, moved = await inbox.gets(2)

    assert (joined.change, joined.address.chat) == ("joined", "-77")
    assert (moved.change, moved.address.chat, moved.moved_to) == ("moved", "-77", new.id)


async def test_a_location_key_brings_the_place(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    adapter: TelegramAdapter,
    anna: Person,
) -> None:
    keys = ((Button("Моё место", kind="location"),), (Button("Пропустить", press="skip"),))
    await adapter.send(ANNA, Part("Где?", keys, "keyboard"), key=1)
    async with polling(telegram, inbox):
        await anna.presses("Моё место")
        await anna.presses("Пропустить")
        place, skip = await inbox.gets(2)

    assert place.place is not None
    assert (skip.text, skip.press) == ("Пропустить", "")
