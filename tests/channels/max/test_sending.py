"""Texts, buttons and edits as MAX shows them."""

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.failures import CannotEdit
from bot.protocol import Part
from storage.messages import Button
from tests.channels.max.making import STAFF, address_of, photo, rows
from tests.fakes.max import FakeMax
from tests.fakes.messenger import Person


async def test_a_text_is_shown_and_its_id_is_told(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    for to in (address_of(anna), STAFF):
        ids = await adapter.send(to, Part("Первое"), key=1)
        ids += await adapter.send(to, Part("Второе"), key=2)

        assert [fake_max.room(to.chat).message(i).text for i in ids] == ["Первое", "Второе"]


async def test_what_people_wrote_is_shown_as_it_stands(
    fake_max: FakeMax, adapter: MaxAdapter
) -> None:
    text = "*Яма* <b>тут</b> _и_ [там](https://a.ru) &lt;"
    await adapter.send(STAFF, Part(text), key=1)

    assert fake_max.room(STAFF.chat).shown[0].text == text
    assert "format" not in fake_max.called("POST /messages")[0]


async def test_a_reply_stands_under_the_message_it_answers(
    fake_max: FakeMax, adapter: MaxAdapter
) -> None:
    (card,) = await adapter.send(STAFF, Part("Карточка"), key=1)
    await adapter.send(STAFF, Part("Дополнение"), key=2, reply_to=card)

    assert fake_max.room(STAFF.chat).shown[1].reply_to == card


async def test_a_reply_to_what_is_gone_is_sent_plainly(
    fake_max: FakeMax, adapter: MaxAdapter
) -> None:
    await adapter.send(STAFF, Part("Дополнение"), key=2, reply_to="mid.00")

    assert fake_max.room(STAFF.chat).shown[0].text == "Дополнение"


async def test_each_kind_of_button_does_what_it_says(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    buttons = (
        *rows("Да", "Нет"),
        (Button("Моё место", kind="location"),),
        (Button("Сайт", kind="url", url="https://bor.ru"),),
    )
    await adapter.send(address_of(anna), Part("Где?", buttons), key=1)

    shown = anna.room.shown[0].buttons
    assert [(b.label, b.kind) for b in shown] == [
        ("Да", "press"),
        ("Нет", "press"),
        ("Моё место", "location"),
        ("Сайт", "url"),
    ]
    assert shown[0].payload == "press=Да"


async def test_an_edit_changes_text_and_buttons(fake_max: FakeMax, adapter: MaxAdapter) -> None:
    (card,) = await adapter.send(STAFF, Part("Новое", rows("Взять")), key=1)
    await adapter.edit(STAFF, card, Part("В работе", rows("Готово")))
    shown = fake_max.room(STAFF.chat).message(card)
    assert (shown.text, [b.label for b in shown.buttons]) == ("В работе", ["Готово"])

    await adapter.edit(STAFF, card, Part("Закрыто"))

    assert (shown.text, shown.buttons) == ("Закрыто", [])


async def test_an_edit_keeps_the_photos_by_their_tokens(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    part = Part("Вот", rows("Взять"), attachments=(photo(),))
    first, *_ = await adapter.send(address_of(anna), part, key=1)
    before = anna.room.message(first).files

    edited = Part("Вот и всё", rows("Готово"), attachments=(photo(),))
    await adapter.edit(address_of(anna), first, edited)

    assert anna.room.message(first).files == before
    assert len(fake_max.files.uploads) == 1


@pytest.mark.parametrize("code", ["", "message.too.old"])
async def test_a_refusal_with_status_200_is_read(
    fake_max: FakeMax, adapter: MaxAdapter, code: str
) -> None:
    (card,) = await adapter.send(STAFF, Part("Новое"), key=1)
    fake_max.refuse_next("PUT /messages", code=code)

    with pytest.raises(CannotEdit):
        await adapter.edit(STAFF, card, Part("В работе"))


@pytest.mark.parametrize(("status", "code"), [(404, "message.not.found"), (403, "access.denied")])
async def test_a_message_that_cannot_be_edited_is_told(
    fake_max: FakeMax, adapter: MaxAdapter, status: int, code: str
) -> None:
    (card,) = await adapter.send(STAFF, Part("Новое"), key=1)
    fake_max.fail_next("PUT /messages", status, {"code": code, "message": "No"})

    with pytest.raises(CannotEdit):
        await adapter.edit(STAFF, card, Part("В работе"))


async def test_a_keyboard_of_thirty_rows_is_taken(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    limits = adapter.limits_of(anna.room.id)
    labels = [str(number) * 3 for number in range(limits.inline.rows)]
    await adapter.send(address_of(anna), Part("Что?", rows(*labels)), key=1)

    assert len(anna.room.shown[0].buttons) == limits.inline.rows
