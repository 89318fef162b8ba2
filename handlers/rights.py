"""The rights of people: the one place that knows who is an admin, and how much staff may send."""

from config.settings import Settings

STAFF_TIMES = 10  # an employee or admin may send ten times what a resident may


def is_admin(settings: Settings, channel: str, account: str) -> bool:
    """Whether the account is one of ``MCU_ADMINS``."""
    return f"{channel}:{account}" in settings.admins
