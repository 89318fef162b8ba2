"""News about an appeal: each names what it is about and leads to its page."""

from handlers.appeals.reminders import remind_or_close_silent
from tests.fakes.messenger import Shown
from tests.support.towns.conversation import Town
from tests.support.towns.deliveries import reached
from tests.support.towns.staff_room import card_of, planted

ABOUT = "МЦУ-26-000001 («Ямы и выбоины на дороге, ул. Мира, 5»)"


def _leads_home(bor: Town, told: Shown) -> bool:
    last = told.buttons[-1]
    return (last.label, last.payload) == (bor.texts("resident-look"), "appeal:1")


async def test_every_news_names_topic_and_place_and_leads_to_the_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Взять", on=await card_of(maria))
    taken = await anna.sees("взяли в работу")
    await maria.says("Едем", reply_to=await card_of(maria))
    spoken = await anna.sees("Едем")
    await maria.presses("Решено", on=await card_of(maria))
    await maria.sees("Напишите ответ")
    await maria.says("Засыпали щебнем")
    await maria.sees("Житель прочитает")
    await maria.presses(bor.texts("form-send"))
    answered = await anna.sees("Засыпали щебнем")
    await reached(bor, "Засыпали щебнем")  # silence counts from then
    bor.clock.passes(days=4)
    await bor.tick(remind_or_close_silent)
    reminded = await anna.sees("Получилось решить проблему?")

    for told in (taken, spoken, answered, reminded):
        assert ABOUT in told.text
        assert _leads_home(bor, told)


async def test_the_button_opens_the_page(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Взять", on=await card_of(maria))

    await anna.presses(bor.texts("resident-look"), on=await anna.sees("взяли в работу"))

    await anna.sees(bor.texts("page-history"))


async def test_what_has_no_place_is_named_by_its_own_words(bor: Town) -> None:
    anna = bor.resident()
    await planted(bor, with_cards=True, place_text="", text="Не вывозят мусор третью неделю подряд")
    maria = bor.employee()

    await maria.presses("Взять", on=await card_of(maria))

    assert "(«Не вывозят мусор третью…»)" in (await anna.sees("взяли в работу")).text
