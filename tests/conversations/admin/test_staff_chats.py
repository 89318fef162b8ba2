"""A category gets a staff chat of its own, in whichever messenger."""

from pathlib import Path

from bot.channels.vk.adapter import VK_LIMITS
from bot.delivery.layout import fit
from storage.messages import Address, Reply
from storage.town import municipalities
from storage.town.municipalities import staff_chat_at
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.staff_room import look, outbox
from tests.support.towns.town_hall import (
    POTHOLES,
    ROADS,
    admin_of,
    category,
    code_for,
    group_of,
    opens,
    presses_more,
)


async def test_a_code_makes_a_group_the_staff_chat_of_a_category(bor: Town) -> None:
    admin = admin_of(bor)
    code = await code_for(admin, ROADS)
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    await boris.says(f"/bind {code}")
    await boris.sees("новые сообщения раздела «🛣 Дороги и тротуары»")
    told = await admin.sees("подключён к разделу")
    assert "telegram:-200600" in told.text
    assert "Борис" in told.text
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    await boris.sees(appeal.number)
    await boris.presses("Взять")
    await anna.sees("взяли в работу")
    assert not any(appeal.number in shown.text for shown in bor.staff_room.shown)
    await opens(admin, ROADS)
    await admin.sees("Отдельный служебный чат: telegram:-200600")

    assert (await category(bor, "roads")).staff_chat_id == appeal.staff_chat_id


async def test_a_code_works_once_and_for_an_hour(bor: Town) -> None:
    admin = admin_of(bor)
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    code = await code_for(admin, ROADS)
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")
    await boris.says(f"/bind {code}")
    await boris.sees("Код не подошёл")
    code = await code_for(admin, "Снег и гололёд")
    bor.clock.passes(minutes=61)
    await boris.says(f"/bind {code}")
    await boris.sees("Код не подошёл")

    assert (await category(bor, "snow")).staff_chat_id is None


async def test_a_newer_code_voids_the_one_before(bor: Town) -> None:
    admin = admin_of(bor)
    old = await code_for(admin, ROADS)
    new = await code_for(admin, ROADS)
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    if old != new:
        await boris.says(f"/bind {old}")
        await boris.sees("Код не подошёл")
    await boris.says(f"/bind {new[:3]} {new[3:]}")

    await boris.sees("Готово")


async def test_a_code_dies_after_five_wrong_tries(bor: Town) -> None:
    admin = admin_of(bor)
    code = await code_for(admin, ROADS)
    eve = Person(bor.messenger, "666", "Ева", group_of(bor))
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        await eve.says(f"/bind {wrong}")
        await eve.sees("Код не подошёл")
    await eve.says(f"/bind {code}")
    await eve.sees("Код не подошёл")

    assert (await category(bor, "roads")).staff_chat_id is None


async def test_without_a_code_only_an_admin_binds_and_chooses_by_buttons(bor: Town) -> None:
    eve = Person(bor.messenger, "666", "Ева", group_of(bor))
    await eve.says("/bind")
    await eve.sees("вместе с кодом")
    admin = Person(bor.messenger, "7", "Ольга", group_of(bor))
    await admin.says("/bind")
    asked = await admin.sees("Сообщения какого раздела")
    await eve.presses(ROADS, on=asked)
    assert (await category(bor, "roads")).staff_chat_id is None
    await admin.presses("Дальше", on=asked)
    await admin.presses("Животные")
    await admin.sees("новые сообщения раздела «🐕 Животные»")

    assert (await category(bor, "animals")).staff_chat_id is not None


async def test_the_main_staff_chat_is_bound_to_nothing(bor: Town) -> None:
    admin = admin_of(bor)
    code = await code_for(admin, ROADS)
    maria = bor.employee()
    await maria.says(f"/bind {code}")
    await maria.sees("основной служебный чат")
    await bor.messenger.press_payload(
        Person(bor.messenger, "7", "", bor.staff_room), "adm:bindto:c1"
    )
    await maria.sees("основной служебный чат")

    assert (await category(bor, "roads")).staff_chat_id is None


async def test_an_unbound_chat_is_a_strangers_and_its_appeals_are_the_main_chats(bor: Town) -> None:
    admin = admin_of(bor)
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    await boris.says(f"/bind {await code_for(admin, ROADS)}")
    anna = await bor.consenting()
    first = await bor.filed(anna)
    await boris.sees(first.number)
    await opens(admin, ROADS)
    await presses_more(admin, "Отвязать служебный чат")
    await admin.sees("Чат отвязан")
    await boris.sees("больше не служебный")
    second = await bor.filed(await bor.consenting("43", "Пётр"))
    maria = bor.employee()
    await maria.sees(second.number)
    await boris.presses("Взять")
    await boris.says("/find 1")
    await boris.says("/id")
    await boris.sees("telegram:-200600")
    await maria.says("/find 1")
    await maria.presses("Взять", on=await maria.sees(f"{first.number} ·"))
    await anna.sees("взяли в работу")

    assert not any(second.number in shown.text for shown in group_of(bor).shown)
    assert await category_chats(bor) == {f"telegram:{STAFF_ROOM}"}


async def test_a_chat_of_two_categories_stays_one_while_it_has_one(bor: Town) -> None:
    admin = admin_of(bor)
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    for title in (ROADS, "Снег и гололёд"):
        await boris.says(f"/bind {await code_for(admin, title)}")
        await boris.sees(f"{title}»")
    first = await bor.filed(await bor.consenting())
    await opens(admin, ROADS)
    await presses_more(admin, "Отвязать служебный чат")
    await admin.sees("остаётся служебным")
    await boris.sees("сюда больше не приходят")
    await boris.presses("Взять")
    await boris.sees("в работе")
    await opens(admin, "Снег и гололёд")
    await presses_more(admin, "Отвязать служебный чат")
    await boris.sees("больше не служебный")

    assert first.number
    assert await category_chats(bor) == {f"telegram:{STAFF_ROOM}"}


async def test_a_chat_whose_category_is_removed_is_a_strangers_and_sees_no_card_of_it(
    bor: Town,
) -> None:
    admin = admin_of(bor)
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    await boris.says(f"/bind {await code_for(admin, ROADS)}")
    appeal = await bor.filed(await bor.consenting())
    await boris.sees(appeal.number)
    await opens(admin, ROADS)
    await presses_more(admin, "Убрать совсем")
    await admin.presses("Перенести")
    await admin.presses("Снег и гололёд", on=await admin.sees("В какой раздел"))
    await admin.presses("Снег на дороге", on=await admin.sees("В какую тему?"))
    await admin.presses("Убрать", on=await admin.sees("Убрать раздел"))
    await boris.sees("больше не служебный")
    card = await bor.employee().sees(f"{appeal.number} ·")
    await boris.says("/open")

    shown = [one.text for one in group_of(bor).shown if not one.author]
    assert "больше не служебный" in shown[-1]
    assert "Снег" in card.text
    assert not any("Снег" in text for text in shown)


async def category_chats(place: Town) -> set[str]:
    """The staff chats that are there."""
    found = await look(place, municipalities.staff_addresses)
    return {str(one) for one in found}


async def test_in_private_an_admin_is_told_where_to_bind(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/bind 123456")

    await admin.sees("в том чате, который нужно подключить")


async def test_an_admin_in_a_strange_group_is_nobody_special(bor: Town) -> None:
    admin = Person(bor.messenger, "7", "Ольга", group_of(bor))
    await admin.says("/admin")
    await admin.says("/id")
    await admin.sees("telegram:-200600")

    assert not any("Настройка" in shown.text for shown in group_of(bor).shown)


async def test_a_chat_of_another_messenger_is_bound_too(tmp_path: Path) -> None:
    telegram, vk = MemoryMessenger("telegram"), MemoryMessenger("vk")
    async with town(tmp_path, messengers=(telegram, vk)) as place:
        code = await code_for(admin_of(place), ROADS)
        boris = Person(vk, "901", "Борис", vk.room("2000000002"))
        await boris.says(f"/bind {code}")
        await boris.sees("Готово")
        anna = await place.consenting()
        appeal = await place.filed(anna)
        await boris.sees(appeal.number)

        async with place.database.begin() as session:
            row = await session.run_sync(lambda s: staff_chat_at(s, Address("vk", "2000000002")))
        assert row
        assert row.id == appeal.staff_chat_id


async def test_every_page_fits_under_a_message_of_vk(tmp_path: Path) -> None:
    vk = MemoryMessenger("vk", VK_LIMITS)
    environ = {"MCU_ADMINS": "vk:7", "MCU_STAFF_CHAT": "vk:2000000001"}
    async with town(tmp_path, messengers=(vk,), environ=environ) as place:
        admin = admin_of(place)
        await opens(admin, ROADS, POTHOLES)
        await presses_more(admin, "← Назад")
        await admin.sees("Срок: 10 дней")

        said = [fit(Reply.from_json(row.reply), VK_LIMITS, []) for row in await outbox(place)]
        buttons = [sum(len(row) for row in part.rows) for parts in said for part in parts]
        assert len(buttons) == 7
        assert all(0 < count <= VK_LIMITS.inline.buttons for count in buttons)
