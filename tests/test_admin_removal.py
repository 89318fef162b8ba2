"""An admin removes categories and topics; drafts and appeals that are on their way survive."""

from tests.conversation import DESCRIPTION, Town
from tests.fakes.messenger import Person
from tests.test_admin import (
    POTHOLES,
    ROADS,
    admin_of,
    category,
    opens,
    presses_more,
    topic,
    tree_of,
)


async def removes(admin: Person, *titles: str) -> None:
    """Press "remove" on the page of a category or topic."""
    await opens(admin, *titles)
    await presses_more(admin, "Убрать совсем")


async def halfway(town: Town, account: str = "42") -> Person:
    """A resident who has chosen a topic and is asked for the place."""
    anna = await town.consenting(account)
    await anna.says("/new")
    await anna.presses("Проблема")
    await anna.says(DESCRIPTION)
    await anna.presses(POTHOLES)
    await anna.sees(town.texts("ask-place").splitlines()[0])
    return anna


async def files_the_rest(town: Town, anna: Person) -> None:
    await anna.says("ул. Мира, 5")
    await anna.presses(town.texts("files-none"))
    await anna.presses(town.texts("form-send"))
    await anna.sees("МЦУ-26-")


async def test_a_topic_without_appeals_is_removed_after_a_question(bor: Town) -> None:
    admin = admin_of(bor)
    await removes(admin, ROADS, POTHOLES)
    asked = await admin.sees("Убрать тему «Ямы и выбоины на дороге»?")
    await admin.presses("Отмена", on=asked)
    await admin.sees("ничего не изменилось")
    assert not (await topic(bor, "pothole")).removed
    await presses_more(admin, "Убрать совсем")
    await admin.says("ладно")
    await admin.sees("Проверьте, пожалуйста")
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
    await admin.presses("Дворы и благоустройство", on=await admin.sees("В какую категорию"))
    await admin.sees("В какую тему?")
    await admin.presses("Назад")
    await admin.sees("В какую категорию")
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
    asked = await admin.sees("В какую категорию")
    assert ROADS not in " ".join(button.label for button in asked.buttons)
    await admin.presses("Дворы и благоустройство")
    await admin.presses("Ямы и проезды во дворе")
    await admin.sees("и в ней 8 тем?")
    await admin.presses("Убрать")
    await admin.sees("15 категорий, 69 тем")

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
    await admin.sees("Темы категории")

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


async def test_a_half_filled_draft_keeps_a_topic_that_is_hidden_meanwhile(bor: Town) -> None:
    anna = await halfway(bor)
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await presses_more(admin, "Скрыть")
    await admin.sees("Скрыта")
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
    await anna.presses(bor.texts("files-none"))
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
    await admin.sees("Что")
    assert (await category(bor, "roads")).title == ROADS
    await admin.presses("Отмена", on=asked)
    await admin.sees("ничего не изменилось")

    assert (await tree_of(bor)).version == 2


async def test_nobody_else_changes_anything(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    old = await admin.sees("Срок: 10 дней")
    before = await tree_of(bor)
    eve = await bor.consenting("666", "Ева")
    await eve.says("/admin")
    await eve.sees(bor.texts("unknown-command"))
    for command in ("/export", "/import", "/bind 123456"):
        await eve.says(command)
        await eve.sees(bor.texts("unknown-command"))
    for button in old.buttons:
        await bor.messenger.press_payload(eve, button.payload)
        await eve.sees(bor.texts("form-old-button"))
    for payload in (
        "adm:",
        "adm:hide",
        "adm:hide:t1",
        "adm:remove:c1",
        "adm:bindto:c1",
        "adm_title=1#x",
    ):
        await bor.messenger.press_payload(eve, payload)
        await eve.sees(bor.texts("form-old-button"))

    assert await tree_of(bor) == before


async def test_a_forged_press_of_an_admin_is_an_old_button(bor: Town) -> None:
    admin = admin_of(bor)
    for payload in (
        "adm:",
        "adm:nothing:c1",
        "adm:title:c99999",
        "adm:title:c99999999999999999999",
        "adm:title:x1",
        "adm:days:c1",
        "adm:place:c1",
        "adm:fast:c1",
        "adm:moveto:c1",
        "adm:addtopic:t1",
        "adm:bind:t1",
        "adm:unbind:t1",
        "adm:topics:t1.1",
    ):
        await bor.messenger.press_payload(admin, payload)
        await admin.sees(bor.texts("admin-gone"))
    for payload in ("adm:list:999", "adm:list:x", "adm:list:-1", "adm:topics:c1.77"):
        await bor.messenger.press_payload(admin, payload)
        await admin.sees("1. ")
