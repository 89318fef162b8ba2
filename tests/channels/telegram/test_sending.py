"""Texts and buttons as Telegram shows them, and how many it takes."""

from bot.channels.telegram.adapter import TelegramAdapter
from bot.protocol import Part
from storage.messages import Button
from tests.channels.telegram.making import ANNA, GROUP
from tests.fakes.messenger import Person, Room
from tests.fakes.telegram import FakeTelegram


async def test_a_group_has_a_budget_of_its_own_and_a_private_chat_a_pace(
    adapter: TelegramAdapter,
) -> None:
    group, private = adapter.limits_of(GROUP.chat), adapter.limits_of(ANNA.chat)

    assert (group.messages_per_minute, group.pushes_per_second) == (20, None)
    assert (private.messages_per_minute, private.pushes_per_second) == (None, 1)
    assert group.text == private.text


async def test_a_text_is_shown_literally(
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
) -> None:
    text = "<b>Яма</b> *на* _дороге_ & [тут](https://example.ru)"
    (sent,) = await adapter.send(ANNA, Part(text), key=1)

    assert anna.room.message(sent).text == text
    (params,) = telegram.called("sendMessage")
    assert "parse_mode" not in params
    assert params["link_preview_options"] == {"is_disabled": True}
    assert params["reply_markup"] == {"remove_keyboard": True}


async def test_buttons_have_their_tones_and_links(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
) -> None:
    buttons = (
        (Button("Взять", press="take=1", tone="good"), Button("Отказ", press="no", tone="bad")),
        (
            Button("Карта", kind="url", url="https://example.ru"),
            Button("Место", kind="location"),
        ),
    )
    await adapter.send(GROUP, Part("Карточка", buttons, "keyboard"), key=1)

    (params,) = telegram.called("sendMessage")
    assert params["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Взять", "callback_data": "take=1", "style": "success"},
            {"text": "Отказ", "callback_data": "no", "style": "danger"},
        ],
        [{"text": "Карта", "url": "https://example.ru"}],
    ]


async def test_a_message_answers_another_and_does_without_where_it_is_gone(
    adapter: TelegramAdapter, group: Room
) -> None:
    (card,) = await adapter.send(GROUP, Part("Карточка"), key=1)
    (under,) = await adapter.send(GROUP, Part("Дополнение"), key=2, reply_to=card)
    (alone,) = await adapter.send(GROUP, Part("Ещё"), key=3, reply_to="999")

    assert group.message(under).reply_to == card
    assert group.message(alone).reply_to == ""
