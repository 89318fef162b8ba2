"""A word that is rather an option than an answer: it is asked about, and nothing is lost."""

import pytest

from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import answerable, appeal, card_of, history, planted
from tests.support.towns.town_hall import ROADS, admin_of, opens


async def _asked_what_is_wrong(bor: Town) -> Person:
    anna = await bor.consenting()
    await planted(bor, state="answered")
    await anna.says("/my")
    listed = await anna.sees("Ваши сообщения")
    await anna.presses(listed.buttons[0].label, on=listed)
    await anna.presses(bor.texts("resident-unsolved"))
    await anna.sees("Напишите коротко, что не так")
    return anna


@pytest.mark.parametrize("word", ["нет", "Нет.", "не решено", "✅ Да, решено", "да"])
async def test_an_option_typed_where_words_are_asked_is_asked_about(bor: Town, word: str) -> None:
    anna = await _asked_what_is_wrong(bor)

    await anna.says(word)
    await anna.sees("Вы написали только")
    await anna.says("Яма на месте")
    asked = await anna.sees("Вернём в работу с таким пояснением")
    assert f"{word}\nЯма на месте" in asked.text

    await anna.presses(bor.texts("form-send"), on=asked)
    await anna.sees("Вернули сообщение")


async def test_a_number_where_words_are_asked_is_no_explanation(bor: Town) -> None:
    anna = await _asked_what_is_wrong(bor)

    await anna.says("2")

    await anna.sees("Вы написали только «2»")
    assert (await appeal(bor)).state == "answered"


async def test_who_has_no_more_to_say_says_it_again(bor: Town) -> None:
    anna = await _asked_what_is_wrong(bor)
    await anna.says("нет")
    await anna.sees("Вы написали только «нет»")

    await anna.says("нет")

    asked = await anna.sees("Вернём в работу с таким пояснением")
    assert "нет\nнет" not in asked.text


async def test_an_employee_is_asked_about_a_bare_word_too(bor: Town) -> None:
    await planted(bor, 1, with_cards=True)
    maria = bor.employee()
    await maria.presses("Решено", on=await answerable(bor, await card_of(maria)))
    await maria.sees("Что сделано?")

    await maria.says("да")

    await maria.sees("Вы написали только «да»")
    assert [entry.action for entry in await history(bor)] == []


async def test_the_usual_text_of_a_refusal_is_said_by_its_number(bor: Town) -> None:
    await planted(bor, 1, with_cards=True)
    maria = bor.employee()
    await maria.presses("Отказать", on=await answerable(bor, await card_of(maria)))
    await maria.says("2")
    await maria.sees("Что житель может сделать")

    await maria.says("1")

    await maria.sees(bor.texts("alternative-no_facts"))


@pytest.mark.parametrize(
    ("button", "asked", "word", "told"),
    [
        ("Отдел", "Кто отвечает", "нет", "нажмите «Не указывать»"),
        ("Ключевые слова", "через запятую", "Нет", "Вы написали только «Нет»"),
        ("Название", "Как назвать", "да", "нажмите «Отмена»"),
    ],
)
async def test_a_bare_word_is_no_line_of_an_admin(
    bor: Town, button: str, asked: str, word: str, told: str
) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses(button)
    await admin.sees(asked)

    await admin.says(word)

    await admin.sees(told)
