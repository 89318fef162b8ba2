"""Much said where little is asked for: nothing is lost, and it is told what became of it."""

from tests.support.towns.conversation import Town
from tests.support.towns.filing import photos, up_to_the_place, up_to_the_summary

LONG = "Вода стоит у третьего подъезда второй месяц, пройти нельзя. " * 93


async def test_a_story_in_place_of_an_address_is_kept_and_a_short_address_asked_for(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    await anna.says(LONG)

    shown = await anna.sees(bor.texts("place-too-long"))
    assert bor.texts("text-added") in shown.text
    await anna.says("Мира, 12")
    summary = await anna.sees("Мира, 12")
    assert "третьего подъезда" in summary.text


async def test_a_story_in_place_of_a_choice_is_kept(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.presses(bor.texts("menu-report"))
    await anna.says("Яма на дороге у дома, машины не проехать")
    await anna.sees("тем")

    await anna.says(LONG)

    await anna.sees(bor.texts("text-added"))


async def test_files_that_are_added_are_counted_and_so_are_all(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    first, second = photos(2)

    await anna.sends(first)
    await anna.sees(bor.texts("files-added", count=1))
    await anna.sends(second)

    await anna.sees(f"{bor.texts('files-added', count=1)} {bor.texts('files-in-all', count=2)}")


async def test_the_card_counts_the_files_of_the_resident(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await maria.sees("МЦУ-26-000001")
    assert bor.texts("card-files", count=1) not in card.text

    await maria.sends(*photos(1), caption="Вот как там теперь", reply_to=card)
    await anna.sees("Вот как там теперь")
    await maria.presses(bor.texts("staff-take"), on=card)

    taken = await maria.sees(bor.texts("state-in_work"))
    assert bor.texts("card-files", count=1) not in taken.text
