"""One piece of a message that is not as Telegram describes it costs no other piece."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.channels.telegram.events import to_event
from bot.channels.telegram.updates import read_update
from bot.failures import NothingReadable
from storage.messages import LOST, Event, Person, Place
from tests.channels.telegram.test_events import (
    ANNA,
    BOT,
    FILE,
    GROUP,
    NOW,
    PRIVATE,
    SENT,
    message,
)
from tests.support import shapes

WORDS = "Открытый люк у школы"
POINT = {"latitude": 56.3, "longitude": 44.0}


def read(**update: Any) -> Event | None:
    return to_event(read_update({"update_id": 900, **update}), username="mcu_bot", now=NOW)


def event(**update: Any) -> Event:
    found = read(**update)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "odd",
    [
        {"document": {"file_name": "акт.pdf"}},
        {"document": "акт.pdf"},
        {"photo": [{"width": 1}]},
        {"photo": {}},
        {"photo": 7},
        {"video": {"file_id": 7}},
        {"video_note": ["f"]},
        {"location": {"latitude": 56.3}},
        {"location": "у школы"},
        {"venue": {"title": "Школа"}},
        {"reply_to_message": {"text": "Карточка"}},
        {"animation": {"file_id": None}, "document": {"file_id": None}},
        {"voice": FILE, "caption": WORDS},
        {"poll": {"id": "1"}},
    ],
    ids=str,
)
def test_words_beside_an_odd_piece_are_taken_and_the_piece_is_missed(odd: dict[str, Any]) -> None:
    got = event(message=message(text=WORDS, **odd))

    assert (got.text, got.files, got.unreadable) == (WORDS, (LOST,), "")


@pytest.mark.parametrize(
    "odd",
    [
        {"forward_origin": {"type": "hidden_user", "date": SENT}},
        {"forward_origin": {"type": "hologram"}},
        {"forward_origin": 7},
        {"date": "вчера"},
        {"edit_date": []},
        {"message_id": None},
        {"author_signature": 7},
        {"media_group_id": 7},
        {"is_automatic_forward": "да?"},
        {"from": {"id": 42, "is_bot": False}},
        {"from": {"id": "Анна"}},
        {"from": None},
        {"chat": {"id": 42}},
        {"entities": "нет", "quote": 7, "via_bot": [], "link_preview_options": None},
        {"sticker": FILE},
    ],
    ids=str,
)
def test_what_surrounds_the_words_may_be_odd(odd: dict[str, Any]) -> None:
    for kind in ("message", "edited_message"):
        got = event(**{kind: message(text=WORDS) | odd})

        assert (got.text, got.files, got.private) == (WORDS, (), True)
        assert (got.address.chat, got.person.account) == ("42", "42")


def test_what_can_be_read_of_a_piece_is_read() -> None:
    sizes = [{"file_id": "s", "width": 9}, {"file_id": "m", "width": "?"}, {}, 7,
             {"file_id": "l", "file_unique_id": "u", "width": 90, "height": 90}]  # fmt: skip
    paper = {"file_id": "d", "file_name": 7, "mime_type": [], "file_size": "много"}
    venue = {"location": POINT, "title": None}

    assert [file.ref for file in event(message=message(photo=sizes)).files] == ["l"]
    assert [file.ref for file in event(message=message(document=paper)).files] == ["d"]
    assert event(message=message(venue=venue)).place == Place(56.3, 44.0)
    assert event(message=message(venue={}, location=POINT)).files == ()


def test_an_odd_author_of_what_is_answered_does_not_hide_the_answer() -> None:
    answered = {"message_id": 5, "from": {"id": "?"}, "text": 7}
    got = event(message=message(GROUP, text="Сделано", reply_to_message=answered))

    assert (got.reply_to, got.files) == ("5", ())


@pytest.mark.parametrize("odd", [{"photo": [{}]}, {"document": 7}, {"location": {}}])
@pytest.mark.parametrize("chat", [PRIVATE, GROUP])
def test_where_nothing_is_left_the_sender_is_named(
    odd: dict[str, Any], chat: dict[str, Any]
) -> None:
    with pytest.raises(NothingReadable) as raised:
        read(message=message(chat, **odd))

    assert raised.value.sender.address.chat == str(chat["id"])
    assert raised.value.sender.person == Person("telegram", "42", "Анна Ли")


@pytest.mark.parametrize(
    "odd",
    [{"chat": {"id": "?"}}, {"chat": None}, {"chat": GROUP, "from": {"id": "?"}},
     {"chat": GROUP, "sender_chat": {"id": "?"}}],
    ids=str,
)  # fmt: skip
def test_who_speaks_and_where_is_never_guessed(odd: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(message=message(text="/admin") | odd)


def test_a_press_of_an_odd_person_in_their_own_chat_counts() -> None:
    pressed = {"message_id": 1, "chat": PRIVATE}
    query = {"id": "1", "from": {"first_name": 7}, "message": pressed, "data": "kind=problem#k"}

    assert event(callback_query=query).person.account == "42"
    with pytest.raises(ValidationError):
        read(callback_query={**query, "message": {"message_id": 1, "chat": GROUP}})


def test_what_the_bot_wrote_is_nobodys_words() -> None:
    origin = {"type": "user", "date": SENT, "sender_user": BOT}
    someone = {"type": "user", "date": SENT, "sender_user": ANNA}
    got = event(message=message(text="Ваше сообщение принято", photo=[FILE], forward_origin=origin))

    assert (got.text, got.files, got.unreadable) == ("", (), "ours")
    assert event(message=message(text=WORDS, forward_origin=someone)).text == WORDS


NAMES = ["photo", "document", "video", "animation", "location", "venue", "reply_to_message",
         "forward_origin", "author_signature", "media_group_id", "edit_date", "date", "from",
         "via_bot", "quote", "entities", "caption", "message_id"]  # fmt: skip
PIECES = st.dictionaries(st.sampled_from(NAMES), shapes.JSON, max_size=6)
NESTED = st.dictionaries(
    st.sampled_from(
        [
            "file_id",
            "file_unique_id",
            "width",
            "latitude",
            "longitude",
            "location",
            "message_id",
            "from",
            "sender_user",
            "chat",
            "id",
        ]
    ),
    shapes.JSON,
    max_size=4,
)
DEEP = st.dictionaries(st.sampled_from(NAMES), NESTED | st.lists(NESTED, max_size=3), max_size=5)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(PIECES | DEEP)
def test_whatever_the_pieces_are_the_words_come(odd: dict[str, Any]) -> None:
    sender = {"chat": PRIVATE, "text": WORDS}
    got = event(message=message() | odd | sender)

    assert (got.text, got.person.account) == (WORDS, "42")
    assert Event.from_json(got.to_json()) == got
    assert got.at <= datetime.max.replace(tzinfo=UTC)
