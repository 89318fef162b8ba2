"""An admin removes categories and topics; their appeals keep a topic."""

from tests.support.towns.conversation import Town
from tests.support.towns.town_hall import (
    POTHOLES,
    ROADS,
    admin_of,
    category,
    opens,
    presses_more,
    removes,
    topic,
)


async def test_a_topic_without_appeals_is_removed_after_a_question(bor: Town) -> None:
    admin = admin_of(bor)
    await removes(admin, ROADS, POTHOLES)
    asked = await admin.sees("Убрать тему «Ямы и выбоины на дороге»?")
    await admin.presses("Отмена", on=asked)
    await admin.sees("ничего не изменилось")
    assert not (await topic(bor, "pothole")).removed
    await presses_more(admin, "Убрать совсем")
    await admin.says("ладно")
    await admin.sees("кнопку «Убрать»")
    await admin.presses("Убрать")
    await admin.sees("«Ямы и выбоины на дороге» убрано")

    assert (await topic(bor, "pothole")).removed


async def test_appeals_of_a_removed_topic_move_to_another_and_their_cards_show_it(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    await maria.sees("→ Ямы и выбоины на дороге")
    admin = admin_of(bor)
    await removes(admin, ROADS, POTHOLES)
    await admin.sees("уже есть сообщения жителей")
    await admin.presses("Перенести")
    await admin.presses("Дворы и благоустройство", on=await admin.sees("В какой раздел"))
    await admin.sees("В какую тему?")
    await admin.presses("Назад")
    await admin.sees("В какой раздел")
    await admin.presses("Дороги и тротуары")
    await admin.presses("Светофоры", on=await admin.sees("В какую тему?"))
    await admin.sees("1 сообщение перейдёт в тему «Светофоры»")
    await admin.presses("Убрать")
    await admin.sees("убрано")
    await maria.sees("→ Светофоры")
    await maria.presses("История")
    await maria.sees("Ямы и выбоины на дороге ⇒ 🛣 Дороги и тротуары → Светофоры")

    assert (await bor.appeals())[0].topic.title == "Светофоры"
    assert appeal.number in (await maria.sees("сменили тему")).text


async def test_appeals_of_a_removed_topic_may_keep_it(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    admin = admin_of(bor)
    await removes(admin, ROADS, POTHOLES)
    await admin.presses("Оставить как есть")
    await admin.sees("1 сообщение останется с прежней темой")
    await admin.presses("Убрать")
    await admin.sees("убрано")

    assert (await bor.appeals())[0].topic.title == POTHOLES
    await bor.employee().presses("Взять")
    await anna.sees("взяли в работу")


async def test_a_category_is_removed_with_its_topics_and_gives_their_appeals_away(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    admin = admin_of(bor)
    await removes(admin, ROADS)
    await admin.presses("Перенести")
    asked = await admin.sees("В какой раздел")
    assert ROADS not in " ".join(button.label for button in asked.buttons)
    await admin.presses("Дворы и благоустройство")
    await admin.presses("Ямы и проезды во дворе")
    await admin.sees("и в нём 8 тем?")
    await admin.presses("Убрать")
    await admin.sees("15 разделов, 69 тем")

    assert not (await category(bor, "roads")).offered
    assert (await bor.appeals())[0].topic.title == "Ямы и проезды во дворе, парковка"


async def test_an_old_button_of_what_was_removed_is_answered_kindly(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    old = await admin.sees("Срок: 10 дней")
    await removes(admin, ROADS, POTHOLES)
    await admin.presses("Убрать", on=await admin.sees("Убрать тему"))
    await admin.sees("убрано")
    for label in ("Название", "Срок", "Выше", "Ещё…", "Не требовать место"):
        await admin.presses(label, on=old)
        await admin.sees(bor.texts("admin-gone"))
    await admin.presses("К списку", on=old)
    await admin.sees("Темы раздела")

    assert (await topic(bor, "pothole")).removed


async def test_a_question_about_what_a_colleague_removed_meanwhile_is_dropped(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await admin.presses("Название")
    await admin.sees("Как назвать")
    colleague = bor.employee("7", "Ольга")  # the same account elsewhere
    await opens(colleague, ROADS, POTHOLES, room=bor.staff_room)
    await presses_more(colleague, "Убрать совсем")
    await colleague.presses("Убрать", on=await colleague.sees("Убрать тему"))
    await colleague.sees("убрано")
    await admin.says("Новое название")
    await admin.sees(bor.texts("admin-gone"))

    assert (await topic(bor, "pothole")).title == POTHOLES


async def test_a_finished_forms_button_is_known_as_old(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses("Значок")
    asked = await admin.sees("Пришлите другой эмодзи")
    await admin.says("🚧")
    await admin.sees("→ 🚧")
    await removes(admin, ROADS, POTHOLES)
    sure = await admin.sees("Убрать тему")
    await admin.presses("Отмена", on=sure)
    await admin.sees("ничего не изменилось")
    await admin.presses("Убрать", on=sure)
    await admin.sees(bor.texts("form-old-button"))
    await admin.presses("Без значка", on=asked)
    await admin.sees(bor.texts("form-old-button"))

    assert (await category(bor, "roads")).emoji == "🚧"
    assert not (await topic(bor, "pothole")).removed
