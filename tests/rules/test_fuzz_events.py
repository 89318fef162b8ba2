"""``to_event`` on everything the specifications allow, and on what they do not.

What is as the messenger describes it becomes an event or is none of ours; what is not is parked
with an error that quotes nothing. No update brings an adapter down.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.channels.max.reading import events as max_events
from bot.channels.telegram import events as telegram_events
from bot.channels.telegram.errors import named
from bot.channels.telegram.updates import Update, read_update
from bot.channels.vk.reading import events as vk_events
from bot.failures import NothingReadable
from storage.messages import Event
from tests.channels.max.samples import SAMPLES
from tests.fakes.max.spec import SPEC as MAX_SPEC
from tests.fakes.telegram.spec import SPEC
from tests.fakes.vk.spec import SPECS
from tests.faults.plan import PLAN
from tests.support import shapes

NOW = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
# The same examples each time in the suite; MCU_FAULTS=long looks for new ones.
FUZZ = settings(
    max_examples=3000 if PLAN.long else 100,
    derandomize=not PLAN.long,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
max_samples = st.sampled_from(sorted(SAMPLES)).map(
    lambda name: json.loads(json.dumps(SAMPLES[name]))
)
max_known = MAX_SPEC.is_file()
max_updates = max_samples | shapes.max_schema("Update") if max_known else max_samples
telegram_known = pytest.mark.skipif(not SPEC.is_file(), reason="the Bot API's specification")
vk_known = pytest.mark.skipif(not SPECS.is_dir(), reason="VK's schema is not there")

TELEGRAM_KINDS = {
    "message": "Message",
    "edited_message": "Message",
    "callback_query": "CallbackQuery",
    "my_chat_member": "ChatMemberUpdated",
}
telegram_updates = st.sampled_from(sorted(TELEGRAM_KINDS)).flatmap(
    lambda name: st.fixed_dictionaries(
        {"update_id": shapes.IDS, name: shapes.telegram(TELEGRAM_KINDS[name])}
    )
)
VK = "../{}/objects.json#/definitions/{}"
VK_KINDS = {
    "message_edit": VK.format("messages", "messages_message"),
    "message_reply": VK.format("messages", "messages_message"),
    "message_event": VK.format("callback", "callback_message_event"),
    "message_allow": VK.format("callback", "callback_message_allow"),
    "message_deny": VK.format("callback", "callback_message_deny"),
}
VK_OBJECTS = {
    "message_new": st.fixed_dictionaries({"message": shapes.vk(VK_KINDS["message_edit"])}),
    **{name: shapes.vk(reference) for name, reference in VK_KINDS.items()},
}
vk_updates = st.sampled_from(sorted(VK_OBJECTS)).flatmap(
    lambda name: st.fixed_dictionaries(
        {
            "type": st.just(name),
            "event_id": st.text("0123456789abcdef", min_size=8, max_size=40),
            "group_id": shapes.IDS,
            "object": VK_OBJECTS[name],
        }
    )
)


def test_an_error_quotes_no_value() -> None:
    anna = {"id": 1, "is_bot": False, "first_name": "Анна"}
    chat = {"id": 1, "type": "private"}
    raw = {"chat": chat, "from": anna, "date": "Анна больна", "message_id": 1}
    with pytest.raises(ValidationError) as raised:
        Update.model_validate({"update_id": 1, "message": raw})

    assert "Анна" not in named(raised.value)


def test_an_id_that_no_table_takes_is_made_anew() -> None:
    for strange in ({"": None}, "e" * 101, "a\0b", 7):
        update = {"type": "message_deny", "event_id": strange, "object": {"user_id": 1}}
        assert_sound(from_vk(update), "vk")


def from_telegram(raw: Any) -> Event | None:
    return telegram_events.to_event(read_update(raw), username="mcu_test_bot", now=NOW)


def from_vk(raw: Any) -> Event | None:
    return vk_events.to_event(raw, group_id=77, now=NOW)


def from_max(raw: Any) -> Event | None:
    return max_events.to_event(raw, me="277639678", username="mcu_test_bot", now=NOW, chats={})


def assert_sound(event: Event | None, channel: str) -> None:
    """Whatever came, the tables take it and it reads back as it was."""
    if event is None:
        return
    kept = event
    assert Event.from_json(kept.to_json()) == kept
    assert kept.address.channel == channel == kept.person.channel
    assert 0 < len(kept.id) <= 100
    assert 0 < len(kept.address.chat) <= 64
    assert len(kept.person.account) <= 64
    assert len(kept.message) <= 64
    assert len(kept.reply_to) <= 64
    assert len(kept.album) <= 64
    assert kept.at.tzinfo is not None
    assert "\0" not in kept.text + kept.press + kept.person.name
    for file in kept.files:
        assert file.kind in ("photo", "video", "document")
    if kept.files:  # a lost one never comes alone
        assert kept.text or kept.place or any(file.ref for file in kept.files)
    if kept.place and kept.place.lat is not None:
        assert -90 <= kept.place.lat <= 90


@telegram_known
@FUZZ
@given(telegram_updates)
def test_telegram_s_updates_become_events_or_are_none_of_ours(raw: Any) -> None:
    assert_sound(from_telegram(raw), "telegram")


@telegram_known
@FUZZ
@given(shapes.broken(telegram_updates))
def test_telegram_s_broken_updates_are_parked_with_nobodys_words(raw: Any) -> None:
    try:
        event = from_telegram(raw)
    except NothingReadable as error:
        assert_sound(error.sender, "telegram")
        return
    except Exception as error:  # noqa: BLE001 - the adapter parks whatever it is
        told = named(error)
    else:
        assert_sound(event, "telegram")
        return
    assert len(told) < 300


@vk_known
@FUZZ
@given(vk_updates)
def test_vk_s_updates_become_events_or_are_none_of_ours(raw: Any) -> None:
    try:
        event = from_vk(raw)
    except (
        NothingReadable
    ) as error:  # its only piece has no address: the schema does not ask for one
        assert_sound(error.sender, "vk")
        return
    assert_sound(event, "vk")


@vk_known
@FUZZ
@given(shapes.broken(vk_updates) | shapes.JSON)
def test_vk_s_broken_updates_raise_what_the_adapter_parks(raw: Any) -> None:
    try:
        event = from_vk(raw)
    except NothingReadable as error:
        assert_sound(error.sender, "vk")
        return
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return
    assert_sound(event, "vk")


@FUZZ
@given(max_updates)
def test_max_s_updates_become_events_or_are_none_of_ours(raw: Any) -> None:
    try:
        event = from_max(raw)
    except NothingReadable as error:  # a file whose kind nobody knows yet is no mistake of theirs
        assert_sound(error.sender, "max")
        return
    except (LookupError, TypeError):  # nobody knows where it was said: it is parked
        assert raw["message"]["recipient"].get("chat_id") is None
        return
    assert_sound(event, "max")


@FUZZ
@given(shapes.broken(max_updates) | shapes.JSON)
def test_max_s_broken_updates_raise_what_the_adapter_parks(raw: Any) -> None:
    if max_events.kind_of(raw):
        assert 0 < len(max_events.event_id(raw)) <= 100
    try:
        event = from_max(raw)
    except NothingReadable as error:
        assert_sound(error.sender, "max")
        return
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return
    assert_sound(event, "max")
    assert event is None or not event.private or event.person.account
