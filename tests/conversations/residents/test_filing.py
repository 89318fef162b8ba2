"""A resident files an appeal: every kind, the number, the deadline, what comes unasked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.filing import (
    PHOTO,
    POTHOLES,
    at_once,
    part_of_album,
    photos,
    up_to_the_place,
    up_to_the_summary,
)


async def test_an_appeal_is_filed_answered_and_confirmed(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    card = await maria.sees(appeal.number)
    assert DESCRIPTION in card.text

    await maria.presses("Взять")
    await anna.sees("взяли в работу")
    await maria.presses("Решено")
    await maria.sees("Напишите ответ")
    await maria.says("Яму засыпали")
    await maria.presses("Отправить")
    await anna.sees("Яму засыпали")
    await anna.presses("Да, решено")
    await anna.sees("Спасибо")

    assert (await bor.appeals())[0].state == "closed"


@pytest.mark.parametrize(
    ("kind", "text", "topic"),
    [
        ("problem", DESCRIPTION, POTHOLES),
        ("suggestion", "Давайте поставим у пруда две скамейки", "Предложение"),
        ("question", "Когда откроют каток на стадионе?", "Вопрос администрации"),
        ("thanks", "Спасибо дворнику Петровой за чистый двор", "Благодарность"),
    ],
)
async def test_each_kind_is_known_by_its_words_and_filed(
    bor: Town, kind: str, text: str, topic: str
) -> None:
    anna = await bor.consenting()
    await anna.presses(bor.texts("menu-report"))
    await anna.sees(bor.texts("ask-what"))
    await anna.says(text)
    if kind != "thanks":
        await anna.presses(topic, on=await anna.sees(bor.texts("ask-topic-suggested")))
    if kind == "problem":
        await anna.says("ул. Мира, 5")
    summary = await anna.sees("Проверьте")
    assert bor.texts(f"kind-{kind}") in summary.text

    await anna.presses(bor.texts("form-send"))

    await anna.sees("МЦУ-26-000001")
    appeal = (await bor.appeals())[0]
    assert (appeal.kind, appeal.text, appeal.topic.title) == (kind, text, topic)


async def test_the_resident_reads_number_deadline_and_what_happens_next(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    await anna.presses(bor.texts("form-send"))

    told = await anna.sees("Номер МЦУ-26-000001")
    assert "Ответим сегодня до 18:00" in told.text  # 10:00 in Moscow and eight working hours
    assert "до 11 декабря" in told.text  # ten days
    assert told.button(bor.texts("resident-add"))


async def test_numbers_count_up_and_begin_anew_with_the_year(bor: Town) -> None:
    anna = await bor.consenting()
    first = await bor.filed(anna)
    second = await bor.filed(anna)

    bor.clock.now = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)  # in Moscow it is 2027 already
    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-27-")

    third = (await bor.appeals())[-1]
    assert [first.number, second.number] == ["МЦУ-26-000001", "МЦУ-26-000002"]
    assert third.number == "МЦУ-27-000001"


async def test_a_clock_that_goes_back_over_the_new_year_gives_no_number_twice(bor: Town) -> None:
    anna = await bor.consenting()
    before = bor.clock.now
    await bor.filed(anna)
    bor.clock.now = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-27-000001")

    bor.clock.now = before
    await bor.filed(anna)
    bor.clock.now = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-27-000002")

    numbers = [appeal.number for appeal in await bor.appeals()]
    assert numbers == ["МЦУ-26-000001", "МЦУ-27-000001", "МЦУ-26-000002", "МЦУ-27-000002"]


async def test_the_prefix_of_the_number_is_a_setting(tmp_path: Path) -> None:
    async with town(tmp_path, environ={"MCU_NUMBER_PREFIX": "БОР"}) as running:
        anna = await running.consenting()
        await up_to_the_summary(running, anna)

        await anna.presses(running.texts("form-send"))

        await anna.sees("БОР-26-000001")


async def test_photo_text_and_pin_at_once_leave_only_the_topic_to_ask(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.sends(PHOTO, caption=DESCRIPTION)
    first = await anna.sees(bor.texts("ask-topic-suggested"))
    await anna.shares_place(56.36, 44.06)
    await anna.sees(bor.texts("place-taken"))

    await anna.presses(POTHOLES)

    summary = await anna.sees("Проверьте")
    assert bor.texts("text-taken") in first.text
    assert DESCRIPTION in summary.text
    assert "точка на карте" in summary.text
    assert "1 файл" in summary.text
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    appeal = (await bor.appeals())[0]
    assert (appeal.lat, appeal.lon) == (56.36, 44.06)


async def test_three_topics_are_suggested_with_all_behind_them(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says("Ямы, лужи и высокий бордюр на улице Мира")
    suggested = (await anna.sees(bor.texts("ask-topic-suggested"))).buttons

    await anna.presses(bor.texts("form-all-options"))

    unsure = bor.texts("topic-unsure")
    likely = [b for b in suggested if b.payload.startswith("category=t")]
    assert len([b for b in likely if b.label != unsure]) == 3
    shown = await anna.sees(bor.texts("ask-category"))
    every = [b for b in shown.buttons if b.payload.startswith("category=")]
    assert len([b for b in every if b.label != unsure]) == 16
    await anna.presses("Дороги и тротуары")
    await anna.presses("Светофоры")
    await anna.sees(bor.texts("ask-place-street", place="ул. Мира"))


async def test_every_choice_may_be_answered_by_number_or_by_its_words(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says("проблема")
    await anna.sees(bor.texts("ask-what"))
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))
    await anna.says("все темы")
    await anna.sees(bor.texts("ask-category"))
    await anna.says("1")
    await anna.sees(bor.texts("ask-topic"))
    await anna.says("светофоры")
    await anna.sees(bor.texts("ask-place"))
    await anna.says("у школы № 3")
    await anna.sees("Проверьте")

    await anna.says("Да")

    await anna.sees("Приняли")
    assert (await bor.appeals())[0].topic.title == "Светофоры"


async def test_what_comes_in_pieces_is_put_together(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("Нет света")
    await anna.sees("«Нет света»")

    await anna.sees("подробнее")
    await anna.says("во всём доме с самого утра")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await anna.says("Соседи звонили в аварийную, никто не едет")

    await anna.sees(bor.texts("text-added"))
    await anna.says("1")
    await anna.says("ул. Мира, 5")
    summary = await anna.sees("Проверьте")
    for piece in ("Нет света", "во всём доме", "Соседи звонили"):
        assert piece in summary.text


async def test_send_pressed_twice_at_once_files_one_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    press = (await anna.sees("Проверьте")).button(bor.texts("form-send")).payload

    await at_once(
        bor,
        bor.messenger.event(anna, anna.room, press=press),
        bor.messenger.event(anna, anna.room, press=press),
    )

    await anna.sees("Приняли")
    await anna.sees("уже отправлено, его номер МЦУ-26-000001")
    assert len(await bor.appeals()) == 1


async def test_an_old_button_of_a_filed_appeal_tells_its_number(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    old = await anna.sees(bor.texts("ask-place"))
    back = old.button("Назад").payload
    await anna.says("ул. Мира, 5")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    await bor.messenger.press_payload(anna, back)

    await anna.sees("уже отправлено, его номер МЦУ-26-000001")


async def test_the_staff_get_every_file_of_an_album(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sends(*photos(3))
    await anna.sees(bor.texts("files-taken"))
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    maria = bor.employee()
    for upload in photos(3):
        await maria.sees_file(upload.content)
    assert "3 файла" in (await maria.sees(DESCRIPTION)).text


async def test_a_part_of_an_album_that_is_late_goes_to_the_filed_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await part_of_album(bor, anna, "album-x", b"first")
    await anna.sees(bor.texts("files-taken"))
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    await part_of_album(bor, anna, "album-x", b"late")

    maria = bor.employee()
    await maria.sees_file(b"late")
    assert "2" in (await maria.sees(DESCRIPTION)).text
    assert len(await bor.appeals()) == 1


async def test_a_long_description_goes_all_the_way(bor: Town) -> None:
    anna = await bor.consenting()
    text = DESCRIPTION + " и ещё одна яма" * 260

    await up_to_the_summary(bor, anna, text)
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    assert len(text) > 3900
    assert (await bor.appeals())[0].text == text
