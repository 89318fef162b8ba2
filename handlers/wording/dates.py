"""Dates and times as people read them, in the municipality's timezone."""

from datetime import datetime

from config.settings import Settings


def show_date(moment: datetime, settings: Settings) -> str:
    """``05.12.2026``."""
    return moment.astimezone(settings.zone).strftime("%d.%m.%Y")


def show_time(moment: datetime, settings: Settings) -> str:
    """``05.12.2026 14:30``."""
    return moment.astimezone(settings.zone).strftime("%d.%m.%Y %H:%M")
