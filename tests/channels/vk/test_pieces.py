"""One piece of a message that is not as VK describes it costs no other piece; none is lost in silence."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.vk.reading.events import to_event
from bot.failures import NothingReadable
from storage.messages import LOST, Event, Place
from tests.channels.vk.test_events import GROUP, NOW, STAFF, event, message, photo, update
from tests.support import shapes

WORDS = "Открытый люк у школы"
DOC = {"id": 7, "owner_id": 42, "title": "акт", "ext": "pdf", "url": "https://vk/d"}
VIDEO = {"id": 7, "owner_id": 42, "title": "Яма"}


def attached(kind: str, thing: Any) -> dict[str, Any]:
    return {"type": kind, kind: thing}


def without(thing: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in thing.items() if key != name}


ODD_PIECES: dict[str, dict[str, Any]] = {
    "a photo without sizes": {"attachments": [attached("photo", {"id": 1, "sizes": []})]},
    "a photo whose sizes are words": {"attachments": [attached("photo", {"id": 1, "sizes": "x"})]},
    "a document without an address": {"attachments": [attached("doc", without(DOC, "url"))]},
    "a document of nobody": {"attachments": [attached("doc", without(DOC, "owner_id"))]},
    "a video without an id": {"attachments": [attached("video", without(VIDEO, "id"))]},
    "a photo that is not there": {"attachments": [{"type": "photo"}]},
    "an attachment of no kind": {"attachments": [{"photo": {}}]},
    "an attachment that is a number": {"attachments": [7]},
    "attachments that are a word": {"attachments": "photo1_2"},
    "a kind that is new": {"attachments": [attached("hologram", {"depth": 3})]},
    "a poll": {"attachments": [attached("poll", {"id": 1})]},
    "a voice message": {"attachments": [attached("audio_message", {"id": 1})]},
    "a link that is a word": {"attachments": [attached("link", "vk.com")]},
    "a post that is a word": {"attachments": [attached("wall", "post")]},
    "a point that is words": {"geo": {"coordinates": "у школы"}},
    "a point outside the earth": {"geo": {"coordinates": {"latitude": 156, "longitude": 44}}},
    "a point without one": {"geo": {"type": "point"}},
    "a forward that is a number": {"fwd_messages": [7]},
    "an odd photo in a post": {
        "attachments": [attached("wall", {"attachments": [attached("photo", {})]})]
    },
    "an odd document in a repost": {
        "attachments": [
            attached("wall", {"copy_history": [{"attachments": [attached("doc", {"id": 1})]}]})
        ]
    },
    "an odd photo in a forward of a forward": {
        "fwd_messages": [
            {"from_id": 5, "fwd_messages": [{"from_id": 6, "attachments": [{"type": "photo"}]}]}
        ]
    },
}


@pytest.mark.parametrize("odd", ODD_PIECES.values(), ids=ODD_PIECES)
def test_words_beside_an_odd_piece_are_taken_and_the_piece_is_missed(odd: dict[str, Any]) -> None:
    got = event(message(text=WORDS, **odd))

    assert got.text == WORDS
    assert got.files == (LOST,)
    assert got.unreadable == ""


def test_a_photo_beside_odd_pieces_is_taken() -> None:
    attachments = [{"type": "photo"}, photo(1), attached("doc", {}), attached("hologram", {})]
    got = event(message(attachments=attachments, geo="здесь"))

    assert [file.name for file in got.files if file.ref] == ["photo1.jpg"]
    assert got.lost == 4


def test_the_point_of_a_wall_post_is_a_text() -> None:
    post = {"text": WORDS, "geo": {"coordinates": "56.32 44.0"}}
    nested = {"text": "Смотрите", "copy_history": [post]}
    for one in (post, nested):
        got = event(message(attachments=[attached("wall", one)]))
        assert got.place == Place(56.32, 44.0)
        assert WORDS in got.text
        assert got.lost == 0


def test_what_surrounds_the_words_may_be_odd() -> None:
    odd = {
        "date": "вчера",
        "conversation_message_id": [],
        "reply_message": 7,
        "action": "нет",
        "payload": {},
        "from_id": None,
        "update_time": {},
    }
    got = event(message(text=WORDS, **odd), "message_edit")

    assert (got.text, got.at, got.message, got.person.account) == (WORDS, NOW, "", "42")


def test_of_old_photos_the_letter_tells_the_size() -> None:
    letters = ("s", "m", "x", "y", "q", "o", "z", "p", "r")
    sizes = [{"type": one, "url": f"u{one}", "width": 0, "height": 0} for one in letters]
    thing = {"id": 1, "owner_id": 2, "sizes": sizes}
    (file,) = event(message(attachments=[attached("photo", thing)])).files

    assert json.loads(file.ref)["u"] == "uz"


def test_a_size_without_numbers_is_no_reason_to_refuse_the_photo() -> None:
    sizes = [7, {"type": "x", "url": "ux"}, {"type": "m", "url": "um", "width": "?"}, {"type": "w"}]
    thing = {"id": 1, "owner_id": 2, "sizes": sizes, "orig_photo": None}
    (file,) = event(message(attachments=[attached("photo", thing)])).files

    assert json.loads(file.ref)["u"] == "ux"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[id1|Павел], посмотрите", "Павел, посмотрите"),
        ("спросите [club5|Водоканал] и [id7|@anna]", "спросите Водоканал и @anna"),
        ("[https://vk.com/wall-1_2|пост]", "пост (https://vk.com/wall-1_2)"),
        ("[яма|глубокая] и [id|x]", "[яма|глубокая] и [id|x]"),
    ],
)
def test_mentions_are_read_as_their_writer_saw_them(written: str, read: str) -> None:
    assert event(message(text=written)).text == read
    assert event(message(fwd_messages=[{"from_id": 5, "text": written}])).text == read


@pytest.mark.parametrize(
    ("voice", "text", "unreadable"),
    [
        ({"transcript": "Яма на Мира", "transcript_state": "done"}, "Яма на Мира", ""),
        ({"transcript": "Яма на Мира"}, "Яма на Мира", ""),
        ({"transcript": "Яма", "transcript_state": "in_progress"}, "", "voice"),
        ({"transcript": ""}, "", "voice"),
        ({}, "", "voice"),
    ],
)
def test_a_voice_message_is_taken_in_words_where_vk_has_heard_it(
    voice: dict[str, Any], text: str, unreadable: str
) -> None:
    got = event(message(attachments=[attached("audio_message", {"id": 1, **voice})]))

    assert (got.text, got.unreadable) == (text, unreadable)


@pytest.mark.parametrize(
    "odd", [{"attachments": [{"type": "photo"}]}, {"geo": 1}, {"fwd_messages": [7]}]
)
@pytest.mark.parametrize("peer", [42, STAFF])
def test_where_nothing_is_left_the_sender_is_named(odd: dict[str, Any], peer: int) -> None:
    with pytest.raises(NothingReadable) as raised:
        event(message(peer_id=peer, **odd))

    assert raised.value.sender.address.chat == str(peer)
    assert raised.value.sender.person.account == "42"


# Our own words are not theirs


def ours(number: int, text: str, peer: int = 42) -> dict[str, Any]:
    return {
        "from_id": -GROUP,
        "peer_id": peer,
        "conversation_message_id": number,
        "text": text,
        "date": 1,
        "attachments": [photo()],
    }


def test_our_messages_that_are_forwarded_are_answered_and_not_said() -> None:
    got = event(
        message(text="Яма на месте", fwd_messages=[ours(5, "Готово"), ours(6, "Решено?\nДа")])
    )

    assert (got.text, got.files) == ("Яма на месте", ())
    assert (got.reply_to, got.also_to, got.quoted) == ("6", ("5",), "Решено?")


def test_ours_among_others_are_left_out_at_any_depth() -> None:
    inner = {"from_id": 9, "text": "Сосед", "fwd_messages": [ours(3, "Приняли")]}
    got = event(message(text="Вот", fwd_messages=[inner, ours(5, "Готово")]))

    assert (got.text, got.reply_to) == ("Вот\n\nСосед", "5")


def test_ours_from_another_chat_answer_nothing_by_their_number() -> None:
    got = event(
        message(peer_id=STAFF, text="Что это?", fwd_messages=[ours(5, "МЦУ-26-000001", 42)])
    )

    assert (got.reply_to, got.quoted) == ("", "МЦУ-26-000001")


def test_only_our_own_words_say_nothing() -> None:
    got = event(message(fwd_messages=[ours(5, "Готово")]))

    assert (got.text, got.files, got.unreadable) == ("", (), "ours")


def test_a_post_of_the_town_that_a_resident_reposts_is_said() -> None:
    post = {"from_id": -GROUP, "owner_id": -GROUP, "text": "Обещаем засыпать яму"}

    assert event(message(attachments=[attached("wall", post)])).text == "Обещаем засыпать яму"


# Whatever else comes

PIECE = st.sampled_from(
    ["photo", "doc", "video", "wall", "wall_reply", "link", "audio_message", "poll", "x"]
).flatmap(
    lambda kind: st.fixed_dictionaries({"type": st.just(kind) | shapes.JSON, kind: shapes.JSON})
)
INNER = st.dictionaries(
    st.sampled_from(["text", "attachments", "geo", "fwd_messages", "copy_history", "from_id"]),
    shapes.JSON | st.lists(PIECE, max_size=3),
    max_size=5,
)
ANY_PIECES = st.fixed_dictionaries(
    {},
    optional={
        "attachments": st.lists(PIECE | shapes.JSON, max_size=4) | shapes.JSON,
        "fwd_messages": st.lists(INNER | shapes.JSON, max_size=3) | shapes.JSON,
        "reply_message": INNER | shapes.JSON,
        "geo": shapes.JSON,
        "date": shapes.JSON,
        "is_cropped": shapes.JSON,
        "update_time": shapes.JSON,
        "conversation_message_id": shapes.JSON,
    },
)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(ANY_PIECES)
def test_whatever_the_pieces_are_the_words_come(odd: dict[str, Any]) -> None:
    for thing in (odd, {"attachments": [{"type": "wall", "wall": odd}]}):
        got = to_event(update(message(**thing) | {"text": WORDS}), group_id=GROUP, now=NOW)

        assert got is not None
        assert got.text.startswith(WORDS)
        assert Event.from_json(got.to_json()) == got
        assert got.at <= datetime.max.replace(tzinfo=UTC)
