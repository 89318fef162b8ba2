"""A question that the resident does not answer: employees end it, and what is said later is not lost."""

from datetime import timedelta

import pytest

from tests.conversations.appeals.test_silence import QUESTION, asked, asks, held
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import answerable, appeal, card_of, history, planted, said

OVER = "отвечать уже не нужно"


async def solves(maria: Person, text: str) -> None:
    """The employee ends it by the button of the card."""
    await maria.presses("Решено", on=await card_of(maria))
    await maria.says(text)
    await maria.presses("Отправить", on=await maria.sees(f"Готово: {text}"))


async def test_a_card_that_waits_for_its_resident_can_be_ended(bor: Town) -> None:
    await planted(bor, state="need_info", with_cards=True)
    maria = bor.employee()
    card = await card_of(maria)

    assert [button.label for button in card.buttons] == [
        "✅ Решено",
        "✖ Отказать",
        "✏️ Исправить вопрос",
        "↩️ Вернуть в работу",
        "🏷 Тема",
        "📜 История",
    ]


async def test_the_answer_ends_the_question(bor: Town) -> None:
    anna, maria = await asked(bor)

    await solves(maria, "Нашли сами и засыпали")

    told = await anna.sees("Нашли сами и засыпали")
    assert "Проблема решена?" in told.text
    assert OVER in told.text
    assert (await appeal(bor)).state == "answered"


async def test_a_refusal_ends_the_question(bor: Town) -> None:
    anna, maria = await asked(bor)

    await maria.presses("Отказать", on=await card_of(maria))
    await maria.presses("не указано")
    await maria.says("Пришлите адрес новым сообщением")
    await maria.presses("Отправить", on=await maria.sees("Пришлите адрес"))

    told = await anna.sees("Не можем выполнить")
    assert OVER in told.text
    assert (await appeal(bor)).state == "declined"
    await anna.presses("Вернуть в работу", on=told)
    await anna.says("Улица Мира, 5")
    await anna.presses("Отправить", on=await anna.sees("Улица Мира, 5"))
    await anna.sees("Вернули сообщение")
    assert (await appeal(bor)).state == "reopened"


@pytest.mark.parametrize("way", ["button", "reply"])
async def test_an_answer_that_comes_too_late_reaches_the_staff(bor: Town, way: str) -> None:
    anna, maria = await asked(bor)
    question = await answerable(bor, await anna.sees(QUESTION))
    await solves(maria, "Засыпали")
    await anna.sees("Засыпали")

    if way == "button":
        await anna.presses("Ответить", on=question)
        await anna.says("Со стороны аптеки")
        await anna.presses("Отправить", on=await anna.sees("Добавим к вашему сообщению"))
    else:
        await anna.says("Со стороны аптеки", reply_to=question)

    await anna.sees("Передали сотрудникам")
    await maria.sees("Со стороны аптеки")
    assert (await appeal(bor)).state == "answered"


async def test_an_answer_begun_before_is_sent_after(bor: Town) -> None:
    anna, maria = await asked(bor)
    await anna.presses("Ответить", on=await anna.sees(QUESTION))
    await anna.says("Со стороны аптеки")
    preview = await anna.sees("Добавим к вашему сообщению")

    await solves(maria, "Засыпали")
    await anna.sees("Засыпали")
    await anna.presses("Отправить", on=preview)

    await anna.sees("Передали сотрудникам")
    await maria.sees("Со стороны аптеки")
    assert [entry.action for entry in await history(bor)][-2:] == ["answer", "comment"]


async def test_an_answer_in_words_alone_is_asked_about_and_kept(bor: Town) -> None:
    anna, maria = await asked(bor)
    await solves(maria, "Засыпали")
    await anna.sees("Засыпали")

    await anna.says("Яма со стороны аптеки")

    await anna.presses("Добавить к этому", on=await anna.sees("То, что вы написали, сохранили"))
    await maria.sees("Яма со стороны аптеки")


async def test_a_question_that_never_came_is_not_spoken_of(bor: Town) -> None:
    """Who closed the chat reads the answer when he is back, and no question that nobody asks any more."""
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    await bor.messenger.block(anna)
    await asks(bor, maria)
    await held(bor, QUESTION)
    shown = len(anna.room.shown)
    bor.clock.passes(days=1)

    await solves(maria, "Засыпали")
    await held(bor, "Засыпали")
    await bor.messenger.unblock(anna)
    bor.delivery.wake()

    told = await anna.sees("Засыпали")
    assert OVER not in told.text
    assert [one.text for one in anna.room.shown[shown:]] == [told.text]
    assert not said(anna, QUESTION)


async def test_the_time_of_waiting_does_not_count(bor: Town) -> None:
    _anna, maria = await asked(bor)
    before = (await appeal(bor)).deadline_at
    bor.clock.passes(days=5)

    await solves(maria, "Засыпали")
    await maria.sees("Ответ отправили")

    assert (await appeal(bor)).deadline_at >= before + timedelta(days=5)
