"""What Telegram's updates mean to the handlers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram.events import to_event
from bot.channels.telegram.updates import Update
from storage.messages import Event, File, Person, Place

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SENT = 1_790_000_000
ANNA = {"id": 42, "is_bot": False, "first_name": "Анна", "last_name": "Ли"}
BOT = {"id": 7, "is_bot": True, "first_name": "МЦУ", "username": "mcu_bot"}
PRIVATE = {"id": 42, "type": "private", "first_name": "Анна"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Дежурные"}
FILE = {"file_id": "f1", "file_unique_id": "u1", "file_size": 5}


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 11, "date": SENT, "chat": chat, "from": ANNA, **content}


def read(**update: Any) -> Event | None:
    return to_event(
        Update.model_validate({"update_id": 900, **update}), username="mcu_bot", now=NOW
    )


def event(**update: Any) -> Event:
    read_event = read(**update)
    assert read_event is not None
    return read_event


def test_a_private_text_becomes_an_event() -> None:
    seen = event(message=message(text="Яма <b>на</b> дороге"))

    assert seen.id == "900"
    assert str(seen.address) == "telegram:42"
    assert seen.person == Person("telegram", "42", "Анна Ли")
    assert seen.at == datetime.fromtimestamp(SENT, UTC)
    assert seen.private
    assert seen.text == "Яма <b>на</b> дороге"
    assert seen.message == "11"
    assert Event.from_json(seen.to_json()) == seen


def test_a_group_message_is_not_private_and_knows_what_it_answers() -> None:
    answered = {"message_id": 5, "date": SENT, "chat": GROUP, "from": BOT, "text": "Карточка"}
    seen = event(message=message(GROUP, text="Сделано", reply_to_message=answered))

    assert not seen.private
    assert seen.reply_to == "5"


def test_a_message_in_a_forum_topic_does_not_answer_the_topic_itself() -> None:
    topic = {"name": "Дороги", "icon_color": 1}
    opened = {"message_id": 5, "date": SENT, "chat": GROUP, "forum_topic_created": topic}
    seen = event(message=message(GROUP, text="Сделано", reply_to_message=opened))

    assert seen.reply_to == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/open@mcu_bot", "/open"),
        ("/find@MCU_bot яма", "/find яма"),
        ("/start", "/start"),
        ("пишите на a@mcu_bot", "пишите на a@mcu_bot"),
    ],
)
def test_a_command_is_ours_by_our_name(text: str, expected: str) -> None:
    assert event(message=message(GROUP, text=text)).text == expected


@pytest.mark.parametrize(
    ("text", "start"),
    [("/start p-x7k2", "p-x7k2"), ("/start", ""), ("/start ", ""), ("/start я & <b>", "-")],
)
def test_the_code_of_a_link_comes_with_the_start_command(text: str, start: str) -> None:
    seen = event(message=message(text=text))

    assert (seen.text.strip(), seen.start) == ("/start", start)
    assert not event(message=message(GROUP, text=text)).start


def test_another_bots_command_is_of_no_interest() -> None:
    assert read(message=message(GROUP, text="/open@other_bot")) is None


def test_the_largest_size_of_a_photo_is_taken_with_its_caption_and_album() -> None:
    sizes = [
        {"file_id": f"p{w}", "file_unique_id": f"u{w}", "width": w, "height": w, "file_size": w}
        for w in (90, 1280, 320)
    ]
    seen = event(message=message(photo=sizes, caption="Вот", media_group_id="77"))

    assert seen.files == (File("photo", "p1280", "u1280.jpg", "image/jpeg", 1280, "u1280"),)
    assert (seen.text, seen.album) == ("Вот", "77")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"document": {**FILE, "file_name": "акт.pdf", "mime_type": "application/pdf"}},
            File("document", "f1", "акт.pdf", "application/pdf", 5, "u1"),
        ),
        (
            {"video": {**FILE, "width": 1, "height": 1, "duration": 1, "mime_type": "video/mp4"}},
            File("video", "f1", "u1.mp4", "video/mp4", 5, "u1"),
        ),
        (
            {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": FILE},
            File("video", "f1", "u1.mp4", "video/mp4", 5, "u1"),
        ),
        (
            {"video_note": {**FILE, "length": 1, "duration": 1}},
            File("video", "f1", "u1.mp4", "video/mp4", 5, "u1"),
        ),
    ],
)
def test_videos_and_documents_are_files(content: dict[str, Any], expected: File) -> None:
    assert event(message=message(**content)).files == (expected,)


def test_a_location_and_a_venue_are_places() -> None:
    point = {"latitude": 55.75, "longitude": 37.62}
    venue = {"location": point, "title": "Школа 5", "address": "ул. Мира, 1"}

    assert event(message=message(location=point)).place == Place(55.75, 37.62)
    named = event(message=message(venue=venue, location=point)).place
    assert named == Place(55.75, 37.62, "Школа 5, ул. Мира, 1")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("voice", {**FILE, "duration": 1}),
        ("audio", {**FILE, "duration": 1}),
        ("contact", {"phone_number": "+7", "first_name": "Иван"}),
        ("dice", {"emoji": "🎲", "value": 2}),
        (
            "sticker",
            {
                **FILE,
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            },
        ),
    ],
)
def test_what_cannot_be_read_is_named(kind: str, content: dict[str, Any]) -> None:
    assert event(message=message(**{kind: content})).unreadable == kind


def test_content_newer_than_the_library_is_unreadable_not_lost() -> None:
    assert event(message=message(hologram={"depth": 3})).unreadable == "unknown"


def test_a_forwarded_post_is_ordinary_content() -> None:
    origin = {
        "type": "channel",
        "date": SENT,
        "chat": {"id": -1, "type": "channel", "title": "Новости"},
        "message_id": 3,
    }

    assert event(message=message(text="Прорвало трубу", forward_origin=origin)).text


def test_an_edit_is_an_event_of_its_own_time() -> None:
    seen = event(edited_message=message(text="Яма у дома 5", edit_date=SENT + 60))

    assert seen.edited
    assert seen.message == "11"
    assert seen.at == datetime.fromtimestamp(SENT + 60, UTC)


def test_a_live_location_that_moves_is_of_no_interest() -> None:
    point = {"latitude": 55.75, "longitude": 37.62, "live_period": 900}

    assert read(edited_message=message(location=point, edit_date=SENT + 5)) is None


def test_a_press_brings_its_data_and_the_message_it_stood_under() -> None:
    card = {"message_id": 5, "date": SENT, "chat": GROUP, "from": BOT, "text": "Карточка"}
    query = {"id": "q1", "from": ANNA, "chat_instance": "c", "data": "take=1", "message": card}
    seen = event(callback_query=query)

    assert (seen.press, seen.message, seen.private) == ("take=1", "5", False)
    assert seen.person.account == "42"
    assert seen.at == NOW


def test_a_press_under_a_message_too_old_to_show_still_counts() -> None:
    old = {"message_id": 5, "date": 0, "chat": PRIVATE}
    query = {"id": "q1", "from": ANNA, "chat_instance": "c", "data": "menu", "message": old}

    assert event(callback_query=query).message == "5"


@pytest.mark.parametrize(
    ("chat", "old", "new", "expected"),
    [
        (PRIVATE, "member", "kicked", "blocked"),
        (PRIVATE, "kicked", "member", "unblocked"),
        (GROUP, "left", "member", "joined"),
        (GROUP, "member", "kicked", None),
        (GROUP, "member", "restricted", None),
        ({"id": -1, "type": "channel", "title": "Новости"}, "left", "member", None),
    ],
)
def test_a_change_of_membership(
    chat: dict[str, Any], old: str, new: str, expected: str | None
) -> None:
    def member(status: str) -> dict[str, Any]:
        return {"status": status, "user": BOT, "a_right_of_tomorrow": True}

    seen = read(
        my_chat_member={
            "chat": chat,
            "from": ANNA,
            "date": SENT,
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
    )

    assert (seen.change if seen else None) == expected


def test_a_group_that_became_a_supergroup_has_moved() -> None:
    group = {"id": -500, "type": "group", "title": "Дежурные"}
    seen = event(message=message(group, migrate_to_chat_id=-100500))

    assert (seen.change, seen.address.chat, seen.moved_to) == ("moved", "-500", "-100500")


def test_an_anonymous_administrator_speaks_as_the_group() -> None:
    stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    written = message(GROUP, text="Сделано", sender_chat=GROUP) | {"from": stand_in}

    assert event(message=written).person == Person("telegram", "-100500", "Дежурные")


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": message({"id": -1, "type": "channel", "title": "Новости"}, text="!")},
        {"message": message(GROUP, new_chat_title="Новое имя")},
        {"message": message(GROUP, new_chat_members=[ANNA])},
        {"message": message(GROUP, video_chat_started={})},
        {"message": message(GROUP, text="пост", sender_chat=GROUP, is_automatic_forward=True)},
        {"message": message(GROUP, text="бип") | {"from": BOT}},
        {"poll": {"id": "1", "question": "?", "options": []} | {"total_voter_count": 0}},
        {},
    ],
)
def test_the_rest_is_of_no_interest(update: dict[str, Any]) -> None:
    if "poll" in update:
        flags = ("is_closed", "is_anonymous", "allows_multiple_answers", "allows_revoting")
        update["poll"] |= dict.fromkeys(flags, False) | {"type": "regular", "members_only": False}

    assert read(**update) is None
