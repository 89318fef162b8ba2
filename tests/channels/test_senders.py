"""Bots, channels and communities are nobody, and never an admin."""

import pytest

from bot.channels.telegram import events as telegram_events
from bot.channels.telegram.updates import Update
from bot.channels.vk.reading import events as vk_events
from storage.messages import Event
from tests.fakes.clock import Clock


def telegram(**update: object) -> Event | None:
    """The event that Telegram's update is, if it is any."""
    made = Update.model_validate({"update_id": 1, **update})
    return telegram_events.to_event(made, username="mcu_bot", now=Clock().now)


def in_group(message: dict[str, object]) -> dict[str, object]:
    """A message in a staff chat of Telegram."""
    chat = {"id": -100500, "type": "supergroup", "title": "МЦУ"}
    return {"message_id": 1, "date": 1764500000, "chat": chat, "text": "x", **message}


@pytest.mark.parametrize(
    "message",
    [
        {"from": {"id": 5, "is_bot": True, "first_name": "Бот"}, "text": "/take"},
        {"from": {"id": 777000, "is_bot": False, "first_name": "T"}, "is_automatic_forward": True},
    ],
    ids=["a bot", "a post of a channel"],
)
def test_telegram_bots_and_channels_are_nobody(message: dict[str, object]) -> None:
    sender = (
        {"sender_chat": {"id": -1007, "type": "channel", "title": "К"}}
        if len(message) == 2 and "text" not in message
        else {}
    )

    assert telegram(message=in_group({**message, **sender})) is None


def test_a_channel_that_speaks_in_a_group_is_never_an_admins_account() -> None:
    stand_in = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    channel = {"id": -1007, "type": "channel", "title": "Канал"}

    event = telegram(message=in_group({"from": stand_in, "sender_chat": channel, "text": "/admin"}))

    assert event is not None
    assert event.person.account == "-1007"  # MCU_ADMINS takes digits only


def test_a_press_without_a_message_of_ours_is_nobodys() -> None:
    query = {
        "id": "1",
        "from": {"id": 5, "is_bot": False, "first_name": "Иван"},
        "chat_instance": "1",
        "inline_message_id": "abc",
        "data": "take:1",
    }

    assert telegram(callback_query=query) is None


@pytest.mark.parametrize("author", [-1, 0, -77])
def test_vk_communities_are_nobody(author: int) -> None:
    message = {"from_id": author, "peer_id": 2_000_000_001, "date": 1, "text": "/open"}
    press = {"user_id": author, "peer_id": 2_000_000_001, "payload": {"p": "take:1"}}

    for kind, thing in (("message_new", {"message": message}), ("message_event", press)):
        update = {"type": kind, "event_id": "1", "object": thing}
        assert vk_events.to_event(update, group_id=77, now=Clock().now) is None
