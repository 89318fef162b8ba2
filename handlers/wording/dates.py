"""Dates and times as people say them, in the municipality's timezone: «понедельник, 30 ноября»."""

from datetime import datetime, timedelta

from config.settings import Settings
from config.texts import Texts

SOON = timedelta(days=7)  # so far ahead a day is known by its name


def show_date(moment: datetime, now: datetime, settings: Settings, texts: Texts) -> str:
    """``5 декабря``; of another year than this one ``5 декабря 2025 года``."""
    local = moment.astimezone(settings.zone)
    day = texts("date-day", day=str(local.day), month=local.month)
    if local.year == now.astimezone(settings.zone).year:
        return day
    return texts("date-day-and-year", date=day, year=str(local.year))


def show_time(moment: datetime, now: datetime, settings: Settings, texts: Texts) -> str:
    """``5 декабря, 14:30``."""
    day = show_date(moment, now, settings, texts)
    return texts("date-time", day=day, time=_clock(moment.astimezone(settings.zone)))


def show_until(moment: datetime, now: datetime, settings: Settings, texts: Texts) -> str:
    """``до понедельника, 30 ноября``; of today ``сегодня до 18:00``; far ahead ``до 18 декабря``."""
    local, today = moment.astimezone(settings.zone), now.astimezone(settings.zone).date()
    if local.date() == today:
        return texts("date-until-today", time=_clock(local))
    day = show_date(moment, now, settings, texts)
    if today < local.date() < today + SOON:
        return texts("date-until-weekday", weekday=local.isoweekday(), day=day)
    return texts("date-until", day=day)


def show_short(moment: datetime, settings: Settings) -> str:
    """``05.12``, for a line of a list."""
    return moment.astimezone(settings.zone).strftime("%d.%m")


def _clock(local: datetime) -> str:
    return local.strftime("%H:%M")
