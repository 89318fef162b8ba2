"""``python -m bot`` itself, but for Telegram's limits: the fake takes as much as comes.

At 28 messages a second a benchmark would measure the waiting.
"""

from dataclasses import replace

import bot.adapters.telegram_models  # noqa: F401 - first, as it has to be

# isort: split
from bot.adapters import telegram_sending

telegram_sending.TELEGRAM_LIMITS = replace(
    telegram_sending.TELEGRAM_LIMITS, messages_per_second=1e6, group_messages_per_minute=None
)

from bot.__main__ import start  # noqa: E402 - the limits come first

if __name__ == "__main__":
    start()
