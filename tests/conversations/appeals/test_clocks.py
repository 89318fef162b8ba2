"""Working time by the production calendar of Russia, and dates as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings, load_settings
from handlers.appeals import clocks

SINCE = datetime(2024, 1, 1, tzinfo=UTC)


def _settings(**more: str) -> Settings:
    return load_settings({"MCU_WEB_CHAT": "on", **more})


def _moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00").astimezone(UTC)


def _shown(moment: datetime, settings: Settings) -> str:
    return moment.astimezone(settings.zone).strftime("%d.%m.%Y %H:%M")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2025, 11, 1), True),  # a Saturday that works for Monday the 3rd
        (date(2025, 11, 3), False),
        (date(2026, 1, 9), False),  # moved from Saturday the 3rd
        (date(2026, 12, 31), False),  # moved from Sunday 4 January
        (date(2026, 6, 12), False),
        (date(2026, 2, 23), False),
    ],
)
def test_the_production_calendar_has_holidays_and_transferred_days(day: date, works: bool) -> None:
    assert clocks.is_working_day(day) is works


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-12-01T10:00", "2026-12-01T18:00"),  # the working day just holds eight hours
        ("2026-12-01T16:00", "2026-12-02T15:00"),  # two today, six tomorrow
        ("2026-12-01T03:00", "2026-12-01T17:00"),  # at night: from the opening
        ("2026-12-01T21:00", "2026-12-02T17:00"),
        ("2026-12-04T16:00", "2026-12-07T15:00"),  # over a weekend
        ("2026-12-30T16:00", "2027-01-11T15:00"),  # over the new year's holidays
        ("2025-10-31T16:00", "2025-11-01T15:00"),  # a Saturday that works
        ("2025-11-01T16:00", "2025-11-05T15:00"),  # then Sunday and two days off
    ],
)
def test_the_first_answer_is_due_in_working_hours(asked: str, due: str) -> None:
    found = clocks.first_answer_due(_moscow(asked), 10, _settings())

    assert found == _moscow(due)


def test_an_urgent_topic_has_half_the_time() -> None:
    found = clocks.first_answer_due(_moscow("2026-12-01T16:00"), 1, _settings())

    assert found == _moscow("2026-12-02T11:00")


def test_the_deadline_is_the_end_of_a_day_in_the_towns_own_zone() -> None:
    settings = _settings(MCU_TIMEZONE="Asia/Kamchatka", MCU_WORK_HOURS="8-17")
    asked = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # there it is 2 December already

    due = clocks.deadline(asked, 10, settings)

    assert _shown(due, settings) == "14.12.2026 17:00"  # the twelfth is a Saturday


def test_a_town_that_works_to_midnight_has_its_deadline_on_that_day() -> None:
    settings = _settings(MCU_WORK_HOURS="0-24")

    due = clocks.deadline(_moscow("2026-12-01T10:00"), 1, settings)

    assert _shown(due, settings).startswith("02.12.2026 ")


@given(
    st.integers(0, 1400 * 24 * 60).map(lambda n: SINCE + timedelta(minutes=n)),
    st.integers(1, 40),
)
def test_what_is_due_falls_into_working_time_and_never_before(start: datetime, hours: int) -> None:
    settings = _settings()

    due = clocks.add_working_hours(start, hours, settings)

    local = due.astimezone(settings.zone)
    assert due >= start
    assert clocks.is_working_day(local.date())
    assert 9 <= local.hour <= 18


YEAR = [SINCE.replace(year=2026) + timedelta(hours=n) for n in range(365 * 24)]
TOPIC_DAYS = (1, 2, 3, 5, 10, 30)


@pytest.mark.parametrize("hours", ["9-18", "8-17", "0-24"])
def test_the_two_clocks_of_no_hour_of_the_year_contradict_each_other(hours: str) -> None:
    settings = _settings(MCU_WORK_HOURS=hours)
    contradictions = []
    for asked in YEAR:
        for days in TOPIC_DAYS:
            first = clocks.first_answer_due(asked, days, settings)
            solved = clocks.deadline(asked, days, settings)
            day = solved.astimezone(settings.zone).date()
            if not asked < first <= solved or not clocks.is_working_day(day):
                contradictions.append((asked, days))

    assert len(contradictions) == 0


@pytest.mark.parametrize(
    ("asked", "days", "first", "solved"),
    [
        ("2026-12-30T20:00", 1, "11.01.2027 13:00", "11.01.2027 18:00"),
        ("2026-12-31T12:00", 10, "11.01.2027 17:00", "11.01.2027 18:00"),
        ("2026-11-28T12:00", 1, "30.11.2026 13:00", "30.11.2026 18:00"),  # a Saturday
        ("2026-12-04T10:00", 1, "04.12.2026 14:00", "07.12.2026 18:00"),  # a Friday
        ("2026-12-01T10:00", 1, "01.12.2026 14:00", "02.12.2026 18:00"),
        ("2026-12-01T10:00", 10, "01.12.2026 18:00", "11.12.2026 18:00"),
        ("2026-12-02T10:00", 10, "02.12.2026 18:00", "14.12.2026 18:00"),  # not on a Saturday
        ("2025-10-31T10:00", 1, "31.10.2025 14:00", "01.11.2025 18:00"),  # a Saturday that works
        ("2026-12-30T10:00", 3, "30.12.2026 18:00", "11.01.2027 18:00"),
    ],
)
def test_what_a_resident_is_promised(asked: str, days: int, first: str, solved: str) -> None:
    settings = _settings()

    promised = (
        clocks.first_answer_due(_moscow(asked), days, settings),
        clocks.deadline(_moscow(asked), days, settings),
    )

    assert tuple(_shown(moment, settings) for moment in promised) == (first, solved)


def test_a_deadline_that_stood_still_ends_on_a_working_day_too() -> None:
    settings = _settings()

    due = clocks.after_pause(_moscow("2026-12-30T18:00"), timedelta(days=2, hours=7), settings)

    assert _shown(due, settings) == "11.01.2027 18:00"


@pytest.mark.parametrize(
    ("now", "warned"),
    [
        ("2026-12-01T10:00", "2026-12-02T10:00"),
        ("2026-12-04T17:59", "2026-12-05T17:59"),
        ("2026-12-04T18:00", "2026-12-08T09:00"),  # Friday evening: Monday's deadlines
        ("2026-12-06T12:00", "2026-12-08T09:00"),
        ("2026-12-30T18:00", "2027-01-12T09:00"),
    ],
)
def test_a_warning_comes_while_there_is_a_working_day_left(now: str, warned: str) -> None:
    assert clocks.warned_up_to(_moscow(now), _settings()) == _moscow(warned)
