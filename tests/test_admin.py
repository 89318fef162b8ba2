"""An admin shapes the categories in the chat."""

import pytest

from storage.categories import CategoryNode, TopicNode, Tree, load_tree
from storage.models import Category, Topic
from storage.municipalities import the_one
from tests.conversation import DESCRIPTION, Town
from tests.fakes.messenger import Person, Room

ADMIN = "7"
ROADS, POTHOLES = "Дороги и тротуары", "Ямы и выбоины на дороге"


def admin_of(town: Town) -> Person:
    return town.resident(ADMIN, "Ольга")


async def tree_of(town: Town) -> Tree:
    """The tree as the tables have it."""
    async with town.database.begin() as session:
        municipality = await session.run_sync(the_one)
        assert municipality
        return await session.run_sync(lambda s: load_tree(s, municipality))


async def category(town: Town, code: str) -> CategoryNode:
    return next(c for c in (await tree_of(town)).categories if c.code == code)


async def topic(town: Town, code: str) -> TopicNode:
    return next(t for t in (await tree_of(town)).topics() if t.code == code)


async def opens(admin: Person, *titles: str, room: Room | None = None) -> None:
    """Go from the menu to a category, or on to a topic of it."""
    await admin.says("/admin", room=room)
    await admin.presses("Категории", room=room)
    await admin.sees("страница 1", room=room)
    await admin.presses(titles[0], room=room)
    await admin.sees("Отдел: ", room=room)
    for title in titles[1:]:
        await admin.presses("Темы", room=room)
        await admin.sees("Темы категории", room=room)
        await admin.presses(title, room=room)
        await admin.sees("Категория: ", room=room)


async def presses_more(admin: Person, label: str) -> None:
    """Press a button behind "more" of the page that is shown."""
    await admin.presses("Ещё…")
    await admin.presses(label, on=await admin.sees("что сделать?"))


async def test_the_menu_tells_how_much_there_is_and_who_the_admins_are(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/admin")
    menu = await admin.sees("Настройка категорий")

    assert "16 категорий, 77 тем" in menu.text
    assert "telegram:7" in menu.text


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
    await admin.presses("Темы", on=await admin.sees("Отдел: МЦУ"))
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
    await anna.presses("Проблема")
    await anna.says(DESCRIPTION)
    await anna.presses("Ямы на дороге")
    await anna.sees(bor.texts("ask-place").splitlines()[0])


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("Я", "admin-title-short"),
        ("🙂🙂🙂", "admin-title-short"),
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
    await admin.sees("Слишком длинно: 101")

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
    await presses_more(admin, "Снять ускоренный срок")
    await admin.sees("Сохранено")

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
    await admin.presses("Новая категория")
    await admin.says("Дворы и БЛАГОУСТРОЙСТВО")
    await admin.sees("уже есть")
    await admin.says("Туризм")
    await admin.sees("Какой значок")
    await admin.presses("Назад")
    await admin.sees("Как назовём категорию?")
    await admin.says("Туризм и гости")
    await admin.says("🏕")
    await admin.presses("Не указывать")
    await admin.sees("Категория «🏕 Туризм и гости» добавлена")
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
    await anna.presses("Проблема")
    await anna.says("Туристы не знают, куда идти")
    await anna.presses("Туризм и гости")
    await anna.sees(bor.texts("ask-topic"))


async def test_a_category_without_topics_is_not_offered(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новая категория")
    await admin.says("Туризм")
    await admin.presses("Без значка")
    await admin.presses("Не указывать")
    page = await admin.sees("добавлена")
    assert "без тем жители категорию не видят" in page.text
    await admin.presses("Темы", on=page)
    await admin.sees("пока нет тем")

    assert "Туризм" not in [c.title for c in (await tree_of(bor)).offered()]


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
    await admin.sees("Скрыта: жители не видят")
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
    await presses_more(admin, "В другую категорию")
    await admin.presses("Дворы и благоустройство", on=await admin.sees("В какую категорию"))
    await admin.sees("теперь в категории «🌳 Дворы и благоустройство»")

    assert (await topic(bor, "pothole")).category_id == (await category(bor, "yard")).id
    assert (await bor.appeals())[0].topic.title == POTHOLES


async def test_an_admin_works_in_the_staff_chat_too_and_colleagues_do_not(bor: Town) -> None:
    admin = bor.employee(ADMIN, "Ольга")
    maria = bor.employee()
    await opens(admin, ROADS, room=bor.staff_room)
    await maria.presses("Название")
    await maria.sees(bor.texts("staff-old-button"))
    await admin.presses("Название")
    await admin.sees("Как назвать")
    await maria.presses("Отмена")
    await maria.sees(bor.texts("staff-not-your-form"))
    await admin.says("Дороги")

    await admin.sees("→ Дороги")
