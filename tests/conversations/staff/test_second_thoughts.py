"""Second thoughts of an employee: a slip undone, an answer corrected or taken back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from storage.messages import Address
from storage.outbox import recall
from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import Town, town
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asked_where,
    asks_for_help,
    card_of,
    card_says,
    history,
    said,
)

ANSWER = "Засыпали, фото прилогаем"
ONE, OTHER = Upload(picture(shade=1), "1.jpg"), Upload(picture(shade=2), "2.jpg")
HELP = "Как это работает"
RIGHT = "Засыпали, фото прилагаем"


@pytest.fixture
async def patient(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which a slip can be undone for ten seconds."""
    async with town(tmp_path, url=database_url, environ={"MCU_UNDO_SECONDS": "10"}) as place:
        yield place


async def answered(bor: Town, anna: Person, text: str = ANSWER) -> tuple[Person, Shown]:
    """An employee who has answered the only appeal, and the resident's message."""
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Решено", on=await card_of(maria))
    await maria.sees("Что сделано")
    await maria.says(text)
    await maria.presses(bor.texts("form-send"), on=await maria.sees("Житель прочитает"))
    told = await answerable(bor, await anna.sees(text))
    await card_says(maria, "есть ответ · Мария")
    return maria, told


async def corrects(bor: Town, maria: Person, text: str = RIGHT) -> None:
    """Correct what the resident was sent, by the card's button."""
    await maria.presses("Исправить", on=await card_of(maria))
    await maria.sees(bor.texts("staff-correct-text"))
    await maria.says(text)
    await maria.presses(bor.texts("form-send"), on=await maria.sees("Станет так"))
    await maria.sees(bor.texts("staff-corrected", number="МЦУ-26-000001"))


async def test_whoever_corrects_an_answer_is_shown_what_the_resident_has(bor: Town) -> None:
    maria, _ = await answered(bor, await bor.consenting())

    await maria.presses("Исправить ответ", on=await card_of(maria))

    await maria.sees(bor.texts("form-was", text=ANSWER))


async def test_a_corrected_answer_stands_in_the_residents_message_and_history_keeps_both(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    maria, told = await answered(bor, anna)

    await corrects(bor, maria)

    seen = await anna.sees(RIGHT)
    assert seen is told
    assert bor.texts("push-edited", time="01.12.2026 10:00")[:12] in seen.text
    assert [b.label for b in seen.buttons] == [
        bor.texts("resident-solved"),
        bor.texts("resident-unsolved"),
        bor.texts("resident-look"),
    ]
    entries = await history(bor)
    assert [(e.action, e.text) for e in entries[-2:]] == [("answer", ANSWER), ("correct", RIGHT)]
    assert (await appeal(bor)).state == "answered"


async def test_an_answer_can_be_corrected_again(bor: Town) -> None:
    anna = await bor.consenting()
    maria, told = await answered(bor, anna)
    await corrects(bor, maria)
    await anna.sees(RIGHT)

    await corrects(bor, maria, "Засыпали щебнем")

    assert await anna.sees("Засыпали щебнем") is told
    assert RIGHT not in told.text


async def test_a_correction_that_comes_late_is_a_message_too(bor: Town) -> None:
    anna = await bor.consenting()
    maria, told = await answered(bor, anna)
    bor.clock.passes(hours=1)

    await corrects(bor, maria)

    new = await anna.waits_for(
        anna.room,
        lambda shown: shown.text.startswith(bor.texts("push-corrected")) and RIGHT in shown.text,
        wanted="a message of its own",
    )
    assert new is not told
    assert RIGHT in told.text
    assert ANSWER not in told.text


async def test_where_a_message_cannot_be_changed_the_correction_is_sent(bor: Town) -> None:
    anna = await bor.consenting()
    maria, told = await answered(bor, anna)
    anna.room.shown.remove(told)  # the resident deleted it

    await corrects(bor, maria)

    new = await anna.sees(RIGHT)
    assert new.text.startswith(bor.texts("push-corrected"))


async def test_a_question_a_refusal_and_an_organisation_can_be_corrected(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)

    await corrects(bor, maria, "У какого подъезда?")

    seen = await anna.sees("У какого подъезда?")
    assert "Где именно?" not in seen.text
    assert (await appeal(bor)).state == "need_info"


async def test_a_wrong_organisation_is_put_right(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Передать", on=await card_of(maria))
    await maria.says("Депортамент дорог")
    await maria.presses(bor.texts("form-send"), on=await maria.sees("Это решает"))
    await answerable(bor, await anna.sees("Депортамент"))
    await card_says(maria, "передано")

    await corrects(bor, maria, "Департамент дорог")

    assert "Это решает Департамент дорог" in (await anna.sees("Департамент")).text


async def test_an_edited_message_of_an_employee_corrects_the_answer_in_place(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Решено", on=await card_of(maria))
    await maria.sees("Что сделано")
    mine = await maria.says(ANSWER)
    await maria.presses(bor.texts("form-send"), on=await maria.sees("Житель прочитает"))
    told = await answerable(bor, await anna.sees(ANSWER))

    await bor.messenger.edit_said(maria, maria.room, mine, RIGHT)

    assert await anna.sees(RIGHT) is told


async def test_an_answer_taken_back_is_work_again_and_the_resident_is_told(bor: Town) -> None:
    anna = await bor.consenting()
    maria, told = await answered(bor, anna)

    await maria.presses("Вернуть в работу", on=await card_of(maria))
    await maria.presses(bor.texts("staff-resume-yes"), on=await maria.sees("Вернуть в работу?"))

    await anna.sees("Прошлый ответ отправили по ошибке")
    await anna.sees("Это сообщение отправили вам по ошибке")
    assert ANSWER not in told.text
    assert told.buttons == []
    await card_says(maria, "в работе · Мария")
    assert [e.action for e in await history(bor)][-1] == "resume"


async def test_a_refusal_and_a_question_can_be_taken_back(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)

    await maria.presses("Вернуть в работу", on=await card_of(maria))
    await maria.presses(bor.texts("staff-resume-yes"), on=await maria.sees("Вопрос отменим"))

    told = await anna.sees("Занимаемся вашим сообщением дальше")
    assert bor.texts("push-question-over") in told.text
    assert (await appeal(bor)).state == "in_work"


async def test_what_comes_back_late_gets_a_new_deadline(bor: Town) -> None:
    anna = await bor.consenting()
    maria, _ = await answered(bor, anna)
    bor.clock.passes(days=30)

    await maria.presses("Вернуть в работу", on=await card_of(maria))
    await maria.presses(bor.texts("staff-resume-yes"), on=await maria.sees("Вернуть в работу?"))
    await anna.sees("Прошлый ответ отправили по ошибке")

    assert (await appeal(bor)).deadline_at > bor.clock()


async def test_an_answer_that_was_confirmed_meanwhile_is_not_taken_back(bor: Town) -> None:
    anna = await bor.consenting()
    maria, _ = await answered(bor, anna)
    await maria.presses("Вернуть в работу", on=await card_of(maria))
    asked = await maria.sees("Вернуть в работу?")
    await anna.presses(bor.texts("resident-solved"))
    await card_says(maria, "закрыто")

    await maria.presses(bor.texts("staff-resume-yes"), on=asked)

    await maria.sees("МЦУ-26-000001 сейчас: закрыто")
    assert (await appeal(bor)).state == "closed"


async def test_a_card_taken_by_a_slip_is_given_back_before_the_resident_knows(
    patient: Town,
) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    await maria.presses("Взять", on=await card_of(maria))
    await card_says(maria, "в работе · Мария")

    await maria.presses("Не беру", on=await card_of(maria))

    await card_says(maria, "принято")
    patient.clock.passes(seconds=11)
    await asks_for_help(maria)
    await anna.says("/my")
    await anna.presses("ул. Мира, 5")
    page = await anna.sees(patient.texts("page-history"))
    assert said(anna, "взяли в работу") == []
    assert patient.texts("history-release") not in page.text
    found = await appeal(patient)
    assert (found.state, found.employee, found.first_answered_at) == ("new", "", None)
    assert [e.action for e in await history(patient)] == ["file", "take", "release"]


async def test_what_was_not_undone_is_told_after_ten_seconds(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    await maria.presses("Взять", on=await card_of(maria))
    await card_says(maria, "в работе · Мария")
    await anna.says("/help")
    await anna.sees(HELP)
    assert said(anna, "взяли в работу") == []

    patient.clock.passes(seconds=11)

    await anna.sees("взяли в работу")


async def test_what_is_overtaken_while_it_waits_is_not_told(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    await maria.presses("Взять", on=await card_of(maria))
    await card_says(maria, "в работе")
    await maria.presses("Решено", on=await card_of(maria))
    await maria.sees("Что сделано")
    await maria.says(ANSWER)

    await maria.presses(patient.texts("form-send"), on=await maria.sees("Житель прочитает"))

    await anna.sees(ANSWER)
    patient.clock.passes(seconds=11)
    await anna.says("/help")
    await anna.sees(HELP)
    assert said(anna, "взяли в работу") == []


async def test_a_plain_reply_can_be_called_back_for_ten_seconds(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    await maria.says("Не тому жителю", reply_to=await answerable(patient, await card_of(maria)))
    word = await maria.sees("нажмите «Отменить», на это есть 10 секунд")

    await maria.presses(patient.texts("staff-unsay"), on=word)

    undone = await maria.sees("Не отправили")
    assert undone is word
    assert "Не тому жителю" in undone.text
    patient.clock.passes(seconds=11)
    await anna.says("/help")
    await anna.sees(HELP)
    assert said(anna, "Не тому жителю") == []


async def test_an_album_is_called_back_as_a_whole(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    card = await answerable(patient, await card_of(maria))
    await maria.sends(ONE, OTHER, caption="Не тот двор", reply_to=card)
    await asks_for_help(maria)
    word = await maria.waits_for(
        maria.room, lambda shown: "нажмите «Отменить»" in shown.text, wanted="the word"
    )

    await maria.presses(patient.texts("staff-unsay"), on=word)

    await maria.sees("Не отправили")
    patient.clock.passes(seconds=11)
    await anna.says("/help")
    await anna.sees(HELP)
    assert said(anna, "Не тот двор") == []
    assert not [shown for shown in anna.room.shown if not shown.author and shown.files]


async def test_a_plain_reply_goes_after_ten_seconds_and_then_it_is_too_late(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    await maria.says("Едем к вам", reply_to=await answerable(patient, await card_of(maria)))
    word = await maria.sees("нажмите «Отменить»")
    patient.clock.passes(seconds=11)
    await anna.sees("Едем к вам")

    await maria.presses(patient.texts("staff-unsay"), on=word)

    await maria.sees(patient.texts("staff-unsay-late", number="МЦУ-26-000001"))


async def test_what_is_being_called_back_does_not_go_meanwhile(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    await maria.says("Не тому жителю", reply_to=await answerable(patient, await card_of(maria)))
    await maria.sees("нажмите «Отменить»")
    found, now = await appeal(patient), patient.clock()
    to = Address(patient.messenger.channel, anna.room.id)

    def calls_back(session: Session) -> None:
        rows = recall.waiting(session, to, found.id)
        assert recall.call_back(rows, now)

    async with patient.database.begin() as session:  # one that takes long
        await session.run_sync(calls_back)
        await session.flush()
        patient.clock.passes(seconds=11)
        patient.delivery.wake()
        await asyncio.sleep(0.5)

    await anna.says("/help")
    await anna.sees(HELP)
    assert said(anna, "Не тому жителю") == []


async def test_replies_arrive_in_the_order_in_which_they_were_said(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    card = await answerable(patient, await card_of(maria))
    await maria.says("Сначала это", reply_to=card)
    await maria.sees("нажмите «Отменить»")

    await maria.says("Потом это", reply_to=card)

    await anna.sees("Сначала это")
    patient.clock.passes(seconds=11)
    await anna.sees("Потом это")
    words = [shown.text for shown in anna.room.shown if "это" in shown.text]
    assert ["Сначала" in text for text in words[-2:]] == [True, False]


async def test_a_reply_edited_before_it_goes_arrives_as_it_should_be(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    mine = await maria.says("Приедим", reply_to=await answerable(patient, await card_of(maria)))
    await maria.sees("нажмите «Отменить»")

    await patient.messenger.edit_said(maria, maria.room, mine, "Приедем завтра")
    await maria.sees(patient.texts("staff-corrected", number="")[:10])
    patient.clock.passes(seconds=11)

    seen = await anna.sees("Приедем завтра")
    assert patient.texts("push-corrected") not in seen.text
    assert said(anna, "Приедим") == []


async def test_the_new_buttons_can_be_typed_and_never_reach_the_resident(patient: Town) -> None:
    anna = await patient.consenting()
    await patient.filed(anna)
    maria = patient.employee()
    card = await answerable(patient, await card_of(maria))
    await maria.says("Взять", reply_to=card)
    await card_says(maria, "в работе · Мария")

    await maria.says("Не беру", reply_to=card)
    await card_says(maria, "принято")
    await maria.says("Исправить ответ", reply_to=card)

    await maria.sees("сейчас: принято")
    patient.clock.passes(seconds=11)
    await anna.says("/help")
    await anna.sees(HELP)
    assert said(anna, "Исправить") == []
