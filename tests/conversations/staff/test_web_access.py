"""Codes for the staff room on the web, asked for in chats, and sessions ended there."""

import re
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.turn import Work
from storage.messages import Address
from storage.tables import Category, StaffChat, WebCode
from storage.town import municipalities, web_access
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town, town
from tests.support.towns.staff_room import change, logged_in, look, with_staff_on_the_site
from tests.support.towns.town_hall import admin_of


async def used(bor: Town, text: str) -> WebCode | None:
    """What a message's code opens."""
    [code] = set(re.findall(r"code=(\d{12})", text))
    assert " ".join(re.findall("....", code)) in text  # to be read out
    return await look(bor, lambda session: web_access.use_code(session, code, "b", bor.clock()))


async def test_an_employee_gets_a_code_and_an_admin_alone_an_admins(tmp_path: Path) -> None:
    async with town(tmp_path) as bor:
        maria, olga, anna = bor.employee(), admin_of(bor), await bor.consenting()
        await maria.says("/web")
        await maria.sees("не используется")
        await with_staff_on_the_site(bor)

        await maria.says("/web")
        of_staff = await used(bor, (await maria.sees("Вход в чат сотрудников")).text)
        await olga.says("/web")
        of_admin = await used(bor, (await olga.sees("Вход администратора")).text)
        await anna.says("/web")

        assert of_staff
        assert not of_staff.admin
        assert of_admin
        assert of_admin.admin
        assert not [shown for shown in anna.room.shown if "code=" in shown.text]
        assert len(await look(bor, lambda session: session.query(WebCode).all())) == 2


async def test_two_of_one_name_are_told_apart_by_their_numbers(tmp_path: Path) -> None:
    async with town(tmp_path) as bor:
        olga = admin_of(bor)
        await logged_in(bor, "Иван", "Зоя", "Зоя")

        await olga.says("/sessions")
        shown = await olga.sees("Зоя")

        numbers = re.findall(r"(\d+)\. Зоя", shown.text)
        labels = [button.label for button in shown.buttons]
        assert [label for label in labels if "Зоя" in label] == [
            f"Завершить: Зоя ({number})" for number in numbers
        ]
        assert "Завершить: Иван" in labels


async def test_an_admin_sees_who_is_in_and_ends_it(tmp_path: Path) -> None:
    async with town(tmp_path) as bor:
        olga, maria = admin_of(bor), bor.employee()
        await olga.says("/sessions")
        await olga.sees("никто не вошёл")
        await logged_in(bor, "Иван", "Зоя", "Пётр")

        await olga.says("/sessions")
        shown = await olga.sees("Зоя")
        await olga.presses("Завершить: Зоя", on=shown)
        after = await olga.sees("Завершён 1 вход")
        await olga.presses("Завершить: Зоя", on=shown)
        await olga.sees("уже завершён")
        await maria.says("/sessions")
        await maria.sees("Такой команды здесь нет")
        await olga.presses("Завершить все", on=after)
        await olga.sees("Завершено 2 входа")

        assert "Зоя" not in after.text
        assert await look(bor, lambda rows: web_access.living(rows, bor.clock())) == []


async def test_sessions_tell_which_is_mine_and_which_is_an_admins(tmp_path: Path) -> None:
    channels = (MemoryMessenger("telegram"), MemoryMessenger("web"))
    admins = {"MCU_ADMINS": "telegram:7,web:admin"}
    async with town(tmp_path, messengers=channels, environ=admins) as bor:
        await logged_in(bor, "admin", "Зоя")
        ways = ((bor.resident("7", "Ольга"), False), (channels[1].person("admin", "admin"), True))
        for olga, on_site in ways:
            await olga.says("/sessions")
            lines = (await olga.sees("Вошли в чат")).text.splitlines()[1:]

            [admin] = [line for line in lines if ". admin" in line]
            [zoya] = [line for line in lines if ". Зоя" in line]
            assert ". admin (администратор, это вы):" in admin if on_site else "это вы" not in admin
            assert "(администратор" in admin
            assert "(" not in zoya


async def test_a_code_opens_only_what_its_chat_may_see(tmp_path: Path) -> None:
    """A chat of one category would see all the others' in the room."""
    async with town(tmp_path) as bor:
        await with_staff_on_the_site(bor)
        boris = Person(bor.messenger, "901", "Борис", bor.messenger.room("-100777"))
        olga = Person(bor.messenger, "7", "Ольга", boris.room)
        await change(bor, bind_to_boris)
        for person in (boris, olga):
            await person.says("/web")
            await person.sees("только в основном служебном чате")
        maria = bor.employee()
        await maria.says("/web")
        of_main = await used(bor, (await maria.sees("Вход в чат сотрудников")).text)

        assert of_main
        assert of_main.asked_by == "telegram:900"
        assert len(await look(bor, lambda session: session.query(WebCode).all())) == 1
        # The same code, were its chat not the main one any more.
        await change(bor, lambda task: setattr(main_of(task.session), "main", False))
        assert await look(bor, lambda s: web_access.opens_room(s, of_main.staff_chat_id)) is False


def bind_to_boris(work: Work) -> None:
    address = Address("telegram", "-100777")
    chat = municipalities.ensure_staff_chat(work.session, work.municipality.id, address, main=False)
    roads = work.session.scalars(select(Category).order_by(Category.id)).first()
    assert roads
    roads.staff_chat_id = chat.id


def main_of(session: Session) -> StaffChat:
    found = municipalities.main_staff_chat(session, 1)
    assert found
    return found


async def test_a_code_asked_for_in_the_room_ends_with_whom_its_asker_came_by(
    tmp_path: Path,
) -> None:
    channels = (MemoryMessenger("telegram"), MemoryMessenger("web"))
    async with town(tmp_path, messengers=channels) as bor:
        await logged_in(bor, "zoya", asked_by="telegram:900")
        zoya = Person(channels[1], "zoya", "Зоя", channels[1].room("staff"))
        await zoya.says("/web")
        code = await used(bor, (await zoya.sees("Вход в чат сотрудников")).text)

        assert code
        assert code.asked_by == "telegram:900"
