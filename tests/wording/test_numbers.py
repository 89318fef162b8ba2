"""An appeal's number in all the ways in which phones and people write it."""

import pytest

from handlers.wording.numbers import number_and_rest, number_asked

WHOLE = (
    "МЦУ-26-000012",
    "МЦУ–26–000012",
    "МЦУ—26—000012",
    "мцу 26 000012",
    "мцу\u00a026\u00a0000012",
    "мцу\u202f26\u2009000012",
    "мцу26000012",
    "МЦУ-26-12",
    "MCU-26-000012",
    "mcu 26 12",
    "MЦY-26-000012",
    "мсу-26-000012",
    "№ МЦУ-26-000012",
    "№МЦУ-26-000012,",
    "номер мцу 26 000012.",
    "\u200eМЦУ-26-000012\u200e",
    "МЦУ\u201126\u2011000012",
    "МЦУ\u221226\u2212000012",
    "МЦУ - 26 - 000012",
    "\uff2d\uff23\uff35\uff0d\uff12\uff16\uff0d\uff10\uff10\uff10\uff10\uff11\uff12",
    "26-000012",
    "26 000012",
    "26000012",
    "\uff12\uff16\uff10\uff10\uff10\uff10\uff11\uff12",
)
OF_NO_YEAR = ("12", "000012", "№12", "№ 12", "# 12", "\uff11\uff12", "МЦУ 12", "мцу-12")
NO_NUMBER = (
    "",
    "яма",
    "Мира 12",
    "Ленина 26 000012",
    "12а",
    "12/3-4",
    "МЦУ",
    "МЦУ-26-0000000000",
    "26-12",
    "МЦУ 26 000012 яма",
    "1" * 400,
)


@pytest.mark.parametrize("said", WHOLE)
def test_a_number_is_read_however_it_is_written(said: str) -> None:
    assert number_asked(said, "МЦУ") == "МЦУ-26-000012"


@pytest.mark.parametrize("said", OF_NO_YEAR)
def test_a_number_without_its_year_is_the_last_part(said: str) -> None:
    assert number_asked(said, "МЦУ") == "12"


@pytest.mark.parametrize("said", NO_NUMBER)
def test_other_words_are_no_number(said: str) -> None:
    assert number_asked(said, "МЦУ") == ""


def test_a_town_s_own_prefix_is_read_in_its_own_letters() -> None:
    assert number_asked("бор–мцу 26 7", "Бор-МЦУ") == "Бор-МЦУ-26-000007"
    assert number_asked("МЦУ-26-000007", "ЦУР5") == ""


@pytest.mark.parametrize(
    ("said", "number", "rest"),
    [
        ("МЦУ 26 000012 оскорбления", "МЦУ-26-000012", "оскорбления"),
        ("№ 12 спам и 30 раз", "12", "спам и 30 раз"),
        ("12", "12", ""),
        ("за спам", "", "за спам"),
    ],
)
def test_a_number_before_a_reason_ends_where_the_reason_begins(
    said: str, number: str, rest: str
) -> None:
    assert number_and_rest(said, "МЦУ") == (number, rest)
