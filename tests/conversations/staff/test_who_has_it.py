"""Who of the staff has an appeal: on its card, in answers to stale buttons, in news about it."""

from sqlalchemy import text

from storage.migrations import downgrade, upgrade
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asked_where,
    card_of,
    card_says,
    planted,
)


async def test_a_card_names_who_took_it(bor: Town) -> None:
    await bor.filed(await bor.consenting())
    maria = bor.employee()

    await maria.presses("Взять", on=await card_of(maria))

    card = await card_says(maria, "в работе · Мария")
    assert card.text.splitlines()[0].endswith("· в работе · Мария")


async def test_whoever_comes_too_late_is_told_who_was_first(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria, olga = bor.employee(), bor.employee("901", "Ольга")
    card = await answerable(bor, await card_of(maria))
    await olga.presses("Решено", on=card)
    await olga.says("Засыпали щебнем")
    mine = await olga.sees("Готово: Засыпали щебнем")
    await maria.presses("Решено", on=card)
    await maria.says("Положили асфальт")
    await maria.presses(bor.texts("form-send"), on=await maria.sees("Готово: Положили асфальт"))
    await card_says(maria, "есть ответ · Мария")

    await olga.presses(bor.texts("form-send"), on=mine)

    told = bor.texts("staff-not-allowed-by", number="МЦУ-26-000001", state="answered", name="Мария")
    assert "отвечает Мария" in told
    refused = await olga.sees(told)
    assert "Засыпали щебнем" in refused.text


async def test_an_answered_question_is_back_with_whoever_asked(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)
    await card_says(maria, "ждём уточнения · Мария")

    await anna.says("У второго подъезда")

    told = await maria.sees("Мария, вам ответил житель Анна по МЦУ-26-000001 («")
    assert "› У второго подъезда" in told.text
    await card_says(maria, "в работе · Мария")
    found = await appeal(bor)
    assert (found.state, found.employee) == ("in_work", "telegram:900")


async def test_news_of_an_appeal_bring_its_card(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)
    await anna.says("У второго подъезда")
    told = await maria.sees("вам ответил житель")

    await maria.presses(bor.texts("list-open"), on=told)

    await maria.waits_for(
        maria.room,
        lambda shown: shown.text.startswith("МЦУ-26-000001 ·") and int(shown.id) > int(told.id),
        wanted="the card again",
    )


async def test_a_case_that_comes_back_names_who_answered_it(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Решено", on=await card_of(maria))
    await maria.sees("Что сделано")
    await maria.says("Засыпали")
    await maria.presses(bor.texts("form-send"))
    await anna.sees("Засыпали")

    await anna.presses("Нет, не решено")
    await anna.sees(bor.texts("ask-reopen", kind="problem"))
    await anna.says("Яма на месте")
    summary = await anna.sees(bor.texts("reopen-summary", kind="problem", text="Яма на месте"))
    await anna.presses(bor.texts("form-send"), on=summary)

    told = await maria.sees("Мария, житель вернул в работу МЦУ-26-000001 («")
    assert [button.label for button in told.buttons] == [bor.texts("list-open")]


async def test_a_question_to_an_employee_shows_the_residents_first_words(bor: Town) -> None:
    await bor.filed(await bor.consenting())
    maria = bor.employee()

    await maria.presses("Решено", on=await card_of(maria))

    await maria.sees("Мария, по МЦУ-26-000001 («На дороге за рынком")


async def test_after_an_upgrade_open_appeals_have_who_moved_them_last(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await asked_where(bor, anna)

    async with bor.database.begin() as session:
        connection = await session.connection()
        await connection.run_sync(lambda c: downgrade(c, "0019_devices"))
        await connection.run_sync(upgrade)
        found = await session.execute(text("SELECT employee, employee_name FROM appeals"))

    assert found.one() == ("telegram:900", "Мария")
