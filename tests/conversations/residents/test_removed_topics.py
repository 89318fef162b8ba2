"""What was chosen is removed meanwhile: it is told as that, and nothing that was entered is lost."""

from typing import Any

import pytest
from sqlalchemy import select

from handlers.turn import Work
from storage.tables import Category, Topic
from storage.town import tree_edits
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import POTHOLES, up_to_the_summary
from tests.support.towns.staff_room import change


async def removed(bor: Town, table: type[Category] | type[Topic], title: str) -> None:
    """An admin removes a topic or a category."""

    def work(task: Work) -> None:
        row: Any = task.session.scalars(select(table).where(table.title == title)).one()
        row.removed = True
        if isinstance(row, Category):
            for topic in tree_edits.topics(row):
                topic.removed = True
        tree_edits.touch(task.session, task.municipality)

    await change(bor, work)


@pytest.mark.parametrize(
    ("table", "title", "told"),
    [
        (Topic, POTHOLES, "choice-removed-topic"),
        (Category, "Дороги и тротуары", "choice-removed-category"),
    ],
    ids=["topic", "category"],
)
@pytest.mark.parametrize("word", ["press", "says"])
async def test_a_resident_chooses_anew_and_loses_nothing(
    bor: Town, table: type[Category] | type[Topic], title: str, told: str, word: str
) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    summary = await anna.sees("Проверьте")
    await removed(bor, table, title)

    if word == "press":
        await anna.presses(bor.texts("form-send"), on=summary)
    else:
        await anna.says("отправить")

    asked = await anna.sees(bor.texts(told))
    assert bor.texts("form-old-button") not in asked.text
    if table is Topic:
        other = next(b.label for b in asked.buttons if POTHOLES not in b.label)
        await anna.presses(other, on=asked)
    else:
        if any(b.label == bor.texts("form-all-options") for b in asked.buttons):
            await anna.presses(bor.texts("form-all-options"), on=asked)
            asked = await anna.sees(bor.texts("ask-category"))
        await anna.presses("Дворы", on=asked)
        await anna.presses("Деревья", on=await anna.sees(bor.texts("ask-topic")))
    again = await anna.sees("Проверьте")
    assert DESCRIPTION in again.text
    assert bor.texts(told) not in again.text  # told once
    await anna.presses(bor.texts("form-send"), on=again)
    await anna.sees("Приняли! Номер")


async def test_an_employee_chooses_anew(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Тема", on=await maria.sees("МЦУ-26-000001 ·"))
    asked = await maria.sees(bor.texts("staff-topic-suggested"))
    await maria.presses(bor.texts("form-all-options"), on=asked)
    await maria.presses("Дворы", on=await maria.sees(bor.texts("staff-category")))
    topics = await maria.sees(bor.texts("ask-topic"))
    await removed(bor, Category, "Дворы и благоустройство")

    await maria.presses("Деревья", on=topics)

    told = await maria.sees(bor.texts("choice-removed-category"))
    assert bor.texts("form-old-button") not in told.text
    await maria.presses("Дороги", on=told)
    await maria.presses("Светофоры", on=await maria.sees(bor.texts("ask-topic")))
    await maria.sees("новая тема")


async def test_a_really_old_button_is_still_told_as_old(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    topics = await anna.sees(bor.texts("ask-topic-suggested"))
    other = next(b.payload for b in topics.buttons if POTHOLES not in b.label)
    await anna.presses(POTHOLES, on=topics)
    await anna.sees(bor.texts("ask-place"))

    await bor.messenger.press_payload(anna, other)

    await anna.sees(bor.texts("form-old-button"))
