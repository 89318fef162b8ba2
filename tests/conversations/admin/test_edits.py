"""Edits of what forms were told: taken while they are open, and a word if it is too late."""

import pytest

from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import asks_for_help, planted, said
from tests.support.towns.town_hall import ROADS, admin_of, opens, tree_of


async def test_a_line_is_corrected_while_its_form_is_open(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новый раздел")
    await admin.sees("Как назовём раздел")
    line = await admin.says("Дораги")
    await admin.sees("Какой значок")

    admin._acts()
    await bor.messenger.edit_said(admin, admin.room, line, "Мосты")
    await admin.sees("исправили")
    await admin.presses("Без значка")
    await admin.presses("Не указывать")

    await admin.sees("Раздел «Мосты» добавлен")


@pytest.mark.parametrize(("button", "line"), [("Название", "Улицы"), ("Отдел", "ЖКХ")])
async def test_a_line_that_is_saved_is_not_silently_left(bor: Town, button: str, line: str) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS)
    await admin.presses(button)
    await admin.sees("Как назвать" if button == "Название" else "Кто отвечает")
    typed = await admin.says(line)
    await admin.sees("✅")

    await bor.messenger.edit_said(admin, admin.room, typed, f"{line} и мосты")
    await admin.sees("Это уже сохранено")
    await bor.messenger.edit_said(admin, admin.room, typed, f"{line} и мосты")  # a reaction
    await admin.says("/admin")
    await admin.sees("Настройка разделов")

    assert len(said(admin, "Это уже сохранено")) == 1
    assert not [c for c in (await tree_of(bor)).categories if "и мосты" in c.title]


@pytest.mark.parametrize("before", ["", " оскорбления", f" {'ругань ' * 90}"])
async def test_the_reason_behind_the_command_can_be_corrected(bor: Town, before: str) -> None:
    anna = bor.resident()
    await planted(bor)
    maria = bor.employee()
    typed = await maria.says(f"/block 1{before}")
    await maria.sees("МЦУ-26-000001")

    maria._acts()
    await bor.messenger.edit_said(maria, maria.room, typed, "/block 1 Грубые слова")
    await maria.presses("Больше не принимать", on=await maria.sees("причину: Грубые слова"))

    await anna.sees("Грубые слова")


async def test_another_number_in_the_command_bans_nobody_else(bor: Town) -> None:
    await planted(bor)
    await planted(bor, account="43")
    maria = bor.employee()
    typed = await maria.says("/block 1 оскорбления")
    await maria.sees("причину: оскорбления")

    maria._acts()
    await bor.messenger.edit_said(maria, maria.room, typed, "/block 2 оскорбления")

    await maria.sees("вопрос остаётся о МЦУ-26-000001")


async def test_a_reason_that_was_read_is_not_silently_left(bor: Town) -> None:
    anna = bor.resident()
    await planted(bor)
    maria = bor.employee()
    await maria.says("/block 1")
    await maria.sees("За что")
    typed = await maria.says("Оскорбления")
    await maria.presses("Больше не принимать", on=await maria.sees("причину: Оскорбления"))
    await anna.sees("Оскорбления")

    await bor.messenger.edit_said(maria, maria.room, typed, "Грубые слова")
    await maria.sees("Причина уже записана")
    await asks_for_help(maria)

    assert not said(anna, "Грубые слова")
