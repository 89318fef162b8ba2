"""An event has a size before it has readers: whatever comes, from wherever, is bounded first."""

import unicodedata
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram import events as telegram_events
from bot.channels.telegram.updates import Update
from bot.channels.vk.reading import events as vk_events
from bot.channels.web.events import Pressed, Said, Shared, Visitor, to_event
from handlers.turn import Turn
from storage import bounds
from storage.files.names import clean_name
from storage.messages import Address, Event, File, Person, Place
from storage.spelling import COMPOSED, composed
from storage.tables import WebMessage
from tests.support.growth import slow
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.filing import all_rows
from tests.support.towns.staff_room import planted

NOW = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
GIANT = "я" * 1_000_000
NOISE = ("\0", "\ud800", "\u0301", "7", "👨\u200d", "люк", "\u202e", " \n")
LONGEST = {
    "id": bounds.MOST_EVENT_ID,
    "text": bounds.MOST_TEXT,
    "press": bounds.MOST_PRESS,
    "message": bounds.MOST_ID,
    "reply_to": bounds.MOST_ID,
    "quoted": 200,
    "album": bounds.MOST_ID,
    "unreadable": bounds.MOST_WORD,
    "moved_to": bounds.MOST_ID,
    "doors_why": bounds.MOST_WHY,
    "start": len(bounds.NO_CODE),
}


def assert_bounded(event: Event | None) -> None:
    """Nothing in it is longer than its reader or its column takes, nor what no table takes."""
    assert event is not None
    for name, most in LONGEST.items():
        value = getattr(event, name)
        assert len(value) <= most, name
        assert not bounds.UNKEPT.search(value), name
    assert len(event.address.chat) <= bounds.MOST_ID
    assert len(event.person.account) <= bounds.MOST_ID
    assert len(event.person.name) <= bounds.MOST_NAME
    assert len(event.files) <= bounds.MOST_FILES
    for file in event.files:
        assert len(file.ref) <= bounds.MOST_REF
        assert len(file.name) <= bounds.MOST_FILE_NAME
        assert len(file.mime) <= bounds.MOST_MIME
        assert 0 <= file.size <= bounds.MOST_BYTES
    if event.place:
        assert len(event.place.text) <= bounds.MOST_PLACE
        assert event.place.lat is None or -90 <= event.place.lat <= 90
    # Compared field by field: marks of files are left out where events are equal.
    kept = asdict(Event.from_json(event.to_json()))
    assert kept == asdict(event) | {"sources": ()}


def test_a_kept_event_is_read_without_what_a_newer_program_added() -> None:
    event = replace(giant("люк"), at=NOW)
    data = event.to_json() | {"mood": "glad"}
    data["files"] = [file | {"colour": "red"} for file in data["files"]]

    assert Event.from_json(data) == event


def giant(text: str) -> Event:
    """An event of which every field is far too much."""
    return Event(
        id=text,
        address=Address("telegram", text),
        person=Person("telegram", text, text),
        at=NOW,
        text=text,
        files=tuple(File("photo", text[:9], text, text, 10**40, text) for _ in range(500)),
        place=Place(float("nan"), 1e308, text),
        press=text,
        message=text,
        reply_to=text,
        quoted=text,
        album=text,
        unreadable=text,
        moved_to=text,
        doors_why=text,
        start=text,
    )


def test_every_field_of_an_event_is_known_here() -> None:
    rest = {
        "address",
        "anonymous",
        "person",
        "at",
        "private",
        "files",
        "place",
        "edited",
        "change",
        "cut",
        "cropped",
        "also_to",
        "to_another_bot",
        "doors",
        "further",
        "sources",  # made here: hashes of an address
    }

    assert {field.name for field in fields(Event)} == rest | set(LONGEST)


@pytest.mark.parametrize("noise", NOISE)
def test_an_event_bounds_itself_whoever_makes_it(noise: str) -> None:
    event = giant(noise * (300_000 // len(noise)))

    assert_bounded(event)
    assert event.cut


def test_what_is_read_from_a_table_is_bounded_anew() -> None:
    """Parked events that are run again, messages that wait in a form."""
    data = Event("1", Address("vk", "1"), Person("vk", "1"), NOW).to_json()

    assert "cut" not in data  # so the program before this one reads it too
    assert_bounded(Event.from_json({**data, "text": GIANT, "press": GIANT}))
    assert_bounded(Event.from_json({**data, "person": {**data["person"], "name": GIANT}}))


def test_ids_that_are_too_long_stay_different() -> None:
    one, other = giant("а" * 500 + "1"), giant("а" * 500 + "2")

    assert one.id != other.id
    assert one.address.chat != other.address.chat
    assert one.message == giant("а" * 500 + "1").message


def telegram(**message: Any) -> Event | None:
    """An event of a message of Telegram."""
    said = {
        "message_id": 1,
        "date": 1764500000,
        "chat": {"id": 42, "type": "private"},
        "from": {"id": 42, "is_bot": False, "first_name": "Анна"},
    }
    raw = {"update_id": 1, "message": {**said, **message}}
    return telegram_events.to_event(Update.model_validate(raw), username="mcu_bot", now=NOW)


def vk(**message: Any) -> Event | None:
    """An event of a message of VK."""
    said = {"from_id": 42, "peer_id": 42, "date": 1764500000, "conversation_message_id": 1}
    update = {"type": "message_new", "event_id": "e1", "object": {"message": {**said, **message}}}
    return vk_events.to_event(update, group_id=77, now=NOW)


def test_telegrams_giants_are_bounded() -> None:
    venue = {"location": {"latitude": 56.0, "longitude": 44.0}, "title": GIANT, "address": GIANT}
    document = {"file_id": "1", "file_unique_id": "1", "file_name": GIANT, "mime_type": GIANT}
    person = {"id": 10**30, "is_bot": False, "first_name": GIANT, "last_name": GIANT}
    ours = {"id": 1, "is_bot": True, "first_name": "Бот", "username": "mcu_bot"}
    answered = {
        "message_id": 10**90,
        "date": 1,
        "chat": {"id": 42, "type": "private"},
        "from": ours,
        "text": GIANT,
    }

    for message in (
        {"text": GIANT, "from": person, "message_id": 10**80},
        {"venue": venue, "location": venue["location"]},
        {"document": {**document, "file_size": 10**30}, "caption": GIANT},
        {"text": "ответ", "reply_to_message": answered, "media_group_id": GIANT},
    ):
        assert_bounded(telegram(**message))


def test_vks_giants_are_bounded() -> None:
    url = f"https://vk.com/{GIANT}"
    doc = {"id": 1, "owner_id": 1, "title": GIANT, "ext": "pdf", "url": url, "size": 10**40}
    link = {"type": "link", "link": {"url": url}}
    geo = {"coordinates": {"latitude": "nan", "longitude": 1e308}, "place": {"title": GIANT}}

    for message in (
        {"text": GIANT, "conversation_message_id": 10**80, "from_id": 10**70},
        {"text": "вот", "attachments": [{"type": "doc", "doc": doc}, link, {"type": GIANT}]},
        {"text": "тут", "geo": geo},
        {"text": "ответ", "reply_message": {"from_id": -77, "text": GIANT}},
        {"payload": f'{{"p":"{GIANT}"}}', "text": "x"},
    ):
        assert_bounded(vk(**message))


def test_a_hundred_forwarded_messages_are_never_one_long_text() -> None:
    long = {"text": "люк" * 1365}
    post = {"type": "wall", "wall": {"text": "запах " * 700, "copy_history": [long] * 100}}
    forwarded = [{**long, "fwd_messages": [long] * 100, "attachments": [post] * 10}] * 100

    event = vk(text="Посмотрите", fwd_messages=forwarded)

    assert_bounded(event)
    assert event is not None
    assert event.cut
    assert event.text.startswith("Посмотрите\n\nлюклюк")
    assert not slow(lambda some: vk(text="Посмотрите", fwd_messages=some), forwarded)


def test_many_forwarded_files_and_small_words_are_bounded() -> None:
    photo = {"type": "photo", "photo": {"id": 1, "owner_id": 1, "sizes": [
        {"url": "https://vk.com/1.jpg", "width": 1, "height": 1}]}}  # fmt: skip
    event = vk(fwd_messages=[{"text": "а", "attachments": [photo] * 10}] * 5_000)

    assert_bounded(event)
    assert event is not None
    assert event.cut


@pytest.mark.parametrize("staff", [False, True])
def test_the_pages_giants_are_bounded(staff: bool) -> None:
    visitor = Visitor("я" * 900, GIANT, staff, 1)
    file = {"kind": "photo", "ref": "r", "name": GIANT, "mime": GIANT, "size": 10**40}
    quote = {"author": GIANT, "text": GIANT}
    kept = WebMessage(
        id=10**17,
        at=NOW,
        content={"text": GIANT, "files": [file] * 100, "quote": quote, "quotes_bot": True},
    )
    said = Said(type="say", id="12345678", text="")
    pressed = Pressed.model_construct(type="press", id="12345678", payload=GIANT, message=GIANT)
    shared = Shared.model_construct(type="place", id="12345678", lat=1e300, lon=0)

    for act, message in ((said, kept), (pressed, None), (shared, kept)):
        assert_bounded(to_event(visitor, act, message, NOW))


def test_one_spelling_costs_no_square_of_a_heap_of_marks() -> None:
    heaps = ("\u0301\u0316" * 5_000, "\u0301" * 5_000 + "\u0316" * 5_000, "й\u0345\u0301" * 3_000)

    assert [heap[:2] for heap in heaps if slow(composed, heap)] == []
    assert composed("двои\u0306ной Cafe\u0301") == "двойной Café"
    plain = [chr(point) for point in range(0x110000) if COMPOSED.fullmatch(chr(point))]
    assert [sign for sign in plain if unicodedata.normalize("NFC", f"а{sign}") != f"а{sign}"] == []


def test_a_giant_file_name_is_cleaned_at_once() -> None:
    giant = "\u0301\u0316" * 200_000 + "/" + "я" * 200_000 + ".pdf"

    assert not slow(clean_name, giant)
    assert clean_name(giant).endswith("я.pdf")


async def test_what_is_cut_is_shown_and_told(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    filed = next(shown for shown in anna.room.shown if "Приняли" in shown.text)

    await anna.says("яма " * 5_000, reply_to=filed)

    told = await anna.sees("первые 10000 знаков")
    assert (await anna.sees("Передали сотрудникам")).seq > told.seq
    await bor.employee().sees("… (дальше обрезано)")
    assert "parked_events" not in await all_rows(bor)


async def test_a_long_text_in_a_form_is_taken_as_far_as_it_goes(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))

    await anna.says(GIANT)

    await anna.sees("первые 10000 знаков")
    assert GIANT[:9_900] in await all_rows(bor)


async def test_giants_stop_nobody_in_any_room(bor: Town) -> None:
    """Residents, employees and admins; nothing is parked, and the next one is answered."""
    await planted(bor, with_cards=True)
    staff, people = Address("telegram", STAFF_ROOM), ("42", "7", "900")
    for number, noise in enumerate(NOISE):
        for account in people:
            for place, private in ((Address("telegram", account), True), (staff, False)):
                event = giant(noise * 50_000)
                await bor.inbox.accept(
                    Event.from_json(
                        {
                            **event.to_json(),
                            "id": f"{number}.{account}.{private}",
                            "address": {"channel": "telegram", "chat": place.chat},
                            "person": {"channel": "telegram", "account": account, "name": noise},
                            "private": private,
                            "press": "" if number % 2 else noise * 300,
                        }
                    )
                )

    assert "parked_events" not in await all_rows(bor)


def test_a_turn_keeps_no_word_of_a_person_for_the_log() -> None:
    assert next(field for field in fields(Turn) if field.name == "handler").default == ""
