"""Texts and buttons as VK shows them, each once."""

import asyncio
import json
from collections.abc import Callable

import pytest

from bot.channels.vk.adapter import VkAdapter
from bot.channels.vk.keyboards import literal
from bot.failures import RetryLater
from bot.protocol import Part
from config.texts import Texts
from storage.messages import Address, Button
from tests.channels.vk.making import YES, anna_at, staff_at
from tests.fakes.vk import FakeVk


async def test_a_text_is_shown_and_its_id_is_the_conversations(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    for to in (anna_at(vk), staff_at(vk)):
        ids = await adapter.send(to, Part("Первое"), key=1)
        ids += await adapter.send(to, Part("Второе"), key=2)

        assert [vk.room(to.chat).message(i).text for i in ids] == ["Первое", "Второе"]


async def test_the_same_key_is_shown_once(vk: FakeVk, adapter: VkAdapter) -> None:
    to = anna_at(vk)
    vk.drop_next("messages.send", after=True)
    with pytest.raises(RetryLater):
        await adapter.send(to, Part("Ваше сообщение принято"), key=7)
    ids = await adapter.send(to, Part("Ваше сообщение принято"), key=7)

    assert [shown.id for shown in vk.room("42").shown] == ids


@pytest.mark.parametrize("key", [0, 1, 2**31 - 2, 2**31 - 1, 2**40])
async def test_random_ids_are_never_zero_and_fit_32_bits(
    vk: FakeVk, adapter: VkAdapter, key: int
) -> None:
    await adapter.send(anna_at(vk), Part("Привет"), key=key)

    assert 0 < int(vk.calls("messages.send")[0]["random_id"]) < 2**31


async def test_an_id_that_vk_does_not_tell_is_looked_up(vk: FakeVk, adapter: VkAdapter) -> None:
    vk.state.tells_cmid = False

    assert await adapter.send(anna_at(vk), Part("Привет"), key=1) == [vk.room("42").shown[0].id]


async def test_what_a_resident_wrote_is_shown_as_it_stands(vk: FakeVk, adapter: VkAdapter) -> None:
    text = "[id1|Мэр] @all *durov &lt;b&gt; https://a.ru/?a=1&b=2 почта a@b.ru"
    await adapter.send(staff_at(vk), Part(text), key=1)

    assert vk.conversation().shown[0].text == text
    assert vk.calls("messages.send")[0]["disable_mentions"] == "1"


async def test_a_reply_stands_under_the_message_it_answers(vk: FakeVk, adapter: VkAdapter) -> None:
    (card,) = await adapter.send(staff_at(vk), Part("Карточка"), key=1)
    await adapter.send(staff_at(vk), Part("Дополнение"), key=2, reply_to=card)

    assert vk.conversation().shown[1].reply_to == card


async def test_a_reply_to_what_is_gone_is_sent_plainly(vk: FakeVk, adapter: VkAdapter) -> None:
    await adapter.send(staff_at(vk), Part("Дополнение"), key=2, reply_to="999")

    assert vk.conversation().shown[0].reply_to == ""


async def test_a_keyboard_below_the_field_holds_forty_and_a_location_its_own_row(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    options = tuple(tuple(Button(f"{row}{column}", "a") for column in range(4)) for row in range(9))
    place = Button("Место", kind="location")
    part = Part("Где?", (*options[:8], (place, Button("Пропустить", "skip"))), "keyboard")
    await adapter.send(anna_at(vk), part, key=1)
    shown = vk.room("42").shown[0]

    assert len(shown.buttons) == 34
    assert [button.kind for button in shown.buttons][-1] == "location"


async def test_the_menu_stays_below_the_field_of_a_resident(vk: FakeVk, adapter: VkAdapter) -> None:
    await adapter.send(anna_at(vk), Part("Место записали."), key=1)
    await adapter.send(staff_at(vk), Part("Ответ отправили."), key=2)

    texts = Texts.load()
    menu = [texts(key) for key in ("menu-report", "menu-my", "menu-help")]
    assert [button.label for button in vk.room("42").shown[0].buttons] == menu
    assert json.loads(vk.calls("messages.send")[0]["keyboard"])["one_time"] is False
    assert vk.conversation().shown[0].buttons == []


async def test_where_vk_takes_no_keyboard_the_words_go_without_the_menu(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    vk.state.bot_abilities = False

    await adapter.send(anna_at(vk), Part("Место записали."), key=1)

    assert vk.room("42").shown[0].text == "Место записали."


async def test_a_refused_keyboard_becomes_lines_that_can_be_typed(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    vk.fail_next("messages.send", 911)
    await adapter.send(anna_at(vk), Part("Отправить?", YES), key=1)
    vk.state.bot_abilities = False
    await adapter.send(anna_at(vk), Part("Отправить?", YES), key=2)

    for shown in vk.room("42").shown:
        assert (shown.text, shown.buttons) == ("Отправить?\n\n1. Да\n2. Нет", [])


CARD = (
    (Button("🛠 Взять", "take:1"), Button("✅ Решено", "answer:1")),
    (Button("Сайт", kind="url", url="https://bor.ru"), Button("Место", kind="location")),
)


@pytest.mark.parametrize(
    ("to", "lines"),
    [
        (anna_at, "1. 🛠 Взять\n2. ✅ Решено\n— Сайт https://bor.ru"),  # counted: a number will do
        (staff_at, "— 🛠 Взять\n— ✅ Решено\n— Сайт https://bor.ru"),
    ],
)
async def test_buttons_without_numbers_are_told_as_they_can_be_typed(
    vk: FakeVk, adapter: VkAdapter, to: Callable[[FakeVk], Address], lines: str
) -> None:
    vk.state.bot_abilities = False
    address = to(vk)

    await adapter.send(address, Part("Что дальше?", CARD), key=1)

    assert vk.room(address.chat).shown[0].text == f"Что дальше?\n\n{lines}"


async def test_a_text_too_long_is_sent_in_two_and_once(vk: FakeVk, adapter: VkAdapter) -> None:
    text = "слово " * 600
    for _ in range(2):
        vk.fail_next("messages.send", 914)
        ids = await adapter.send(anna_at(vk), Part(text, YES), key=1)

    first, second = vk.room("42").shown
    assert ids == [first.id, second.id]
    assert f"{first.text} {second.text}" == text.strip()
    assert (len(first.buttons), len(second.buttons)) == (0, 2)


async def test_a_hundred_messages_keep_to_the_rate(vk: FakeVk, adapter: VkAdapter) -> None:
    to = anna_at(vk)
    await asyncio.gather(*(adapter.send(to, Part(str(n)), key=n) for n in range(30)))

    assert len(vk.room("42").shown) == 30


@pytest.mark.parametrize(
    "mention", ["[id1|имя]", "[club1|город]", "@id1 (имя)", "*id1 (имя)", "@all"]
)
def test_vk_makes_no_mention_of_what_people_wrote(mention: str) -> None:
    shown = literal(f"Яма {mention} тут")

    assert mention not in shown
    assert shown.replace("\u200d", "") == f"Яма {mention} тут"
