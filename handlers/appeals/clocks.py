"""Working time by the Russian production calendar."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from config.categories.entries import FAST_TRACK_DAYS
from config.settings import Settings

FIRST_ANSWER_HOURS, URGENT_ANSWER_HOURS = 8, 4  # working hours, domain page
URGENT_DAYS = 1  # topics of one day are urgent
QUIET_FROM, QUIET_TO = time(21), time(8)  # nobody is reminded of anything at night
A_DAY = timedelta(days=1)


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


def is_urgent(days: int, *, fast_track: bool) -> bool:
    """Whether a topic of ``days`` days is shown to the staff as urgent."""
    return days <= (FAST_TRACK_DAYS if fast_track else URGENT_DAYS)


def first_answer_due(start: datetime, days: int, settings: Settings) -> datetime:
    """The time by which a resident is to have a first answer on a topic of ``days`` days."""
    hours = URGENT_ANSWER_HOURS if days <= URGENT_DAYS else FIRST_ANSWER_HOURS
    return add_working_hours(start, hours, settings)


def deadline(start: datetime, days: int, settings: Settings) -> datetime:
    """The end of the working day that is ``days`` calendar days later, or of the next working day.

    Never before the first answer is due: nobody is told a solution for a day on which all rest.
    """
    day = start.astimezone(settings.zone).date() + timedelta(days=days)
    answered = first_answer_due(start, days, settings).astimezone(settings.zone).date()
    return _closing(max(day, answered), settings)


def after_pause(due: datetime, pause: timedelta, settings: Settings) -> datetime:
    """A deadline after its clock stood still: again the end of a working day."""
    return _closing((due + pause).astimezone(settings.zone).date(), settings)


def warned_up_to(now: datetime, settings: Settings) -> datetime:
    """The deadlines up to this time are to be warned of by now.

    Those of the next 24 hours; when all go home, those too that come within 24 hours of the next
    opening. Else the warning of a Monday's deadline would come on Sunday.
    """
    local = now.astimezone(settings.zone)
    opens, closes = settings.working_hours
    today = local.date()
    if is_working_day(today) and local < _at(today, closes, settings.zone):
        return now + A_DAY
    morning = _at(_working_day(today + A_DAY), opens, settings.zone)
    return morning.astimezone(UTC) + A_DAY


def is_quiet(now: datetime, settings: Settings) -> bool:
    """Whether it is night: reminders and warnings wait for the morning."""
    return not QUIET_TO <= now.astimezone(settings.zone).time() <= QUIET_FROM


def last_working_day(day: date) -> date:
    """The working day before that day."""
    before = day - A_DAY
    while not is_working_day(before):
        before -= A_DAY
    return before


def _working_day(day: date) -> date:
    """That day, or the next working day."""
    while not is_working_day(day):
        day += A_DAY
    return day


def _closing(day: date, settings: Settings) -> datetime:
    return _at(_working_day(day), settings.working_hours[1], settings.zone).astimezone(UTC)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(0), zone) - timedelta(minutes=1)
    return datetime.combine(day, time(hour), zone)
