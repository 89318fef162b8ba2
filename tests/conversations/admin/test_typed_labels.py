"""Labels and numbers of an admin's menus that are typed: they press, wherever the menu stands."""

import pytest

from tests.fakes.messenger import Person, Room
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import answerable, appeal, card_of, planted, said
from tests.support.towns.town_hall import ROADS, admin_of, category, group_of, topic

WHERE = pytest.mark.parametrize("where", ["in private", "in the staff chat"])


def _admin(bor: Town, where: str) -> tuple[Person, Room]:
    admin = admin_of(bor)
    return admin, admin.room if where == "in private" else bor.staff_room


@WHERE
@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Разделы", "страница 1"),
        ("разделы.", "страница 1"),
        ("1", "страница 1"),
        ("№ 1", "страница 1"),
        ("Новый раздел", "Как назовём раздел"),
        ("2", "Как назовём раздел"),
    ],
)
async def test_the_menu_is_pressed_in_words(bor: Town, where: str, typed: str, seen: str) -> None:
    admin, room = _admin(bor, where)
    await admin.says("/admin", room=room)
    await admin.sees("Настройка разделов", room=room)

    await admin.says(typed, room=room)

    await admin.sees(seen, room=room)
    assert not said(admin, "уже не действует")


@WHERE
@pytest.mark.parametrize("typed", ["1", "1. 🛣 Дороги и тротуары", "дороги и тротуары"])
async def test_a_line_of_a_list_is_opened_in_words(bor: Town, where: str, typed: str) -> None:
    admin, room = _admin(bor, where)
    await admin.says("/admin", room=room)
    await admin.says("Разделы", room=room)
    await admin.sees("страница 1", room=room)

    await admin.says(typed, room=room)
    await admin.sees("Отдел: ", room=room)
    await admin.says("Темы", room=room)
    await admin.sees("Темы раздела", room=room)
    await admin.says("Ямы и выбоины на дороге", room=room)
    await admin.sees("Раздел: ", room=room)
    await admin.says("Ещё…", room=room)
    await admin.sees("что сделать?", room=room)
    await admin.says("Скрыть от жителей", room=room)

    await admin.sees("✅ Скрыто", room=room)
    assert not (await topic(bor, "pothole")).offered


async def test_a_number_counts_in_the_menu_though_cards_came_since(bor: Town) -> None:
    admin, room = _admin(bor, "in the staff chat")
    await admin.says("/admin", room=room)
    await admin.sees("Настройка разделов", room=room)
    await planted(bor, 2, with_cards=True)
    await answerable(bor, await card_of(bor.employee(), 2))

    await admin.says("1", room=room)

    await admin.sees("страница 1", room=room)


async def test_a_reply_to_a_menu_counts_in_that_menu(bor: Town) -> None:
    admin, room = _admin(bor, "in the staff chat")
    await admin.says("/admin", room=room)
    menu = await admin.sees("Настройка разделов", room=room)
    await admin.says("Разделы", room=room)
    await admin.sees("страница 1", room=room)

    await admin.says("2", room=room, reply_to=menu)

    await admin.sees("Как назовём раздел", room=room)


async def test_what_is_asked_is_answered_and_not_a_menu_above_it(bor: Town) -> None:
    admin, _ = _admin(bor, "in private")
    await admin.says("/admin")
    await admin.says("Новый раздел")
    await admin.sees("Как назовём раздел")

    await admin.says("Разделы")

    await admin.sees("Какой значок")


async def test_a_menu_that_was_opened_after_a_question_comes_before_it(bor: Town) -> None:
    admin, _ = _admin(bor, "in private")
    await admin.says("/admin")
    await admin.says("Новый раздел")
    await admin.sees("Как назовём раздел")
    bor.clock.passes(seconds=30)
    await admin.says("/admin")
    await admin.sees("Настройка разделов")

    await admin.says("1")

    await admin.sees("страница 1")


@pytest.mark.parametrize("typed", ["да", "Раз", "Спасибо, коллеги", "Новый"])
async def test_talk_of_colleagues_presses_nothing(bor: Town, typed: str) -> None:
    admin, room = _admin(bor, "in the staff chat")
    await admin.says("/admin", room=room)
    await admin.sees("Настройка разделов", room=room)

    await admin.says(typed, room=room)

    await admin.sees("Жители этого не видят", room=room)


@pytest.mark.parametrize("by", ["an admin", "an employee"])
async def test_a_label_of_a_menu_is_never_passed_on(bor: Town, by: str) -> None:
    anna = bor.resident()
    await planted(bor, 1, with_cards=True)
    admin, room = _admin(bor, "in the staff chat")
    card = await answerable(bor, await card_of(bor.employee(), 1))
    await admin.says("/admin", room=room)
    await admin.sees("Настройка разделов", room=room)
    who = admin if by == "an admin" else bor.employee()

    await who.says("Разделы", room=room, reply_to=card)

    await who.sees("страница 1" if by == "an admin" else "не действует", room=room)
    assert not said(anna, "Разделы")
    assert (await appeal(bor)).state == "new"


@pytest.mark.parametrize("typed", ["Дороги и тротуары", "🛣 Дороги и тротуары", "1"])
async def test_the_category_of_a_new_staff_chat_is_chosen_in_words(bor: Town, typed: str) -> None:
    admin = Person(bor.messenger, "7", "Ольга", group_of(bor))
    await admin.says("/bind")
    await admin.sees("Сообщения какого раздела")

    await admin.says(typed)

    await admin.sees(f"новые сообщения раздела «🛣 {ROADS}»")
    assert (await category(bor, "roads")).staff_chat_id is not None


async def test_an_employee_who_presses_a_button_of_an_admin_is_told_whose_it_is(bor: Town) -> None:
    admin, room = _admin(bor, "in the staff chat")
    await admin.says("/admin", room=room)
    menu = await admin.sees("Настройка разделов", room=room)
    maria = bor.employee()

    await maria.presses("Разделы", on=menu)

    await maria.sees("только для администратора")


async def test_a_resident_presses_nothing_of_an_admin_in_words(bor: Town) -> None:
    anna = await bor.consenting()
    admin, _ = _admin(bor, "in private")
    await admin.says("/admin")
    await admin.says("Разделы")
    await admin.sees("страница 1")

    await anna.says("Новый раздел")

    await anna.waits_for(anna.room, lambda shown: shown.seq > anna.since)
    assert not said(anna, "Как назовём раздел")
