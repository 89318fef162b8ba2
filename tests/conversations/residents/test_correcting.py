"""Correcting starts from what was written, takes away single files, and leaves only the edit."""

from pathlib import Path

import pytest

from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.filing import PHOTO, photos, up_to_the_place, up_to_the_summary


async def test_the_text_to_be_corrected_is_quoted_to_copy(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    await anna.presses("✏️ Описание")

    asked = await anna.sees(bor.texts("ask-what"))
    assert DESCRIPTION in asked.text
    await anna.presses(bor.texts("form-restore"))
    await anna.sees("Проверьте")
    await anna.presses("✏️ Место")
    assert "ул. Мира, 5" in (await anna.sees(bor.texts("ask-place"))).text


async def test_a_place_that_was_a_point_has_no_words_to_quote(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.shares_place(56.36, 44.06)
    await anna.sees("Проверьте")

    await anna.presses("✏️ Место")

    assert bor.texts("ask-place") in (await anna.sees("Где это")).text
    assert "записано" not in (await anna.sees("Где это")).text


async def test_what_back_took_off_is_quoted_and_one_press_puts_it_back(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    for asked in ("ask-topic", "ask-topic-suggested", "ask-what"):
        await anna.says("Назад")
        shown = await anna.sees(bor.texts(asked))
    assert DESCRIPTION in shown.text

    for asked in ("ask-topic-suggested", "ask-topic", "ask-place"):
        await anna.presses(bor.texts("form-restore"))
        await anna.sees(bor.texts(asked))

    await anna.says("ул. Мира, 5")
    assert DESCRIPTION in (await anna.sees("Проверьте")).text


@pytest.mark.parametrize("word", ["✖ Отмена", "отмена", "/cancel"])
async def test_cancel_in_an_edit_leaves_the_edit_alone(bor: Town, word: str) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    before = (await anna.sees("Проверьте")).text
    await anna.presses("✏️ Описание")
    asked = await anna.sees(bor.texts("ask-what"))
    assert [button.label for button in asked.buttons] == [bor.texts("form-restore")]

    await anna.says(word)

    assert (await anna.sees("Проверьте")).text == before


async def test_cancel_on_the_summary_leaves_the_form(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    await anna.presses("✏️ Описание")
    await anna.presses(bor.texts("form-restore"))
    await anna.sees("Проверьте")

    await anna.presses(bor.texts("form-cancel"))

    await anna.sees("Остановились")


async def test_a_draft_left_while_its_words_are_corrected_names_itself(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    await anna.presses("✏️ Описание")
    await anna.sees(bor.texts("ask-what"))

    await anna.says("/start")

    assert DESCRIPTION in (await anna.sees("Вы начали писать")).text


async def test_a_draft_names_itself(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    begun = bor.clock.now
    await anna.presses(bor.texts("form-cancel"))
    assert DESCRIPTION in (await anna.sees("Остановились")).text
    bor.clock.passes(days=2)

    await anna.says("/start")

    found = await anna.sees("Вы начали писать")
    assert DESCRIPTION in found.text
    assert f"{begun.day} декабря" in found.text


async def test_a_draft_without_words_is_asked_about_as_well(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.sends(PHOTO)
    await anna.sees(bor.texts("ask-what"))

    await anna.says("/start")

    await anna.sees(bor.texts("draft-found"))


async def _with_three_photos(bor: Town, anna: Person) -> None:
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")
    for photo in photos(3):
        await anna.sends(photo)
        await anna.sees("Проверьте")
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
    await anna.sees("Приложено 3 файла")


@pytest.mark.parametrize("says", ["", "2", "фото 2"])
async def test_a_single_photo_is_taken_away(bor: Town, says: str) -> None:
    anna = await bor.consenting()
    await _with_three_photos(bor, anna)
    await anna.presses(bor.texts("files-pick"))
    asked = await anna.sees(bor.texts("files-which"))
    assert len([button for button in asked.buttons if "Фото" in button.label]) == 3

    if says:
        await anna.says(says)
    else:
        await anna.presses("Фото 2")

    told = await anna.sees("Приложено 2 файла")
    assert bor.texts("files-dropped", which="Фото 2") in told.text
    await anna.presses(bor.texts("files-done"))
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    maria = bor.employee()
    first, second, third = photos(3)
    for upload in (first, third):
        await maria.sees_file(upload.content)
    assert not any(second.content in shown.files for shown in bor.staff_room.shown)


async def test_the_photos_are_shown_to_pick_one(bor: Town) -> None:
    anna = await bor.consenting()
    await _with_three_photos(bor, anna)

    await anna.presses(bor.texts("files-pick"))

    for upload in photos(3):
        await anna.sees_file(upload.content)


async def test_taking_a_photo_away_twice_takes_only_one(bor: Town) -> None:
    anna = await bor.consenting()
    await _with_three_photos(bor, anna)
    await anna.presses(bor.texts("files-pick"))
    asked = await anna.sees(bor.texts("files-which"))
    await anna.presses("Фото 1", on=asked)
    await anna.sees("Приложено 2 файла")

    await anna.presses("Фото 1", on=asked)

    await anna.sees("Приложено 2 файла")


async def test_a_photo_of_an_addition_is_taken_away_from_its_summary(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.presses(bor.texts("resident-add"))
    await anna.sees(bor.texts("ask-comment"))
    first, second = photos(2)
    await anna.sends(first, caption="Вот ещё два снимка")
    await anna.sees("1 файл")
    await anna.sends(second)
    await anna.sees("2 файла")

    await anna.presses("✏️ Файлы")
    await anna.presses(bor.texts("files-pick"))
    await anna.presses("Фото 1", on=await anna.sees(bor.texts("files-which")))
    await anna.presses(bor.texts("files-done"), on=await anna.sees("Приложен 1 файл"))

    summary = await anna.sees("Добавим к вашему сообщению")
    assert "Вот ещё два снимка" in summary.text
    assert "1 файл" in summary.text


async def test_on_the_site_the_text_goes_into_the_field_and_is_not_quoted(tmp_path: Path) -> None:
    channels = (MemoryMessenger("telegram"), MemoryMessenger("web"))
    async with town(tmp_path, messengers=channels) as running:
        anna = channels[1].person("42", "Анна")
        await anna.says("/start")
        await anna.presses(running.texts("consent-yes"))
        await anna.sees(running.texts("menu"))
        await up_to_the_summary(running, anna)

        await anna.presses("✏️ Описание")

        asked = await anna.sees(running.texts("form-filled"))
        assert DESCRIPTION not in asked.text
