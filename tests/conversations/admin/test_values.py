"""What an admin types and what stands in a category file is measured by the same rules."""

import json

import pytest

from config.categories import InvalidTree, read_tree
from config.texts import Texts
from tests.support.towns.conversation import Town
from tests.support.towns.town_hall import POTHOLES, ROADS, admin_of, opens

# Of a topic: what is set, the value, and words of what is wrong with it; empty: it is taken.
VALUES = (
    ("title", "Ямы", ""),
    ("title", "12", ""),
    ("title", "о" * 100, ""),
    ("title", "Я", "хотя бы две буквы"),
    ("title", "🙂🙂", "хотя бы две буквы"),
    ("title", "\u3164\u3164", "знаки, которых не видно"),
    ("title", "\u200b\u200b\u200b", "знаки, которых не видно"),
    ("title", "\u2800\u2800", "знаки, которых не видно"),
    ("title", "Ямы\u202e на дороге", "знаки, которых не видно"),
    ("title", "Я\u200bмы", "знаки, которых не видно"),
    ("title", "\u0301\u0301\u0301", "хотя бы две буквы"),
    ("title", "о" * 101, "101 знаков, а помещается 100"),
    ("days", "1", ""),
    ("days", "365", ""),
    ("days", "14 дней", ""),
    ("days", "000010", ""),
    ("days", "0", "«0» не подходит"),
    ("days", "366", "«366» не подходит"),
    ("days", "1.5", "«1.5» не подходит"),
    ("days", "десять", "«десять» не подходит"),
    ("emoji", "🌳", ""),
    ("emoji", "👨‍👩‍👧‍👦", ""),
    ("emoji", "яма", "«яма» не похоже на эмодзи"),
    ("emoji", "🌳🌳", "«🌳🌳» не похоже на эмодзи"),
    ("department", "Отдел 5", ""),
    ("department", "о" * 200, ""),
    ("department", "\uffa0\uffa0", "знаки, которых не видно"),
    ("department", "...", "название отдела словами"),
    ("department", "о" * 201, "можно до 200 знаков"),
    ("keywords", "проезжая часть", ""),
    ("keywords", "о" * 60, ""),
    ("keywords", "я\u00adма", "знаки, которых не видно"),
    ("keywords", "о" * 61, "слишком длинно для одного слова (до 60 знаков)"),
)
ASKED = {  # the button of a topic's page, and the question behind it
    "title": ("Название", "Как назвать"),
    "days": ("Срок", "За сколько дней"),
    "emoji": ("Значок", "Пришлите другой эмодзи"),
    "department": ("Отдел", "Кто отвечает?"),
    "keywords": ("Ключевые слова", "через запятую"),
}


def told_of_a_file(field: str, value: str) -> str:
    """What is wrong with a file that has the value in a topic; empty if it is taken."""
    topic = {"id": "pothole", "title": "Ямы", "days": "10"}
    topic |= {field: [value] if field == "keywords" else value}  # type: ignore[dict-item]
    tree = [{"id": "roads", "title": "Дороги", "topics": [topic]}]
    try:
        read_tree(json.dumps(tree, ensure_ascii=False).encode(), Texts.load())
    except InvalidTree as invalid:
        [problem] = invalid.problems
        return problem.text
    return ""


@pytest.mark.parametrize(("field", "value", "wrong"), VALUES)
def test_a_value_of_a_file_is_taken_or_told_what_is_wrong(
    field: str, value: str, wrong: str
) -> None:
    told = told_of_a_file(field, value)

    assert bool(told) == bool(wrong)
    assert wrong in told


async def test_the_same_value_typed_by_an_admin_is_told_the_same(bor: Town) -> None:
    admin = admin_of(bor)
    await opens(admin, ROADS, POTHOLES)
    for field, value, wrong in VALUES:
        button, question = ASKED[field]
        await admin.presses(button)
        await admin.sees(question)
        await admin.says(value)
        if wrong:
            await admin.sees(told_of_a_file(field, value))
            await admin.says("/cancel")
            await admin.sees(bor.texts("admin-cancelled"))
        else:
            await admin.sees("✅")
