"""Going back, editing, stopping: whatever is pressed, nothing that was said is lost."""

from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import PHOTO, POTHOLES, photos, up_to_the_place, up_to_the_summary


async def test_back_leads_through_every_question_to_the_first(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    for asked in ("ask-place", "ask-topic", "ask-topic-suggested"):
        await anna.says("Назад")
        await anna.sees(bor.texts(asked))
    await anna.says("← Назад")

    first = await anna.sees(bor.texts("ask-what"))
    assert not any("Назад" in button.label for button in first.buttons)


async def test_back_from_the_summary_keeps_the_files(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sends(*photos(3))
    await anna.sees(bor.texts("files-taken"))

    await anna.presses("Назад")

    await anna.sees("Приложено 3 файла")
    await anna.says("готово")
    await anna.sees("3 файла")


async def test_each_answer_is_edited_from_the_summary(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    await anna.presses(bor.texts("form-edit", what=bor.texts("title-what")))
    await anna.says("Две большие ямы у дома 5 по улице Мира")
    await anna.sees("«Две большие ямы")
    await anna.presses("✏️ Место")
    await anna.says("пр. Ленина, 7")
    await anna.sees("Место: пр. Ленина, 7")
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
    await anna.sees(bor.texts("ask-files"))
    await anna.sends(PHOTO)
    await anna.sees("Приложен 1 файл")
    await anna.presses(bor.texts("files-done"))
    await anna.sees(f"{bor.texts('title-files')}: 1 файл")
    await anna.presses("✏️ Тема")
    await anna.presses("Дороги и тротуары")
    await anna.sees(bor.texts("ask-topic"))
    await anna.presses("Светофоры")
    await anna.sees("Тема: 🛣 Светофоры")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    appeal = (await bor.appeals())[0]
    assert appeal.text == "Две большие ямы у дома 5 по улице Мира"
    assert (appeal.place_text, appeal.topic.title) == ("пр. Ленина, 7", "Светофоры")


async def test_another_kind_keeps_the_words_and_the_topic(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    await anna.presses("✏️ Что это")
    await anna.presses(bor.texts("kind-question"))

    summary = await anna.sees("Проверьте")
    assert bor.texts("kind-question") in summary.text
    assert POTHOLES in summary.text
    assert "Место: ул. Мира, 5" in summary.text
    assert DESCRIPTION in summary.text


async def test_a_kind_corrected_to_thanks_and_back_asks_nothing_again(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    before = (await anna.sees("Проверьте")).text
    await anna.presses("✏️ Что это")
    await anna.presses(bor.texts("kind-thanks"))
    thanks = (await anna.sees("Проверьте")).text

    await anna.presses("✏️ Что это")
    await anna.presses(bor.texts("kind-problem"))

    assert (await anna.sees("Проверьте")).text == before
    assert bor.texts("title-topic") not in thanks
    assert bor.texts("title-place") not in thanks


async def test_as_it_was_brings_back_all_that_an_edit_dropped(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    before = (await anna.sees("Проверьте")).text
    await anna.presses("✏️ Тема")
    await anna.presses("Дороги и тротуары")

    await anna.says("Оставить как было")

    assert (await anna.sees("Проверьте")).text == before


async def test_as_it_was_closes_the_files_too(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    before = (await anna.sees("Проверьте")).text
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
    await anna.sends(PHOTO)
    await anna.sees("Приложен 1 файл")

    await anna.presses(bor.texts("form-restore"))

    assert (await anna.sees("Проверьте")).text == before


async def test_two_pencils_of_one_summary_lose_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    summary = await anna.sees("Проверьте")
    await anna.presses("✏️ Место", on=summary)
    await anna.sees(bor.texts("ask-place"))

    await anna.presses(bor.texts("form-edit", what=bor.texts("title-what")), on=summary)
    await anna.sees(bor.texts("ask-what"))
    await anna.presses(bor.texts("form-restore"))

    assert (await anna.sees("Проверьте")).text == summary.text


async def test_a_second_tap_on_skip_skips_nothing_else(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
    files = await anna.sees(bor.texts("ask-files"))
    skip = files.button(bor.texts("files-none")).payload
    await anna.presses(bor.texts("files-none"), on=files)
    await anna.sees("Проверьте")

    await bor.messenger.press_payload(anna, skip)

    again = await anna.sees("Проверьте")
    assert bor.texts("form-old-button") not in again.text


async def test_a_button_of_an_earlier_question_changes_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says("Ямы, лужи и высокий бордюр за рынком")
    topics = await anna.sees(bor.texts("ask-topic-suggested"))
    chosen, other, *_ = topics.buttons
    await anna.presses(chosen.label, on=topics)
    await anna.sees(bor.texts("ask-place"))

    await bor.messenger.press_payload(anna, other.payload)

    told = await anna.sees(bor.texts("form-old-button"))
    assert bor.texts("ask-place") in told.text
    await anna.says("ул. Мира, 5")
    assert chosen.label in (await anna.sees("Проверьте")).text


async def test_a_button_of_a_dropped_draft_changes_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    topic = (await anna.sees(bor.texts("ask-topic-suggested"))).button(POTHOLES).payload
    await anna.says("отмена")
    await anna.presses(bor.texts("draft-drop"))
    await anna.sees(bor.texts("draft-dropped"))

    await bor.messenger.press_payload(anna, topic)

    told = await anna.sees(bor.texts("form-old-button"))
    assert told.button(bor.texts("menu-report"))


async def test_cancel_keeps_the_draft_aside_and_it_goes_on_where_it_was(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.presses(bor.texts("form-cancel"))
    await anna.sees("Остановились")
    await anna.says("спасибо")
    await anna.sees(bor.texts("menu"))

    await anna.presses(bor.texts("draft-continue"))

    await anna.sees(bor.texts("ask-place"))


async def test_what_is_new_does_not_go_into_the_draft_put_aside(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.presses(bor.texts("form-cancel"))
    await anna.sees("Остановились")

    await anna.says("Во дворе дома 3 не вывозят мусор")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await anna.says("1")
    await anna.says("пр. Ленина, 7")
    await anna.sees("Проверьте")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    assert (await bor.appeals())[0].text == "Во дворе дома 3 не вывозят мусор"
    await anna.says("/start")
    await anna.presses(bor.texts("draft-continue"))
    await anna.sees(bor.texts("ask-place"))


async def test_start_in_the_middle_offers_to_go_on_or_to_begin_anew(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    await anna.says("/start")

    found = await anna.sees("Вы начали писать")
    await anna.presses(bor.texts("draft-continue"), on=found)
    await anna.sees(bor.texts("ask-place"))
    await anna.says("/new")
    await anna.presses(bor.texts("draft-new"))
    await anna.sees(bor.texts("ask-what"))


async def test_an_edited_message_corrects_its_own_part_of_the_description(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))
    second = await anna.says("Уже два калеса пробили соседи")
    await anna.sees(bor.texts("text-added"))

    await bor.messenger.edit_said(anna, anna.room, second, "Уже два колеса пробили соседи")

    await anna.sees(bor.texts("form-corrected"))
    await anna.says("Ямы и выбоины на дороге")
    await anna.says("ул. Мира, 5")
    summary = await anna.sees("Проверьте")
    assert f"{DESCRIPTION}\nУже два колеса пробили соседи" in summary.text


async def test_an_edit_after_filing_is_passed_on_to_the_staff(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    said = await anna.says(DESCRIPTION)
    await anna.says("1")
    await anna.says("ул. Мира, 5")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")

    await bor.messenger.edit_said(anna, anna.room, said, "На дороге у дома 15 большая яма")

    await bor.employee().sees("(исправлено) На дороге у дома 15 большая яма")


async def test_a_place_left_as_it_was_is_not_called_taken(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-place")))
    await anna.sees(bor.texts("ask-place"))

    await anna.presses(bor.texts("form-restore"))

    await anna.sees(bor.texts("form-fine"))
    await anna.sees("Место: ул. Мира, 5")


async def test_the_keyboard_of_the_place_is_put_away_whatever_comes_next(bor: Town) -> None:
    anna = await bor.consenting()
    for said in ("Назад", "Отмена"):
        await up_to_the_place(bor, anna)

        await anna.says(said)

        word = await anna.sees(bor.texts("form-fine"))
        assert not word.buttons
        await anna.presses(bor.texts("form-cancel")) if said == "Назад" else None
        await anna.sees("Остановились")
        await anna.presses(bor.texts("draft-drop"))
        await anna.sees(bor.texts("draft-dropped"))
