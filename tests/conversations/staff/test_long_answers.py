"""What an employee wrote and an app cut in two reaches the resident whole."""

import pytest

from tests.conversations.residents.test_long_texts import LONG, MOST, says_in_pieces, squeezed
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import appeal, card_of, history

TEXT = LONG[: MOST + 300]


async def _at_a_card(bor: Town) -> tuple[Person, Person, Shown]:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    return anna, maria, await card_of(maria)


@pytest.mark.parametrize(("button", "action"), [("Уточнить", "ask"), ("Решено", "answer")])
async def test_what_a_form_of_a_card_was_told_in_two_pieces_is_sent_whole(
    bor: Town, button: str, action: str
) -> None:
    anna, maria, card = await _at_a_card(bor)
    await maria.presses(button, on=card)
    await maria.sees("Напишите")
    await says_in_pieces(maria, TEXT)
    await maria.presses(bor.texts("form-send"))
    await anna.sees(TEXT[-100:])

    said = [entry.text for entry in await history(bor) if entry.action == action]
    assert [squeezed(text) for text in said] == [squeezed(TEXT)]


async def test_a_plain_reply_in_two_pieces_reaches_the_resident_whole(bor: Town) -> None:
    anna, maria, card = await _at_a_card(bor)
    await maria.says(TEXT[:MOST], reply_to=card)
    await maria.says(TEXT[MOST:])  # apps let only the first piece answer the card

    await anna.sees(TEXT[-100:])
    said = [entry.text for entry in await history(bor) if entry.action == "interim"]
    assert squeezed("".join(said)) == squeezed(TEXT)


async def test_the_end_of_what_was_refused_is_no_answer(bor: Town) -> None:
    _, maria, card = await _at_a_card(bor)
    await maria.presses("Передать", on=card)
    await maria.sees(bor.texts("staff-org"))
    await says_in_pieces(maria, TEXT)
    await maria.waits_for(maria.room, lambda shown: "Слишком длинно" in shown.text)

    await maria.says("ООО Светосервис")

    await maria.sees("Это решает ООО Светосервис")
    assert (await appeal(bor)).state == "new"
