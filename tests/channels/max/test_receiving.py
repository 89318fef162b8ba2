"""Whatever people do in MAX comes in as an event."""

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.protocol import Part
from storage.messages import Address, Place
from tests.channels.max.making import FILM, JPEG, PDF, STAFF, address_of, polling, rows
from tests.channels.max.samples import SAMPLES
from tests.fakes.max import FakeMax, odd
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person, Upload


async def test_a_message_comes_with_the_name_of_its_author_and_the_number_of_the_dialog(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        said = await anna.says("Яма")
        (event,) = await inbox.gets(1)

    assert (event.text, event.message) == ("Яма", said.id)
    assert event.address == Address("max", anna.room.id)
    assert (event.person.account, event.person.name) == ("42", "Анна Ли")
    assert event.private
    assert int(event.address.chat) > 2**53


async def test_the_start_button_and_a_typed_start_are_the_same(
    fake_max: FakeMax, inbox: MemoryInbox
) -> None:
    boris = fake_max.person("43", "Борис")
    async with polling(fake_max, inbox):
        await fake_max.begin(boris)
        await boris.says("/start")
        events = await inbox.gets(2)

    assert [event.text for event in events] == ["/start", "/start"]
    assert {event.address for event in events} == {address_of(boris)}


async def test_a_link_brings_its_code(fake_max: FakeMax, inbox: MemoryInbox) -> None:
    boris = fake_max.person("43", "Борис")
    async with polling(fake_max, inbox):
        await fake_max.begin(boris, "t-roads")
        (event,) = await inbox.gets(1)

    assert (event.text, event.start) == ("/start", "t-roads")


async def test_a_press_brings_its_payload_and_the_message_it_is_under(
    fake_max: FakeMax, inbox: MemoryInbox, adapter: MaxAdapter, anna: Person
) -> None:
    (sent,) = await adapter.send(address_of(anna), Part("Что?", rows("Яма", "Свет")), key=1)
    async with polling(fake_max, inbox):
        for _ in range(2):
            await anna.presses("Свет")
        first, second = await inbox.gets(2)

    assert (first.press, first.message, first.text) == ("press=Свет", sent, "")
    assert first.id != second.id, "two presses of one keyboard, whose callback_id is the same"


async def test_a_press_under_a_message_that_is_gone_holds_up_nobody(
    fake_max: FakeMax, inbox: MemoryInbox, adapter: MaxAdapter, anna: Person
) -> None:
    (sent,) = await adapter.send(address_of(anna), Part("Что?", rows("Яма")), key=1)
    async with polling(fake_max, inbox):
        await fake_max.queue(odd.without_message(fake_max.pressed(anna, sent, "press=Яма")))
        await anna.says("Свет")
        await inbox.until(lambda: "Свет" in [event.text for event in inbox.events])

    assert inbox.parked == []


async def test_an_album_is_one_message_and_all_kinds_of_files_come(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    album = (Upload(JPEG), Upload(FILM, "яма.mp4", "video/mp4", "video"), Upload(JPEG + b"2"))
    async with polling(fake_max, inbox):
        await anna.sends(*album, caption="Вот")
        await anna.sends(Upload(PDF, "акт.pdf", "application/pdf", "document"))
        one, two = await inbox.gets(2)

    assert (one.text, one.album) == ("Вот", "")
    assert [file.kind for file in one.files] == ["photo", "video", "photo"]
    [act] = two.files
    assert (act.kind, act.name, act.size) == ("document", "акт.pdf", len(PDF))


async def test_a_place_a_sticker_and_a_preview(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        await anna.shares_place(55.75, 37.62)
        await anna.sends_unreadable("sticker")
        await fake_max.post(anna, anna.room, "https://bor.ru", attachments=[odd.share()])
        place, sticker, link = await inbox.gets(3)

    assert place.place == Place(55.75, 37.62)
    assert sticker.unreadable == "sticker"
    assert (link.text, link.files, link.unreadable) == ("https://bor.ru", (), "")


async def test_a_forward_brings_what_it_forwards(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        await fake_max.forward(anna, anna.room, "Прорвало трубу", [Upload(JPEG)])
        (event,) = await inbox.gets(1)

    assert event.text == "Прорвало трубу"
    assert [file.kind for file in event.files] == ["photo"]
    assert event.person.account == "42"


async def test_a_reply_to_our_message_quotes_it(
    fake_max: FakeMax, inbox: MemoryInbox, adapter: MaxAdapter, anna: Person
) -> None:
    (sent,) = await adapter.send(address_of(anna), Part("МЦУ-26-000001\nПринято"), key=1)
    async with polling(fake_max, inbox):
        await anna.says("Спасибо", reply_to=anna.room.message(sent))
        (event,) = await inbox.gets(1)

    assert (event.reply_to, event.quoted) == (sent, "МЦУ-26-000001")


async def test_an_edit_is_marked_and_has_an_id_of_its_own(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        shown = await anna.says("Яма")
        await fake_max.edit(anna, anna.room, shown, "Яма у дома 5")
        said, edited = await inbox.gets(2)

    assert (edited.edited, edited.text, edited.message) == (True, "Яма у дома 5", shown.id)
    assert said.id != edited.id


async def test_stopping_and_coming_back_are_told(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    """Both updates of the stop say the same; who comes back has pressed «Начать»."""
    async with polling(fake_max, inbox):
        await anna.blocks_bot()
        await fake_max.begin(anna)
        events = await inbox.gets(3)

    assert [event.change or event.text for event in events] == ["blocked", "blocked", "/start"]


@pytest.mark.parametrize("twice", [False, True])
async def test_what_is_no_matter_of_ours_is_confirmed_all_the_same(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, twice: bool
) -> None:
    fake_max.twice = twice
    group = fake_max.room(STAFF.chat)
    said = await anna.says("Яма")
    created = fake_max.created(fake_max.messages[said.id])
    await fake_max.mute(anna)
    await fake_max.clear(anna)
    await fake_max.remove(anna, anna.room, said)
    await fake_max.join(anna, group)
    await fake_max.rename(anna, group, "Смена")
    await anna.sends_unreadable("voice")
    await fake_max.queue(odd.without_sender(created))
    await fake_max.queue_odd(odd.of_unknown_type(fake_max.now))
    async with polling(fake_max, inbox):
        await fake_max.until(lambda: not fake_max.waiting)

    assert [event.text for event in inbox.events if event.text] == ["Яма"]


async def test_a_field_of_tomorrow_changes_nothing(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    said = await anna.says("Яма")
    created = fake_max.created(fake_max.messages[said.id])
    created["message"]["body"] |= {"mid": "mid.tomorrow", "text": "Свет"}
    await fake_max.queue_odd(odd.with_unknown_fields(created))
    async with polling(fake_max, inbox):
        events = await inbox.gets(2)

    assert [event.text for event in events] == ["Яма", "Свет"]
    assert inbox.parked == []


@pytest.mark.parametrize(("back", "changes"), [(1000, ["", ""]), (-1000, ["", "blocked", ""])])
async def test_that_the_bot_was_stopped_is_no_news_once_its_person_is_back(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, back: int, changes: list[str]
) -> None:
    stop = SAMPLES["stop"]
    start = SAMPLES["start"] | {"timestamp": stop["timestamp"] + back}
    async with polling(fake_max, inbox):
        await fake_max.queue(start)
        await fake_max.queue(stop)
        await anna.says("Яма")
        await inbox.gets(len(changes))
        await fake_max.until(lambda: not fake_max.waiting)

    assert [event.change for event in inbox.events] == changes
