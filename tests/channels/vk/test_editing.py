"""Messages of VK that are edited, and those that cannot be."""

import pytest

from bot.channels.vk.adapter import VkAdapter
from bot.failures import CannotEdit, RetryLater, Undeliverable
from bot.protocol import Part
from storage.messages import Button
from tests.channels.vk.making import YES, anna_at, staff_at
from tests.fakes.vk import FakeVk


async def test_an_edit_changes_text_and_buttons_where_they_stand(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    for to in (anna_at(vk), staff_at(vk)):
        (card,) = await adapter.send(to, Part("Новая", YES), key=1)
        await adapter.edit(to, card, Part("В работе [id1|x]", ((Button("Ответить", "a"),),)))
        shown = vk.room(to.chat).message(card)

        assert (shown.text, shown.edits) == ("В работе [id1|x]", 1)
        assert [button.label for button in shown.buttons] == ["Ответить"]
        await adapter.edit(to, card, Part("Закрыта"))
        assert shown.buttons == []


async def test_what_is_too_old_or_gone_cannot_be_edited(vk: FakeVk, adapter: VkAdapter) -> None:
    to = staff_at(vk)
    (card,) = await adapter.send(to, Part("Новая"), key=1)
    with pytest.raises(CannotEdit):
        await adapter.edit(to, "999", Part("В работе"))
    vk.state.edits_expired = True
    with pytest.raises(CannotEdit):
        await adapter.edit(to, card, Part("В работе"))
    vk.fail_next("messages.edit", 914)
    with pytest.raises(CannotEdit):
        await adapter.edit(to, card, Part("В работе"))


async def test_other_errors_of_an_edit_are_as_of_a_send(vk: FakeVk, adapter: VkAdapter) -> None:
    to = staff_at(vk)
    (card,) = await adapter.send(to, Part("Новая"), key=1)
    vk.fail_next("messages.edit", 10)
    with pytest.raises(RetryLater):
        await adapter.edit(to, card, Part("В работе"))
    vk.fail_next("messages.edit", 911)
    await adapter.edit(to, card, Part("В работе", YES))
    assert vk.conversation().message(card).text == "В работе\n\n1. Да\n2. Нет"
    vk.state.closed.add(to.chat)
    with pytest.raises(Undeliverable):
        await adapter.edit(to, card, Part("В работе"))
