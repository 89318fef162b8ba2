"""Choosing a topic: a typed word filters, and whoever does not know lets an employee decide."""

import pytest

from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import POTHOLES

VAGUE = "Приезжайте к нам и посмотрите сами"


async def _asked_for_the_topic(bor: Town, anna: Person, text: str = VAGUE) -> Shown:
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    await anna.says(text)
    is_vague = text == VAGUE
    return await anna.sees(bor.texts("ask-category" if is_vague else "ask-topic-suggested"))


@pytest.mark.parametrize("text", [VAGUE, DESCRIPTION])
@pytest.mark.parametrize("says", [True, False])
async def test_who_does_not_know_the_topic_leaves_it_to_an_employee(
    bor: Town, text: str, says: bool
) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna, text)

    if says:
        await anna.says("не знаю")
    else:
        await anna.presses(bor.texts("topic-unsure"))

    await anna.sees(bor.texts("ask-place"))
    await anna.says("ул. Мира, 5")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    assert (await bor.appeals())[0].topic.title == "Другое"


async def test_who_does_not_know_the_topic_of_a_category_may_say_so_there(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)
    await anna.presses("Дороги и тротуары")
    await anna.sees(bor.texts("ask-topic"))

    await anna.presses(bor.texts("topic-unsure"))

    await anna.sees(bor.texts("ask-place"))


async def test_not_knowing_has_a_number_too(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)

    await anna.says("17")  # after sixteen categories

    await anna.sees(bor.texts("ask-place"))


async def test_a_typed_word_filters_the_categories(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)

    await anna.says("дорога")

    found = await anna.sees(bor.texts("ask-topic-named"))
    labels = [button.label for button in found.buttons]
    assert "🛣 Дороги и тротуары" in labels
    assert any(POTHOLES in label for label in labels)
    assert bor.texts("topic-unsure") in labels
    assert not any("освещение" in label for label in labels)
    await anna.presses(POTHOLES, on=found)
    await anna.sees(bor.texts("ask-place"))


async def test_a_whole_category_that_a_word_names_leads_to_its_topics(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)
    await anna.says("дорога")

    await anna.presses("Дороги и тротуары", on=await anna.sees(bor.texts("ask-topic-named")))

    topics = await anna.sees(bor.texts("ask-topic"))
    assert topics.button("Светофоры")


async def test_another_word_and_an_older_list_work_as_well(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)
    await anna.says("яма")
    potholes = await anna.sees(bor.texts("ask-topic-named"))
    await anna.says("собаки")
    dogs = await anna.sees(bor.texts("ask-topic-named"))
    assert any("собаки" in button.label for button in dogs.buttons)

    await anna.presses(POTHOLES, on=potholes)

    await anna.sees(bor.texts("ask-place"))


async def test_a_typed_word_filters_over_suggestions_and_all_topics_stay_near(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna, DESCRIPTION)
    await anna.says("фонарь")
    found = await anna.sees(bor.texts("ask-topic-named"))
    assert any("Не горит фонарь" in button.label for button in found.buttons)

    await anna.presses(bor.texts("form-all-options"), on=found)

    assert (await anna.sees(bor.texts("ask-category"))).button("освещение")


async def test_a_typed_word_filters_the_topics_of_a_category_and_beyond(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)
    await anna.presses("Дороги и тротуары")
    await anna.sees(bor.texts("ask-topic"))

    await anna.says("яма")
    own = await anna.sees(bor.texts("ask-topic-named"))
    assert not any("во дворе" in button.label for button in own.buttons)
    await anna.says("собаки")
    await anna.presses("Безнадзорные", on=await anna.sees(bor.texts("ask-topic-named")))

    await anna.sees(bor.texts("ask-place"))


async def test_a_word_that_names_nothing_is_told_so_and_a_sentence_is_kept(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)

    await anna.says("ужас")
    told = await anna.sees(bor.texts("topic-not-named"))
    assert told.button(bor.texts("topic-unsure"))
    await anna.says("Фонарь опять сломали")

    await anna.sees(bor.texts("text-added"))


async def test_back_from_found_topics_shows_the_whole_list_again(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_for_the_topic(bor, anna)
    await anna.says("дорога")
    await anna.presses("Дороги и тротуары", on=await anna.sees(bor.texts("ask-topic-named")))
    await anna.sees(bor.texts("ask-topic"))

    await anna.says("назад")

    await anna.sees(bor.texts("ask-category"))


async def test_an_employee_finds_the_topic_by_a_word(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    await maria.presses(bor.texts("staff-topic"), on=await maria.sees(appeal.number))
    asked = await maria.sees(bor.texts("staff-topic-suggested"))
    assert not any(bor.texts("topic-unsure") == button.label for button in asked.buttons)

    await maria.says("собаки")
    await maria.presses("Безнадзорные", on=await maria.sees(bor.texts("ask-topic-named")))

    await maria.sees("новая тема")
    assert "собаки" in (await bor.appeals())[0].topic.title
