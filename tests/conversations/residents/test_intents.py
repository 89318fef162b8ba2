"""What is wanted of the bot itself is answered, whatever is being filled, and files nothing."""

from pathlib import Path

import pytest

from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.filing import up_to_the_place

OFFICIAL = "Хочу подать официальное обращение"


async def test_who_wants_a_formal_appeal_reads_how_to_file_it(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says(OFFICIAL)

    told = await anna.sees(bor.settings.formal_url)
    assert told.button(bor.texts("formal-open"))
    await anna.says("/start")
    await anna.sees(bor.texts("menu"))  # nothing was begun


async def test_the_formal_way_can_be_read_without_consent(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("/start")

    await anna.says(OFFICIAL)

    await anna.sees(bor.settings.formal_url)
    await anna.presses(bor.texts("consent-yes"))
    await anna.sees(bor.texts("menu"))


async def test_in_the_middle_of_filing_the_words_come_to_be_copied_and_it_goes_on(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    await anna.says(OFFICIAL)

    await anna.sees(bor.texts("formal-copy"))
    words = await anna.sees(DESCRIPTION)
    assert words.text == DESCRIPTION
    again = await anna.sees(bor.texts("ask-place"))
    assert "вернёмся к тому" in again.text


async def test_an_own_appeal_has_a_button_for_the_formal_way(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/my")
    listed = await anna.sees("Ваши сообщения")
    await anna.presses(listed.buttons[0].label, on=listed)
    await anna.sees(bor.texts("page-history"))

    await anna.presses(bor.texts("resident-formal"))

    await anna.sees(bor.texts("formal-copy"))
    words = await anna.sees(DESCRIPTION)
    assert words.text.startswith(DESCRIPTION)
    assert "ул. Мира, 5" in words.text


async def test_another_ones_appeal_gives_no_words(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    boris = await bor.consenting("43", "Борис")

    await bor.messenger.press_payload(boris, f"formal:{appeal.id}")

    await boris.sees(bor.texts("appeal-not-yours"))


async def test_where_is_my_answer_shows_the_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)

    await anna.says("Где мой ответ?")

    page = await anna.sees(bor.texts("page-history"))
    assert appeal.number in page.text


async def test_where_is_my_answer_with_several_appeals_shows_the_list(bor: Town) -> None:
    anna = await bor.consenting()
    for _ in range(2):
        await bor.filed(anna)

    await anna.says("статус")

    await anna.sees(bor.texts("my-list", total=2))


async def test_who_has_filed_nothing_is_told_so(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("где мой ответ")

    await anna.sees(bor.texts("my-none"))


async def test_after_words_of_an_employee_a_question_goes_to_the_employee(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    await maria.says("Мусор вывезем завтра", reply_to=await maria.sees(appeal.number))
    await anna.sees("Мусор вывезем завтра")

    await anna.says("Когда будет ответ?")

    await maria.sees("Когда будет ответ?")


@pytest.mark.parametrize("text", ["оператор", "Позовите человека"])
async def test_who_wants_a_person_is_told_who_reads(bor: Town, text: str) -> None:
    anna = await bor.consenting()

    await anna.says(text)

    await anna.sees(bor.texts("intent-person"))


async def test_who_wants_a_person_about_an_appeal_may_write_more(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)

    await anna.says("Соедините с оператором")

    await anna.sees(bor.texts("intent-person-live", number=appeal.number))
    await anna.presses(bor.texts("resident-add"))
    await anna.sees(bor.texts("ask-comment"))


async def test_in_an_addition_a_question_is_part_of_it(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.presses(bor.texts("resident-add"))
    await anna.sees(bor.texts("ask-comment"))

    await anna.says("Когда будет ответ?")

    await anna.sees(bor.texts("comment-summary", text="Когда будет ответ?"))


async def test_a_word_takes_an_appeal_back_after_a_question(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)

    await anna.says("Отзовите моё сообщение")

    await anna.sees(bor.texts("withdraw-sure", number=appeal.number))
    await anna.presses(bor.texts("withdraw-yes"))
    await anna.sees(bor.texts("withdrawn", number=appeal.number))


async def test_of_several_appeals_one_is_chosen_to_be_taken_back(bor: Town) -> None:
    anna = await bor.consenting()
    first = await bor.filed(anna)
    await bor.filed(anna)
    await anna.says("отменить заявку")

    asked = await anna.sees(bor.texts("intent-withdraw-which"))
    await anna.presses("ул. Мира, 5", on=asked)

    assert [b.payload for b in asked.buttons[:2]] == ["withdraw:2", f"withdraw:{first.id}"]
    await anna.sees(bor.texts("withdraw-sure", number="МЦУ-26-000002"))


async def test_where_nothing_can_be_taken_back_it_is_said(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("отзовите")

    await anna.sees(bor.texts("intent-withdraw-none"))


async def test_own_data_is_deleted_by_words_and_by_a_button(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("удалите мои персональные данные")
    await anna.sees("Отозвать согласие")
    await anna.presses(bor.texts("form-cancel"))
    await anna.says("/help")

    await anna.presses(bor.texts("menu-data"))
    await anna.presses(bor.texts("data-delete"))
    await anna.presses(bor.texts("delete-yes"), on=await anna.sees("Отозвать согласие"))

    await anna.sees(bor.texts("deleted"))


async def test_a_trouble_without_words_is_asked_about(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))

    await anna.says("ну проблема у меня")

    again = await anna.sees(bor.texts("intent-tell"))
    assert bor.texts("ask-what") in again.text


async def test_who_has_a_trouble_begins_a_new_message(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("хочу пожаловаться")

    await anna.sees(bor.texts("ask-what"))


async def test_help_while_filing_asks_again(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    await anna.says("не понимаю")

    assert bor.texts("ask-place") in (await anna.sees("Как это работает")).text


async def test_a_formal_appeal_with_a_trouble_in_it_is_a_message(tmp_path: Path) -> None:
    async with town(tmp_path) as running:
        anna = await running.consenting()

        await anna.says(f"{OFFICIAL}: на улице Мира большая яма")

        await anna.sees(running.texts("text-taken"))
