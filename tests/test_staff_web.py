"""Codes for the staff room on the web, asked for in chats, and sessions ended there."""

import re
from pathlib import Path

from storage import municipalities, web_staff
from storage.models import WebCode, WebSession
from tests.conversation import Town, town
from tests.fakes.memory import MemoryMessenger
from tests.staff_room import change, look
from tests.town_hall import admin_of


async def with_staff_on_the_site(bor: Town) -> None:
    """The site's staff room belongs to the town, too."""
    await change(
        bor,
        lambda work: municipalities.ensure_staff_chat(
            work.session, work.municipality.id, "web:staff", main=False
        ),
    )


async def logged_in(bor: Town, *names: str) -> None:
    def work(name: str) -> WebSession:
        now = bor.clock()
        return WebSession(
            token_hash=name, account=name, name=name, staff=True, created_at=now, seen_at=now
        )

    await change(bor, lambda task: task.session.add_all([work(name) for name in names]))


async def used(bor: Town, text: str) -> WebCode | None:
    """What a message's code opens."""
    [code] = set(re.findall(r"code=(\d{12})", text))
    assert " ".join(re.findall("....", code)) in text  # to be read out
    return await look(bor, lambda session: web_staff.use_code(session, code, "b", bor.clock()))


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


async def test_an_admin_sees_who_is_in_and_ends_it(tmp_path: Path) -> None:
    async with town(tmp_path) as bor:
        olga, maria = admin_of(bor), bor.employee()
        await olga.says("/sessions")
        await olga.sees("никто не вошёл")
        await logged_in(bor, "Иван", "Зоя", "Пётр")

        await olga.says("/sessions")
        shown = await olga.sees("Зоя")
        [number] = re.findall(r"(\d+)\. Зоя", shown.text)
        await olga.presses(f"Завершить {number}", on=shown)
        after = await olga.sees("Завершён 1 вход")
        await olga.presses(f"Завершить {number}", on=shown)
        await olga.sees("уже завершён")
        await maria.says("/sessions")
        await maria.sees("Такой команды здесь нет")
        await olga.presses("Завершить все", on=after)
        await olga.sees("Завершено 2 входа")

        assert "Зоя" not in after.text
        assert await look(bor, lambda rows: web_staff.living(rows, bor.clock())) == []


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
