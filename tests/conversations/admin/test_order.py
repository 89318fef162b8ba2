"""An admin sets the order of categories and topics, and what residents see."""

from storage.tables import Category, Topic
from storage.town.municipalities import the_one
from tests.support.towns.conversation import Town
from tests.support.towns.town_hall import (
    POTHOLES,
    ROADS,
    admin_of,
    category,
    opens,
    presses_more,
    topic,
    tree_of,
)


async def test_order_is_changed_step_by_step(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses("Выше")
    await admin.sees("Дальше двигать некуда")
    await admin.presses("Ниже")
    await admin.sees("на месте 2 из 16")

    assert [c.code for c in (await tree_of(bor)).categories][:3] == ["snow", "roads", "yard"]
    await opens(admin, ROADS, "Светофоры")
    await admin.presses("Выше")
    await admin.sees("на месте 3 из 8")
    topics = (await category(bor, "roads")).topics
    assert [t.code for t in topics][:4] == ["pothole", "sidewalk", "signal", "signs"]


async def test_what_is_hidden_is_not_offered_until_it_is_shown_again(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await presses_more(admin, "Скрыть от жителей")
    await admin.sees("Скрыто: жители не видят")
    assert not (await category(bor, "roads")).offered
    await presses_more(admin, "Показать жителям")
    await admin.sees("Снова видно жителям")

    assert (await category(bor, "roads")).offered


async def test_the_last_topic_of_all_can_be_neither_hidden_nor_removed(bor: Town) -> None:
    async with bor.database.begin() as session:
        municipality = await session.run_sync(the_one)
        assert municipality
        municipality.tree_version += 1
        for row in await session.run_sync(lambda s: s.query(Category).all()):
            row.hidden = row.code != "roads"
        for each in await session.run_sync(lambda s: s.query(Topic).all()):
            each.hidden = each.code != "pothole"
    admin = admin_of(bor)
    for label in ("Скрыть", "Убрать совсем"):
        for titles in ((ROADS,), (ROADS, POTHOLES)):
            await opens(admin, *titles)
            await presses_more(admin, label)
            await admin.sees(bor.texts("admin-last-one"))

    assert (await topic(bor, "pothole")).offered


async def test_a_topic_moves_into_another_category_with_its_appeals(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await presses_more(admin, "В другой раздел")
    await admin.presses("Дворы и благоустройство", on=await admin.sees("В какой раздел"))
    await admin.sees("теперь в разделе «🌳 Дворы и благоустройство»")

    assert (await topic(bor, "pothole")).category_id == (await category(bor, "yard")).id
    assert (await bor.appeals())[0].topic.title == POTHOLES
