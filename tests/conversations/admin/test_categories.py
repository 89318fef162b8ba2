"""An admin shapes the categories in the chat."""

import pytest

from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.town_hall import (
    ADMIN,
    POTHOLES,
    ROADS,
    admin_of,
    category,
    opens,
    presses_more,
    topic,
    tree_of,
)


async def test_the_menu_tells_how_much_there_is_and_who_the_admins_are(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/admin")
    menu = await admin.sees("Настройка разделов и тем")

    assert "16 разделов, 77 тем" in menu.text
    assert "7 (Telegram)" in menu.text


async def test_lists_have_pages_and_lead_to_every_category_and_topic(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    page = await admin.sees("Отдел: Управление дорожного хозяйства")
    assert "дорога, дорожный" in page.text
    await admin.presses("К списку")
    await admin.sees("страница 1 из 2")
    await admin.presses("Дальше")
    second = await admin.sees("страница 2 из 2")
    assert "9. 🐕 Животные — 3 темы" in second.text
    await admin.presses("16. ✍️")
    await admin.presses("Темы", on=await admin.sees("Отдел: Муниципальный центр управления"))
    await admin.sees("1. Вопрос администрации — 5 дней")
    await admin.presses("Благодарность")

    await admin.sees("Место: по желанию жителя")


async def test_a_topic_is_renamed_and_new_dialogues_show_it_at_once(bor: Town) -> None:
    anna = await bor.consenting()
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await admin.presses("Название")
    await admin.sees("Как назвать вместо «Ямы и выбоины на дороге»?")
    await admin.says("Ямы на дороге")
    await admin.sees("✅ Название: Ямы и выбоины на дороге → Ямы на дороге")

    await anna.says("/new")
    await anna.says(DESCRIPTION)
    await anna.presses("Ямы на дороге")
    await anna.sees(bor.texts("ask-place").splitlines()[0])


async def test_a_topic_with_a_long_deadline_is_not_marked_as_urgent(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await presses_more(admin, "Отметить срочной ⚡")
    await admin.sees("Сначала сократите срок")

    await admin.presses("Срок")
    await admin.says("3")
    await admin.sees("✅ Срок: 10 → 3")
    await presses_more(admin, "Отметить срочной ⚡")
    assert "⚡ Срочная" in (await admin.sees("✅ Сохранено")).text

    await admin.presses("Срок")
    await admin.says("4")
    assert "только у тем со сроком до 3 дней" in (await admin.sees("✅ Срок: 3 → 4")).text
    await presses_more(admin, "Не срочная")
    await admin.sees("✅ Сохранено")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("Я", "entry-title-short"),
        ("🙂🙂🙂", "entry-title-short"),
        ("светофоры", "admin-title-taken"),
    ],
)
async def test_a_title_that_will_not_do_is_refused_kindly(
    bor: Town, said: str, refusal: str
) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await admin.presses("Название")
    await admin.says(said)
    await admin.sees(bor.texts(refusal, title=said))
    await admin.says("о" * 101)
    await admin.sees("слишком длинное: 101")

    assert (await topic(bor, "pothole")).title == POTHOLES


async def test_everything_of_a_topic_can_be_changed(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    await admin.presses("Срок")
    await admin.says("скоро")
    await admin.sees("Нужно целое число дней")
    await admin.says("400")
    await admin.sees("Нужно целое число дней")
    await admin.says("14 дней")
    await admin.sees("✅ Срок: 10 → 14")
    await admin.presses("Значок")
    await admin.says("яма")
    await admin.sees("ровно один эмодзи")
    await admin.says("🕳")
    await admin.sees("✅ Значок: нет → 🕳")
    await admin.presses("Отдел")
    await admin.says("...")
    await admin.sees("Напишите название отдела словами")
    await admin.says("Дорожный отдел")
    await admin.sees("→ Дорожный отдел")
    await admin.presses("Ключевые слова")
    await admin.says(", ,")
    await admin.sees("через запятую")
    await admin.says("Яма, выбоина,  проезжая   часть, яма")
    await admin.sees("→ яма, выбоина, проезжая часть")
    await admin.presses("Не требовать место")
    await admin.sees("Место: по желанию жителя")

    found = await topic(bor, "pothole")
    assert (found.days, found.emoji, found.department) == (14, "🕳", "Дорожный отдел")
    assert found.keywords == ("яма", "выбоина", "проезжая часть")
    assert not found.needs_place


async def test_what_may_be_empty_is_emptied_by_a_button(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses("Значок")
    await admin.presses("Без значка")
    await admin.sees("Значок: 🛣 → нет")
    await admin.presses("Отдел")
    await admin.presses("Не указывать")
    await admin.sees("Отдел: нет")
    await admin.presses("Ключевые слова")
    await admin.presses("Без слов")
    await admin.sees("Ключевые слова: нет")

    found = await category(bor, "roads")
    assert (found.emoji, found.keywords) == ("", ())


async def test_a_question_is_given_up_by_cancel_and_by_command(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses("Название")
    await admin.presses("Отмена")
    await admin.sees("ничего не изменилось")
    await admin.presses("Название")
    await admin.says("/cancel")
    await admin.sees("ничего не изменилось")

    assert (await category(bor, "roads")).title == ROADS


async def test_anything_but_text_is_refused_where_text_is_asked(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses("Название")
    await admin.shares_place(56.3, 44.0)
    await admin.sees("Напишите, пожалуйста, текстом")
    await admin.sends_unreadable("sticker")
    await admin.sees("Стикеры бот не понимает")
    await admin.says("Дороги")

    await admin.sees("→ Дороги")


async def test_a_category_and_its_topic_are_added(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новый раздел")
    await admin.says("Дворы и БЛАГОУСТРОЙСТВО")
    await admin.sees("уже есть")
    await admin.says("Туризм")
    await admin.sees("Какой значок")
    await admin.presses("Назад")
    await admin.sees("Как назовём раздел?")
    await admin.says("Туризм и гости")
    await admin.says("🏕")
    await admin.presses("Не указывать")
    await admin.sees("Раздел «🏕 Туризм и гости» добавлен")
    await admin.presses("Новая тема")
    await admin.says("Указатели")
    await admin.presses("Назад", on=await admin.sees("За сколько дней"))
    await admin.says("Указатели и схемы")
    await admin.says("5")
    await admin.sees("Нужно ли жителю указать место?")
    await admin.says("может быть")
    await admin.sees(bor.texts("choice-invalid"))
    await admin.says("нет")
    await admin.sees("Тема «Указатели и схемы» добавлена")

    found = await category(bor, "turizm_i_gosti")
    assert found.label == "🏕 Туризм и гости"
    assert [(t.code, t.days, t.needs_place) for t in found.topics] == [
        ("ukazateli_i_shemy", 5, False)
    ]
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says("Туристы не знают, куда идти")
    await anna.presses("Туризм и гости")
    await anna.sees(bor.texts("ask-topic"))


async def test_a_category_without_topics_is_not_offered(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новый раздел")
    await admin.says("Туризм")
    await admin.presses("Без значка")
    await admin.presses("Не указывать")
    page = await admin.sees("добавлен")
    assert "без тем жители раздел не видят" in page.text
    await admin.presses("Темы", on=page)
    await admin.sees("пока нет тем")

    assert "Туризм" not in [c.title for c in (await tree_of(bor)).offered()]


async def test_an_admin_works_in_the_staff_chat_too_and_colleagues_do_not(bor: Town) -> None:
    admin = bor.employee(ADMIN, "Ольга")
    maria = bor.employee()
    await opens(admin, ROADS, room=bor.staff_room)
    await maria.presses("Название")
    await maria.sees(bor.texts("staff-admin-button"))
    await admin.presses("Название")
    await admin.sees("Как назвать")
    await maria.presses("Отмена")
    await maria.sees(bor.texts("staff-not-your-form"))
    await admin.says("Дороги")

    await admin.sees("→ Дороги")


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

    assert (await tree_of(bor)).categories == before.categories


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
