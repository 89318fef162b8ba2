"""The official samples of MAX become events; what is no matter of ours becomes none."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.max.reading.events import event_id, has_nothing, to_event
from bot.failures import NothingReadable
from storage.bounds import MOST_EVENT_ID
from storage.messages import Address, Event, Person
from tests.channels.max.samples import SAMPLES

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ME = "277639678"
JOHN = Person("max", "123456789", "John Doe")
DIALOG, GROUP = Address("max", "182182182"), Address("max", "-70801090403050")


def event_of(update: dict[str, Any], **chats: str) -> Event | None:
    return to_event(update, me=ME, username="unit_bot", now=NOW, chats=chats)


def said(**message: Any) -> dict[str, Any]:
    """The sample of a message with other parts."""
    sample: dict[str, Any] = json.loads(json.dumps(SAMPLES["message in a dialog"]))
    sample["message"] |= message
    return sample


def test_a_message_in_a_dialog() -> None:
    assert event_of(SAMPLES["message in a dialog"]) == Event(
        id="mid.000000001c23cb68019fa524407e751a",
        address=Address("max", "472107880"),
        person=Person("max", "212843158", "Тестовый Юзер"),
        at=datetime.fromtimestamp(1785182044.286, UTC),
        text="Тест",
        message="mid.000000001c23cb68019fa524407e751a",
    )


def test_a_forward_in_a_group_brings_what_it_forwards_and_who_forwards() -> None:
    got = event_of(SAMPLES["forward in a group"])

    assert got
    assert (got.text, got.person, got.address) == ("Лада седан - баклажан", JOHN, GROUP)
    assert not got.private


def test_a_reply_to_us_is_quoted() -> None:
    got = event_of(SAMPLES["reply"])

    assert got
    assert (got.text, got.reply_to) == ("Да", "mid.reply-target-1")
    assert got.quoted == "Вот ваш пост! Хотите внести какие-то правки?"
    assert not got.to_another_bot


def test_a_reply_to_another_bot_is_known_as_such() -> None:
    got = to_event(SAMPLES["reply"], me="5", username="", now=NOW, chats={})

    assert got
    assert (got.to_another_bot, got.quoted) == (True, "")


def test_a_press_names_the_dialog_and_who_pressed_not_whose_the_message_is() -> None:
    got = event_of(SAMPLES["press"])

    assert got
    assert (got.press, got.address, got.person) == ("picture", DIALOG, JOHN)
    assert got.message == "mid.000000000adf429c019d47d58f2b3d9e"


def test_a_press_of_a_message_that_is_gone_is_of_the_presser_s_dialog() -> None:
    gone = SAMPLES["press"] | {"message": None}
    absent = {name: value for name, value in SAMPLES["press"].items() if name != "message"}

    for update in (gone, absent):
        got = event_of(update, **{"123456789": "182182182"})
        assert got
        assert (got.press, got.address) == ("picture", DIALOG)
        assert event_of(update) is None, "nobody knows where that is"


def test_an_edit_is_dated_by_the_update_and_not_by_the_message() -> None:
    got = event_of(SAMPLES["edit"])

    assert got
    assert (got.edited, got.text) == (True, "hi bot")
    assert got.at == datetime.fromtimestamp(1775025604.499, UTC)


@pytest.mark.parametrize(
    ("name", "address", "what"),
    [
        ("start", DIALOG, {"text": "/start"}),
        ("start by a link", DIALOG, {"text": "/start", "start": "t-roads"}),
        ("stop", DIALOG, {"change": "blocked"}),
        ("dialog removed", DIALOG, {"change": "blocked"}),
        ("bot added", GROUP, {"change": "joined"}),
        ("user removed", GROUP, {"change": "left"}),
    ],
)
def test_what_happens_to_a_chat(name: str, address: Address, what: dict[str, str]) -> None:
    got = event_of(SAMPLES[name])

    assert got
    assert (got.address, got.person) == (address, JOHN)
    assert {key: getattr(got, key) for key in what} == what
    assert got.private is (address == DIALOG)


def test_the_bot_is_added_by_nobody_that_is_told() -> None:
    got = event_of(SAMPLES["bot added by nobody"])

    assert got
    assert (got.change, got.address, got.person.account) == ("joined", GROUP, "")


@pytest.mark.parametrize(
    ("changes", "change"),
    [
        ({}, "sees"),
        ({"permissions": ["write"]}, "blind"),
        ({"permissions": None}, "blind"),
        ({"is_admin": False}, "blind"),
    ],
)
def test_rights_tell_whether_the_bot_reads(changes: dict[str, Any], change: str) -> None:
    got = to_event(SAMPLES["rights"] | changes, me="229229229", username="", now=NOW, chats={})

    assert got
    assert got.change == change
    assert event_of(SAMPLES["rights"]) is None, "those of another bot"


@pytest.mark.parametrize(
    "name",
    [
        *("removal", "dialog cleared", "dialog muted", "dialog unmuted", "bot removed"),
        *("user added", "title", "comment", "comment removed", "voice"),
    ],
)
def test_what_is_no_matter_of_ours_is_no_event(name: str) -> None:
    assert event_of(SAMPLES[name]) is None


def test_only_a_message_without_anything_is_counted_as_such() -> None:
    assert [name for name, update in SAMPLES.items() if has_nothing(update)] == ["voice"]


def test_each_sample_has_an_id_of_its_own_and_the_same_when_it_comes_again() -> None:
    ids = {name: event_id(update) for name, update in SAMPLES.items()}
    del ids["start by a link"]  # by the same person in the same millisecond as the start without

    assert all(event_id(json.loads(json.dumps(SAMPLES[name]))) == ids[name] for name in ids)
    assert len(set(ids.values())) == len(ids)


def test_two_presses_of_one_keyboard_are_two_events() -> None:
    again = json.loads(json.dumps(SAMPLES["press"]))
    again["callback"]["timestamp"] += 1

    assert event_id(again) != event_id(SAMPLES["press"])


def test_what_bots_and_channels_say_is_not_for_us() -> None:
    bot = SAMPLES["message in a dialog"]["message"]["sender"] | {"is_bot": True}
    channel = {"chat_id": -5, "chat_type": "channel"}

    assert event_of(said(sender=bot)) is None
    assert event_of(said(sender=None)) is None
    assert event_of(said(recipient=channel)) is None


def test_a_null_body_is_nothing_that_was_said() -> None:
    got = event_of(said(body=None))

    assert got is None or (got.text, got.files) == ("", ())


def attached(*attachments: Any, text: str | None = "") -> dict[str, Any]:
    body = {"mid": "mid.1", "seq": 2**60, "text": text, "attachments": list(attachments)}
    return said(body=body)


@pytest.mark.parametrize(
    ("attachment", "unreadable"),
    [
        (
            {"type": "sticker", "payload": {"url": "u", "code": "c"}, "width": 1, "height": 1},
            "sticker",
        ),
        ({"type": "contact", "payload": {"vcf_info": "TEL:+7", "hash": "x"}}, "contact"),
        ({"type": "audio", "payload": {"url": "u", "token": "t"}, "transcription": None}, "audio"),
        ({"type": "hologram", "payload": {}}, "hologram"),
    ],
)
def test_what_is_not_taken_is_named(attachment: dict[str, Any], unreadable: str) -> None:
    got = event_of(attached(attachment))

    assert got
    assert got.unreadable == unreadable


@pytest.mark.parametrize("odd", [7, None, {}, {"type": "image"}, {"type": "location"}])
def test_a_piece_that_cannot_be_read_does_not_cost_the_rest(odd: Any) -> None:
    got = event_of(attached(odd, text="Яма"))

    assert got
    assert got.text == "Яма"
    with pytest.raises(NothingReadable):
        event_of(attached(odd))


@pytest.mark.parametrize("kind", ["audio", "contact", "hologram"])
def test_words_beside_a_piece_that_is_not_taken_say_that_it_is_lost(kind: str) -> None:
    got = event_of(attached({"type": kind, "payload": {"url": "u", "token": "t"}}, text="Яма"))

    assert got
    assert (got.text, got.lost, got.unreadable) == ("Яма", 1, "")


def test_nobody_misses_a_sticker_beside_words() -> None:
    got = event_of(attached({"type": "sticker", "payload": {"code": "c"}}, text="Яма"))

    assert got
    assert (got.text, got.files) == ("Яма", ())


def test_a_video_is_fetched_by_its_token_and_needs_no_address() -> None:
    got = event_of(attached({"type": "video", "payload": {"token": "t", "url": None}}))

    assert got
    assert [file.kind for file in got.files] == ["video"]
    with pytest.raises(NothingReadable):
        event_of(attached({"type": "video", "payload": {"token": None, "url": "u"}}))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/id@unit_bot", "/id"),
        ("/id@Unit_Bot", "/id"),
        ("@Unit_Bot /id", "/id"),
        ("@unit_bot\n/id", "/id"),
        ("/answer@unit_bot\nСделано", "/answer\nСделано"),
        ("/answer 5 пишите на a@bor.ru", "/answer 5 пишите на a@bor.ru"),
        ("@unit_bot добрый день", "@unit_bot добрый день"),
    ],
)
def test_a_command_may_name_the_bot(text: str, read: str) -> None:
    group = {"chat_id": -70801090403050, "chat_type": "chat"}
    update = said(recipient=group, body={"mid": "mid.1", "seq": 1, "text": text})
    got = event_of(update)

    assert got
    assert got.text == read


@pytest.mark.parametrize("text", ["/id@another_bot", "@another_bot /id"])
def test_a_command_for_another_bot_is_none_of_ours_in_a_group(text: str) -> None:
    body = {"mid": "mid.1", "seq": 1, "text": text}
    in_dialog = event_of(said(body=body))

    assert event_of(said(recipient={"chat_id": -5, "chat_type": "chat"}, body=body)) is None
    assert in_dialog
    assert in_dialog.text == text


@pytest.mark.parametrize("name", ["start", "stop", "dialog removed"])
def test_a_dialog_with_nobody_is_parked(name: str) -> None:
    update = {key: value for key, value in SAMPLES[name].items() if key not in ("user", "user_id")}

    with pytest.raises(LookupError):
        event_of(update)


def test_the_id_of_what_is_parked_fits_too() -> None:
    update = said(body={"mid": "m" * 300, "seq": 1}, recipient=None)

    assert len(event_id(update)) <= MOST_EVENT_ID
    assert event_id(update) == event_id(json.loads(json.dumps(update)))
