"""The rights of people: the one place that knows who is an admin."""

from config.settings import Settings


def is_admin(settings: Settings, channel: str, account: str) -> bool:
    """Whether the account is one of ``MCU_ADMINS``."""
    return f"{channel}:{account}" in settings.admins
