"""Buttons under a message of MAX: each row is one that may be there, and whose labels can be read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.max.keyboards import READ_WHOLE, keyboard
from storage.messages import Button, Rows

LABELS = st.text("абвгд", min_size=1, max_size=40)
PRESS = st.builds(Button, label=LABELS, press=st.just("do=it"))
OTHER = st.builds(
    Button, label=LABELS, kind=st.sampled_from(["url", "location"]), url=st.just("https://a.ru")
)
# Rows as the layout gives them; pages and places are asked for by a few buttons of a keyboard.
ROWS = st.tuples(
    st.lists(st.lists(PRESS, min_size=1, max_size=7).map(tuple), max_size=26),
    st.lists(st.lists(PRESS | OTHER, min_size=1, max_size=5).map(tuple), min_size=1, max_size=2),
).map(lambda both: [*both[0], *both[1]])


def rows_of(rows: Rows) -> list[list[dict[str, Any]]]:
    made = keyboard(rows)
    assert made is not None
    buttons: list[list[dict[str, Any]]] = made["payload"]["buttons"]
    return buttons


def labels(*rows: tuple[str, ...]) -> list[list[str]]:
    made = rows_of(tuple(tuple(Button(label, "p") for label in row) for row in rows))
    return [[button["text"] for button in row] for row in made]


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard(()) is None


def test_short_labels_stand_side_by_side_and_long_ones_below_each_other() -> None:
    assert labels(("Да", "Нет")) == [["Да", "Нет"]]
    assert labels(("Взять в работу", "Ответить жителю")) == [
        ["Взять в работу"],
        ["Ответить жителю"],
    ]
    assert labels(("1", "2", "3", "4")) == [["1", "2", "3", "4"]]
    assert labels(("← Назад", "Отменить", "Дальше →")) == [["← Назад", "Отменить"], ["Дальше →"]]


def test_each_kind_of_button_is_what_max_calls_it() -> None:
    rows = (
        (Button("Да", "send=yes#1"),),
        (Button("Сайт", kind="url", url="https://bor.ru"),),
        (Button("Где я", "place", kind="location"),),
    )
    assert [row[0] for row in rows_of(rows)] == [
        {"type": "callback", "text": "Да", "payload": "send=yes#1"},
        {"type": "link", "text": "Сайт", "url": "https://bor.ru"},
        {"type": "request_geo_location", "text": "Где я"},
    ]


@given(ROWS)
def test_no_keyboard_has_more_than_max_takes(rows: list[tuple[Button, ...]]) -> None:
    made = rows_of(tuple(rows))

    assert len(made) <= 30
    assert [b["text"] for row in made for b in row] == [b.label for row in rows for b in row]
    for row in made:
        alone = all(button["type"] == "callback" for button in row)
        assert len(row) <= (7 if alone else 3)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_row_stays_whole_as_long_as_its_labels_are_read_whole(count: int) -> None:
    fits = ("я" * READ_WHOLE[count],) * count
    assert labels(fits) == [list(fits)]
    assert len(labels((*fits[1:], "я" * (READ_WHOLE[count] + 1)))) > 1
