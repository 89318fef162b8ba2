"""Dates as people say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from config.settings import load_settings
from config.texts import Texts
from handlers.wording.dates import show_date, show_short, show_time, show_until

TEXTS = Texts.load()
SETTINGS = load_settings({"MCU_WEB_CHAT": "on"})
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime.fromisoformat("2026-11-27T10:00+03:00")  # a Friday


def _at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=MOSCOW).astimezone(ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-27T18:00", "сегодня до 18:00"),
        ("2026-11-28T18:00", "до субботы, 28 ноября"),
        ("2026-11-30T18:00", "до понедельника, 30 ноября"),
        ("2026-12-01T18:00", "до вторника, 1 декабря"),
        ("2026-12-02T18:00", "до среды, 2 декабря"),
        ("2026-12-03T18:00", "до четверга, 3 декабря"),
        ("2026-12-04T18:00", "до 4 декабря"),  # another Friday than today
        ("2026-12-18T18:00", "до 18 декабря"),
        ("2027-01-11T18:00", "до 11 января 2027 года"),
        ("2026-11-20T18:00", "до 20 ноября"),  # it is past
    ],
)
def test_a_promise_names_the_day(moment: str, said: str) -> None:
    assert show_until(_at(moment), NOW, SETTINGS, TEXTS) == said


def test_a_promise_of_the_next_days_in_january_names_day_and_year() -> None:
    now = _at("2026-12-30T10:00")

    assert show_until(_at("2027-01-05T18:00"), now, SETTINGS, TEXTS) == (
        "до вторника, 5 января 2027 года"
    )


def test_every_month_has_its_name() -> None:
    said = [show_date(_at(f"2026-{n:02}-05T12:00"), NOW, SETTINGS, TEXTS) for n in range(1, 13)]

    assert said == [
        "5 января", "5 февраля", "5 марта", "5 апреля", "5 мая", "5 июня",
        "5 июля", "5 августа", "5 сентября", "5 октября", "5 ноября", "5 декабря",
    ]  # fmt: skip


def test_days_and_times_are_those_of_the_town() -> None:
    late = datetime.fromisoformat("2026-12-04T23:30+00:00")

    assert show_time(late, NOW, SETTINGS, TEXTS) == "5 декабря, 02:30"
    assert show_short(late, SETTINGS) == "05.12"
