"""A resident files an appeal; staff answers; the resident confirms."""

from tests.conversation import DESCRIPTION, Town


async def test_an_appeal_is_filed_answered_and_confirmed(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    card = await maria.sees(appeal.number)
    assert DESCRIPTION in card.text

    await maria.presses("Взять")
    await anna.sees("взяли в работу")
    await maria.presses("Ответить")
    await maria.sees("Напишите ответ")
    await maria.says("Яму засыпали")
    await maria.presses("Отправить")
    await anna.sees("Яму засыпали")
    await anna.presses("Да, решено")
    await anna.sees("Спасибо")

    assert (await bor.appeals())[0].state == "closed"
