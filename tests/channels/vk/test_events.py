"""What VK tells becomes events; keyboards and texts as VK shows them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.vk.keyboards import keyboard, labels, literal
from bot.channels.vk.reading.events import event_id, to_event
from bot.channels.vk.reading.payloads import read_payload
from storage.messages import Address, Button, Event, Person, Place
from tests.fakes.vk.methods import as_seen, keyboard_mistake

GROUP = 77001
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STAFF = 2_000_000_001


def message(**fields: Any) -> dict[str, Any]:
    return {
        "date": 1_790_000_000,
        "from_id": 42,
        "peer_id": 42,
        "conversation_message_id": 5,
        "text": "",
        "attachments": [],
        "fwd_messages": [],
    } | fields


def update(thing: dict[str, Any], kind: str = "message_new") -> dict[str, Any]:
    body = {"message": thing} if kind == "message_new" else thing
    return {"type": kind, "event_id": "e1", "group_id": GROUP, "v": "5.199", "object": body}


def event(thing: dict[str, Any], kind: str = "message_new") -> Event:
    found = to_event(update(thing, kind), group_id=GROUP, now=NOW)
    assert found is not None
    return found


def photo(number: int = 1) -> dict[str, Any]:
    sizes = [
        {"type": "s", "width": 75, "height": 56, "url": "https://vk/s"},
        {"type": "w", "width": 1280, "height": 960, "url": "https://vk/w"},
        {"type": "x", "width": 604, "height": 453, "url": "https://vk/x"},
    ]
    thing = {"id": number, "owner_id": 42, "access_key": "key", "sizes": sizes}
    return {"type": "photo", "photo": thing}


def test_a_private_message_is_an_event() -> None:
    got = event(message(text="Яма на дороге"))

    assert got == Event(
        id="e1",
        address=Address("vk", "42"),
        person=Person("vk", "42"),
        at=datetime.fromtimestamp(1_790_000_000, UTC),
        text="Яма на дороге",
        message="5",
    )


def test_a_message_in_a_conversation_loses_the_mention_of_the_community() -> None:
    got = event(message(peer_id=STAFF, text="[club77001|@town], ответ готов"))

    assert got.text == "ответ готов"
    assert got.address == Address("vk", str(STAFF))
    assert not got.private


def test_the_mention_of_somebody_else_stays() -> None:
    got = event(message(peer_id=STAFF, text="[club1|@other] привет"))

    assert got.text == "@other привет"


def test_an_edited_message_is_marked_and_dated_by_its_edit() -> None:
    got = event(message(text="Яма", update_time=1_790_000_060), "message_edit")

    assert got.edited
    assert got.at == datetime.fromtimestamp(1_790_000_060, UTC)


def test_what_a_community_wrote_is_not_for_us() -> None:
    assert to_event(update(message(from_id=-GROUP)), group_id=GROUP, now=NOW) is None
    assert to_event(update(message(), "message_reply"), group_id=GROUP, now=NOW) is None
    assert to_event(update({}, "group_join"), group_id=GROUP, now=NOW) is None


def test_a_pressed_text_button_is_a_press_without_text() -> None:
    got = event(message(text="Дороги", payload='{"p":"topic=roads"}'))

    assert (got.press, got.text) == ("topic=roads", "")


def test_a_pressed_callback_button_tells_the_message_it_is_under() -> None:
    got = event(
        {
            "user_id": 42,
            "peer_id": STAFF,
            "event_id": "x",
            "payload": {"p": "take=1"},
            "conversation_message_id": 9,
        },
        "message_event",
    )

    assert (got.press, got.message, got.private, got.at) == ("take=1", "9", False, NOW)


def test_the_start_button_of_vk_is_the_start_command() -> None:
    assert event(message(text="Начать", payload='{"command":"start"}')).text == "/start"


def test_the_code_of_a_link_comes_with_the_first_message() -> None:
    pressed = event(message(text="Начать", payload='{"command":"start"}', ref="p-x7k2"))
    said = event(message(text="Яма", ref="p-x7k2", ref_source="poster"))

    assert (pressed.text, pressed.start) == ("/start", "p-x7k2")
    assert (said.text, said.start) == ("Яма", "p-x7k2")
    assert event(message(text="Яма", ref="Акция & <b>")).start == "-"
    assert event(message(text="Яма", ref=["p-x7k2"])).start == ""
    assert event(message(text="Яма", ref="p-x7k2", peer_id=STAFF)).start == ""


@pytest.mark.parametrize(
    "payload",
    ["", "{", "[]", "null", "42", '"p"', '{"p":1}', '{"p":{"p":1}}', "[" * 5000, 7, ["p"], "\x00"],
)
def test_a_forged_payload_is_an_ordinary_text(payload: Any) -> None:
    got = event(message(text="Дороги", payload=payload))

    assert (got.press, got.text) == ("", "Дороги")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_payload_raises(payload: Any) -> None:
    read_payload(payload)
    read_payload(json.dumps(payload))


def test_a_photo_is_taken_in_its_largest_size_and_with_its_key() -> None:
    (file,) = event(message(attachments=[photo()])).files

    assert (file.kind, file.name, file.mime) == ("photo", "photo1.jpg", "image/jpeg")
    assert json.loads(file.ref) == {"a": "photo42_1_key", "u": "https://vk/w", "m": [42, 5]}


def test_a_document_keeps_its_name_and_size() -> None:
    doc = {"id": 7, "owner_id": 42, "title": "акт", "ext": "pdf", "size": 9, "url": "https://vk/d"}
    (file,) = event(message(attachments=[{"type": "doc", "doc": doc}])).files

    assert (file.kind, file.name, file.size) == ("document", "акт.pdf", 9)
    assert json.loads(file.ref) == {"a": "doc42_7", "u": "https://vk/d", "m": [42, 5]}


def test_a_video_is_passed_on_in_vk_and_is_its_address_elsewhere() -> None:
    video = {"id": 7, "owner_id": 42, "title": "Яма", "access_key": "key"}
    (file,) = event(message(attachments=[{"type": "video", "video": video}])).files

    assert (file.kind, file.name, file.mime) == ("document", "Яма.txt", "text/plain")
    assert json.loads(file.ref) == {
        "a": "video42_7_key",
        "link": "https://vk.com/video42_7?list=key",
    }


def test_a_place_is_a_point_with_its_title() -> None:
    geo = {
        "coordinates": {"latitude": 57.76, "longitude": 40.92},
        "place": {"title": "Парк"},
        "type": "point",
    }

    assert event(message(geo=geo)).place == Place(57.76, 40.92, "Парк")


def test_what_is_forwarded_counts_as_said() -> None:
    inner = message(text="Внутри", attachments=[photo(2)])
    outer = message(text="Переслано", fwd_messages=[inner], attachments=[photo(1)])
    got = event(message(text="Смотрите", fwd_messages=[outer]))

    assert got.text == "Смотрите\n\nПереслано\n\nВнутри"
    assert [file.name for file in got.files] == ["photo1.jpg", "photo2.jpg"]


def test_a_wall_post_and_what_it_reposts_count_as_said() -> None:
    post = {"text": "Яма", "attachments": [photo(1)], "copy_history": [{"text": "Источник"}]}
    got = event(message(attachments=[{"type": "wall", "wall": post}]))

    assert got.text == "Яма\n\nИсточник"
    assert len(got.files) == 1


def test_a_link_is_kept_once() -> None:
    link = {"type": "link", "link": {"url": "https://example.ru/a"}}

    assert event(message(attachments=[link])).text == "https://example.ru/a"
    assert event(message(text="https://example.ru/a", attachments=[link])).text == (
        "https://example.ru/a"
    )


@pytest.mark.parametrize(
    ("kind", "unreadable"),
    [("sticker", "sticker"), ("audio_message", "voice"), ("audio", "audio"), ("poll", "poll")],
)
def test_what_we_do_not_take_is_named(kind: str, unreadable: str) -> None:
    assert event(message(attachments=[{"type": kind, kind: {"id": 1}}])).unreadable == unreadable


def test_a_sticker_beside_a_photo_is_no_reason_to_complain() -> None:
    sticker = {"type": "sticker", "sticker": {"sticker_id": 1}}

    assert event(message(attachments=[photo(), sticker])).unreadable == ""


def test_a_reply_names_the_message_it_answers() -> None:
    assert event(message(reply_message={"conversation_message_id": 3})).reply_to == "3"


def test_allowing_and_denying_messages_are_changes() -> None:
    assert event({"user_id": 42, "key": ""}, "message_allow").change == "unblocked"
    denied = event({"user_id": 42}, "message_deny")
    assert (denied.change, denied.address.chat, denied.private) == ("blocked", "42", True)


def test_an_invited_community_has_joined_and_other_actions_are_not_for_us() -> None:
    invited = {"type": "chat_invite_user", "member_id": -GROUP}
    assert event(message(peer_id=STAFF, action=invited)).change == "joined"

    for action in (
        {"type": "chat_invite_user", "member_id": 43},
        {"type": "chat_title_update", "text": "МЦУ"},
        {"type": "chat_kick_user", "member_id": -GROUP},
    ):
        thing = update(message(peer_id=STAFF, action=action))
        assert to_event(thing, group_id=GROUP, now=NOW) is None


def test_without_an_event_id_the_content_names_the_event() -> None:
    thing = update(message(text="Яма"))
    del thing["event_id"]

    assert event_id(thing) == event_id(json.loads(json.dumps(thing)))
    assert event_id(thing) != event_id(thing | {"type": "message_edit"})
    assert event_id("not an update")


@given(
    st.lists(
        st.lists(st.sampled_from(["press", "location", "url"]), min_size=1, max_size=2), max_size=3
    )
)
def test_keyboards_are_such_as_vk_takes(kinds: list[list[Any]]) -> None:
    rows = tuple(
        tuple(Button("Кнопка" * 9, "key=" + "x" * 230, kind, "https://a.ru") for kind in row)
        for row in kinds
    )

    for inline in (True, False):
        shown = keyboard(rows, inline=inline, private=inline)
        assert shown is None or keyboard_mistake(json.loads(shown)) == ""


def test_buttons_send_their_label_in_private_and_press_silently_in_conversations() -> None:
    rows = ((Button("Да", "yes=1", tone="good"),),)

    private = json.loads(keyboard(rows, inline=True, private=True) or "")
    group = json.loads(keyboard(rows, inline=True, private=False) or "")

    assert private["buttons"][0][0] == {
        "action": {"type": "text", "label": "Да", "payload": '{"p":"yes=1"}'},
        "color": "positive",
    }
    assert group["buttons"][0][0]["action"]["type"] == "callback"


def test_options_can_be_typed_where_there_is_no_keyboard() -> None:
    site = Button("Сайт", kind="url", url="https://a.ru")
    rows = ((Button("Дороги", "a", number=1), Button("Назад", "b")), (site,))

    assert labels(rows) == "1. Дороги\n— Назад\n— Сайт https://a.ru"


@pytest.mark.parametrize(
    "text",
    ["[id1|Павел] и [club1|Город]", "@durov, *durov и @all", "&lt;b&gt; &#128512; &amp;amp;"],
)
def test_a_mention_that_a_resident_wrote_is_shown_as_it_stands(text: str) -> None:
    assert literal(text) != text
    assert as_seen(literal(text)) == text


@pytest.mark.parametrize(
    "text", ["a@b.ru", "2*3=6", "https://a.ru/@57,40", "массив[1]", "Иванов & Ко; да", "#дороги"]
)
def test_texts_without_markup_stay_as_they_are(text: str) -> None:
    assert literal(text) == text


@given(st.text(alphabet="[]|@*&#;ab1 ", max_size=60))
def test_a_neutral_text_is_at_most_twice_as_long(text: str) -> None:
    assert len(literal(text)) <= 2 * len(text)


PRESS = json.dumps({"p": "take:7"})


def _unsupported(inner: object, times: int = 1) -> object:
    for _ in range(times):
        inner = {"command": "not_supported_button", "payload": inner}
    return inner


@pytest.mark.parametrize(
    "payload",
    [
        _unsupported(PRESS),
        _unsupported({"p": "take:7"}),
        json.dumps(_unsupported(PRESS)),
        _unsupported(PRESS, times=3),
        json.dumps(_unsupported(json.dumps(_unsupported(json.dumps(_unsupported(PRESS)))))),
    ],
)
def test_a_button_that_an_application_does_not_know_is_a_press(payload: object) -> None:
    assert read_payload(payload) == ("", "take:7")


@pytest.mark.parametrize(
    "payload",
    [
        _unsupported(None),
        _unsupported(""),
        _unsupported({}),
        _unsupported([PRESS]),
        _unsupported(PRESS, times=50),
        {"command": "not_supported_button"},
    ],
)
def test_an_empty_or_endless_one_is_none(payload: object) -> None:
    assert read_payload(payload) == ("", "")


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("Смотрите https://bor.ru/a", "https://bor.ru/a"),
        ("Смотрите bor.ru/a", "https://www.bor.ru/a/"),
        ("Смотрите Bor.ru", "http://bor.ru"),
        ("Смотрите бор.рф/яма", "https://xn--90a0ag.xn--p1ai/%D1%8F%D0%BC%D0%B0"),
    ],
)
def test_the_preview_of_a_link_that_was_typed_changes_nothing(said: str, url: str) -> None:
    snippet = {"type": "link", "link": {"url": url, "title": "Город Бор"}}

    before = event(message(text=said))
    after = event(message(text=said, attachments=[snippet]), "message_edit")

    assert after.look == before.look


def test_a_file_is_the_same_whatever_its_key_and_another_is_not() -> None:
    first, again, other = photo(1), photo(1), photo(2)
    again["photo"]["access_key"] = "another"

    looks = [event(message(attachments=[one])).look for one in (first, again, other)]

    assert looks[0] == looks[1] != looks[2]
