"""Labels that employees type: they press, and the resident never reads them."""

import pytest

from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import answerable, appeal, card_of, planted, said


@pytest.mark.parametrize("label", ["🛠 Взять", "взять", "Взять.", "— 🛠 Взять"])
async def test_a_label_under_a_card_is_a_press(bor: Town, label: str) -> None:
    anna = bor.resident()
    await planted(bor, 2, with_cards=True)
    maria = bor.employee()

    await maria.says(label, reply_to=await answerable(bor, await card_of(maria, 1)))

    await anna.sees("взяли в работу")
    assert (await appeal(bor, 1)).state == "in_work"
    assert not said(anna, "Ответ по сообщению")


async def test_a_whole_answer_goes_without_a_button(bor: Town) -> None:
    anna = bor.resident()
    await planted(bor, 2, with_cards=True)
    maria = bor.employee()
    await maria.says("✅ Решено", reply_to=await answerable(bor, await card_of(maria, 2)))
    await maria.sees("Что сделано?")

    await maria.says("Засыпали")
    await maria.sees("Готово: Засыпали")
    await maria.says("✅ Отправить")

    await anna.sees("Готово:\nЗасыпали")


@pytest.mark.parametrize("word", ["отправить", "да", "✅ Отправить"])
async def test_send_typed_after_further_words_does_not_send_without_them(
    bor: Town, word: str
) -> None:
    anna = bor.resident()
    await planted(bor, 1, with_cards=True)
    maria = bor.employee()
    await maria.presses("Решено", on=await card_of(maria, 1))
    await maria.sees("Что сделано?")
    await maria.says("Засыпали")
    await maria.sees("Готово: Засыпали")
    await maria.says("И поставили знак")
    await maria.sees("Если всё верно")

    await maria.says(word)

    asked = await maria.sees("«И поставили знак» в текст не вошли")
    assert (await appeal(bor)).state == "new"
    await maria.presses("Отправить", on=asked)
    await anna.sees("Готово:\nЗасыпали")


@pytest.mark.parametrize("label", ["🛠 Взять", "❓ Уточнить", "✅ Отправить", "✖ Отмена", "Готово"])
async def test_a_label_that_fits_no_more_is_never_passed_on(bor: Town, label: str) -> None:
    anna = bor.resident()
    await planted(bor, 1, with_cards=True, state="closed")
    maria = bor.employee()

    await maria.says(label, reply_to=await answerable(bor, await card_of(maria, 1)))

    await maria.waits_for(
        maria.room, lambda shown: "нельзя" in shown.text or "не действует" in shown.text
    )
    assert not said(anna, label)


async def test_a_label_alone_presses_where_only_one_card_has_it(bor: Town) -> None:
    anna = bor.resident()
    await planted(bor, 1, with_cards=True)
    maria = bor.employee()
    await answerable(bor, await card_of(maria, 1))

    await maria.says("Взять")

    await anna.sees("взяли в работу")


async def test_a_label_alone_of_several_cards_asks_which(bor: Town) -> None:
    await planted(bor, 2, with_cards=True)
    maria = bor.employee()
    await answerable(bor, await card_of(maria, 2))

    await maria.says("Взять")

    await maria.sees("Карточек с такой кнопкой несколько")
    assert {found.state for found in await bor.appeals()} == {"new"}


async def test_a_number_opens_its_card(bor: Town) -> None:
    await planted(bor, 2, with_cards=True)
    maria = bor.employee()
    await answerable(bor, await card_of(maria, 2))

    await maria.says("МЦУ-26-000001")

    await maria.sees("МЦУ-26-000001 ·")


async def test_words_that_are_no_label_are_passed_on(bor: Town) -> None:
    anna = bor.resident()
    await planted(bor, 1, with_cards=True)
    maria = bor.employee()

    await maria.says("Взять пробы воды сможем завтра", reply_to=await card_of(maria, 1))

    await anna.sees("Взять пробы воды сможем завтра")
