"""Working time by the Russian production calendar."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from config.settings import Settings

FIRST_ANSWER_HOURS, URGENT_ANSWER_HOURS = 8, 4  # working hours, domain page
URGENT_DAYS = 1  # topics of one day are urgent


@lru_cache(maxsize=1)
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("RU")


def is_working_day(day: date) -> bool:
    """With the transferred days: a working Saturday is one."""
    return bool(_calendar().is_working_day(day))


def add_working_hours(start: datetime, hours: int, settings: Settings) -> datetime:
    """The moment ``hours`` working hours after ``start`` (UTC in, UTC out)."""
    zone = settings.zone
    opens, closes = settings.working_hours
    left = timedelta(hours=hours)
    moment = start.astimezone(zone)
    while True:
        day_start = _at(moment.date(), opens, zone)
        day_end = _at(moment.date(), closes, zone)
        moment = max(moment, day_start)
        if is_working_day(moment.date()) and moment < day_end:
            if moment + left <= day_end:
                return (moment + left).astimezone(UTC)
            left -= day_end - moment
        moment = _at(moment.date() + timedelta(days=1), opens, zone)


def first_answer_due(start: datetime, days: int, settings: Settings) -> datetime:
    """The time by which a resident is to have a first answer on a topic of ``days`` days."""
    hours = URGENT_ANSWER_HOURS if days <= URGENT_DAYS else FIRST_ANSWER_HOURS
    return add_working_hours(start, hours, settings)


def deadline(start: datetime, days: int, settings: Settings) -> datetime:
    """The end of working hours ``days`` calendar days later."""
    day = start.astimezone(settings.zone).date() + timedelta(days=days)
    return _at(day, settings.working_hours[1], settings.zone).astimezone(UTC)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(0), zone) - timedelta(minutes=1)
    return datetime.combine(day, time(hour), zone)
