"""Messages of Telegram that are edited, and those that cannot be."""

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from bot.failures import CannotEdit, RetryLater
from bot.protocol import Part
from storage.messages import Address
from tests.channels.telegram.making import ANNA, GROUP, photo, rows
from tests.fakes.messenger import Person, Room
from tests.fakes.telegram import FakeTelegram


async def test_text_and_buttons_change_where_they_stand(
    adapter: TelegramAdapter, group: Room
) -> None:
    (card,) = await adapter.send(GROUP, Part("Новое", rows("Взять")), key=1)
    await adapter.edit(GROUP, card, Part("В работе", rows("Ответить")))
    shown = group.message(card)
    assert (shown.text, shown.edits) == ("В работе", 1)
    assert [button.label for button in shown.buttons] == ["Ответить"]

    await adapter.edit(GROUP, card, Part("Решено"))
    assert group.message(card).buttons == []


async def test_an_edit_that_changes_nothing_is_done(adapter: TelegramAdapter, group: Room) -> None:
    (card,) = await adapter.send(GROUP, Part("Новое", rows("Взять")), key=1)
    await adapter.edit(GROUP, card, Part("Новое", rows("Взять")))

    assert group.message(card).edits == 0


async def test_a_caption_is_edited_too(adapter: TelegramAdapter, group: Room) -> None:
    part = Part("Новое", rows("Взять"), attachments=(photo(),))
    (card,) = await adapter.send(GROUP, part, key=1)
    await adapter.edit(GROUP, card, Part("В работе", rows("Ответить")))

    assert group.message(card).text == "В работе"


async def test_a_caption_cannot_become_a_long_text(adapter: TelegramAdapter, group: Room) -> None:
    (card,) = await adapter.send(GROUP, Part("Новое", attachments=(photo(),)), key=1)
    with pytest.raises(CannotEdit):
        await adapter.edit(GROUP, card, Part("а" * 1025))


async def test_a_message_that_is_gone_cannot_be_edited(adapter: TelegramAdapter) -> None:
    with pytest.raises(CannotEdit):
        await adapter.edit(GROUP, "999", Part("В работе"))


async def test_a_persons_message_cannot_be_edited(adapter: TelegramAdapter, anna: Person) -> None:
    shown = await anna.says("Яма")
    with pytest.raises(CannotEdit):
        await adapter.edit(ANNA, shown.id, Part("В работе"))


async def test_a_card_left_in_the_old_group_cannot_be_edited(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    small = Address("telegram", "-77")
    room = telegram.room("-77")
    (card,) = await adapter.send(small, Part("Новое"), key=1)
    await telegram.migrate(room)
    with pytest.raises(CannotEdit):
        await adapter.edit(small, card, Part("В работе"))


async def test_a_full_group_asks_to_wait_with_edits_too(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    (card,) = await adapter.send(GROUP, Part("Новое"), key=1)
    telegram.fail_next("editMessageText", 429, retry_after=9)
    with pytest.raises(RetryLater) as told:
        await adapter.edit(GROUP, card, Part("В работе"))

    assert (told.value.seconds, told.value.everywhere) == (9, False)
