"""Numbers that employees type: each opens the card that is meant, and none goes to a resident."""

from datetime import timedelta

import pytest

from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import answerable, card_of, planted, said

FIRST_SERIAL = 41  # of these lists: far from any place in them


async def listed(bor: Town, count: int = 3, command: str = "/open") -> tuple[Person, Shown]:
    """A list of appeals 41, 42, …, and the employee who reads it."""
    await planted(bor, FIRST_SERIAL - 1, state="closed")
    await planted(bor, count, text="Яма у почты")
    maria = bor.employee()
    await maria.says(command)
    return maria, await maria.sees("Открыто" if command == "/open" else "Нашли")


def cards(maria: Person) -> list[str]:
    """The numbers of the cards that were shown, in their order."""
    return [shown.text[:13] for shown in said(maria) if shown.text.startswith("МЦУ-26-")]


@pytest.mark.parametrize("command", ["/open", "/find почты"])
@pytest.mark.parametrize(
    "words", ["2", "2.", " 2 ", "№ 2", "42", "000042", "МЦУ-26-000042", "мцу 26 000042", "26000042"]
)
@pytest.mark.parametrize("replies", [True, False])
async def test_a_number_opens_its_line(bor: Town, command: str, words: str, replies: bool) -> None:
    maria, shown = await listed(bor, command=command)

    await maria.says(words, reply_to=shown if replies else None)

    await maria.sees("МЦУ-26-000042 ·")
    assert cards(maria) == ["МЦУ-26-000042"]


async def test_the_label_of_a_line_opens_it(bor: Town) -> None:
    maria, shown = await listed(bor)

    await maria.says(shown.buttons[2].label, reply_to=shown)

    await maria.sees("МЦУ-26-000043 ·")


async def test_the_list_that_is_answered_counts_not_the_last_one(bor: Town) -> None:
    maria, shown = await listed(bor, 4)
    await maria.says("/find рынком")
    await maria.sees("нашли много")

    await maria.says("4", reply_to=shown)

    await maria.sees("МЦУ-26-000044 ·")


async def test_another_page_is_turned_to_by_its_label(bor: Town) -> None:
    maria, shown = await listed(bor, 10)

    await maria.says("Дальше", reply_to=shown)
    second = await maria.sees("Страница 2 из 2")
    await maria.says("2", reply_to=second)

    await maria.sees("МЦУ-26-000050 ·")


async def test_a_number_that_may_mean_two_lines_is_asked_about(bor: Town) -> None:
    """The second line is of appeal 1: whoever writes 2 may mean either."""
    await planted(bor)
    await planted(bor, deadline_at=bor.clock() + timedelta(days=1))
    maria = bor.employee()
    await maria.says("/open")

    await maria.says("2", reply_to=await maria.sees("Открыто: 2"))

    asked = await maria.sees("Какое открыть?")
    assert cards(maria) == []
    await maria.presses("№2 ", on=asked)
    await maria.sees("МЦУ-26-000002 ·")


@pytest.mark.parametrize("words", ["9", "0", "777", "000777"])
async def test_a_number_that_the_list_has_not_is_told(bor: Town, words: str) -> None:
    maria, shown = await listed(bor)

    await maria.says(words, reply_to=shown)

    await maria.sees("Такого номера в этом списке нет")
    assert cards(maria) == []


async def test_words_under_a_list_are_for_nobody_and_that_is_said(bor: Town) -> None:
    anna = bor.resident()
    maria, shown = await listed(bor)

    await maria.says("Завтра приедем", reply_to=shown)
    await maria.sees("житель пока ничего не получил")
    await maria.sends(Upload(picture()), reply_to=shown)

    await maria.waits_for(
        maria.room,
        lambda _: len([one for one in said(maria) if "пока ничего не получил" in one.text]) == 2,
    )
    assert not said(anna, "Завтра приедем")


async def test_a_number_under_a_card_goes_to_the_resident(bor: Town) -> None:
    anna = bor.resident()
    await planted(bor, 3, with_cards=True)
    maria = bor.employee()

    await maria.says("2", reply_to=await answerable(bor, await card_of(maria, 1)))

    await anna.sees("Ответ по сообщению МЦУ-26-000001")


async def test_a_number_among_talk_is_no_line_where_none_was_shown(bor: Town) -> None:
    await planted(bor, 3, with_cards=True)
    maria = bor.employee()
    await card_of(maria, 3)

    await maria.says("2")
    await maria.says("/id")
    await maria.sees("telegram:-100500")

    assert len(cards(maria)) == 3


async def test_a_number_is_the_option_of_the_form_that_asks(bor: Town) -> None:
    maria, _shown = await listed(bor)
    await maria.says("МЦУ-26-000043")
    await maria.presses("Отказать", on=await maria.sees("МЦУ-26-000043 ·"))
    await maria.sees("Почему")

    await maria.says("2")

    await maria.sees("Что житель может сделать")
