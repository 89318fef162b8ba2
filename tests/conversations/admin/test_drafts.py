"""Drafts that are on their way survive what an admin changes."""

from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.town_hall import (
    POTHOLES,
    ROADS,
    admin_of,
    category,
    files_the_rest,
    halfway,
    opens,
    presses_more,
    removes,
    tree_of,
)


async def test_a_half_filled_draft_keeps_a_topic_that_is_hidden_meanwhile(bor: Town) -> None:
    anna = await halfway(bor)
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await presses_more(admin, "Скрыть")
    await admin.sees("Скрыто")
    await files_the_rest(bor, anna)

    assert (await bor.appeals())[0].topic.title == POTHOLES


async def test_a_half_filled_draft_has_a_topic_renamed_meanwhile_under_its_new_name(
    bor: Town,
) -> None:
    anna = await halfway(bor)
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await admin.presses("Название")
    await admin.says("Ямы")
    await admin.sees("→ Ямы")
    await anna.says("ул. Мира, 5")
    await anna.sees("Ямы")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-26-")

    assert (await bor.appeals())[0].topic.title == "Ямы"


async def test_a_half_filled_draft_is_asked_again_for_a_topic_removed_meanwhile(
    bor: Town,
) -> None:
    anna = await halfway(bor)
    admin = admin_of(bor)
    await removes(admin, ROADS, POTHOLES)
    await admin.presses("Убрать", on=await admin.sees("Убрать тему"))
    await admin.sees("убрано")
    await anna.says("ул. Мира, 5")
    await anna.presses("Светофоры")
    await files_the_rest(bor, anna)

    found = (await bor.appeals())[0]
    assert found.text.startswith(DESCRIPTION)
    assert found.topic.title == "Светофоры"


async def test_an_admin_goes_from_his_own_draft_to_the_menu_and_back(bor: Town) -> None:
    admin = await halfway(bor, "7")
    await opens(admin, ROADS)
    await admin.presses("Название")
    await admin.says("Дороги")
    await admin.sees("→ Дороги")
    await admin.says("/admin")
    await admin.presses("Вернуться к сообщению")
    await admin.sees(bor.texts("ask-place").splitlines()[0])
    await files_the_rest(bor, admin)

    assert (await bor.appeals())[0].text == DESCRIPTION


async def test_an_admin_who_turns_to_something_else_leaves_the_question_aside(bor: Town) -> None:
    admin = await bor.consenting("7")
    await opens(admin, ROADS)
    await admin.presses("Название")
    asked = await admin.sees("Как назвать")
    await admin.says("/help")
    await admin.sees("Как это работает")
    await admin.says(DESCRIPTION)
    await admin.sees(bor.texts("ask-topic-suggested"))
    assert (await category(bor, "roads")).title == ROADS
    await admin.presses("Отмена", on=asked)
    await admin.sees("ничего не изменилось")

    assert (await tree_of(bor)).version == 2
