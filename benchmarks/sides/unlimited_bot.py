"""``python -m bot`` itself, but for Telegram's limits: the fake takes as much as comes.

At 28 messages a second a benchmark would measure the waiting.
"""

from dataclasses import replace

import bot.channels.telegram.lean_models  # noqa: F401 - first, as it has to be

# isort: split
from bot.channels.telegram import sending

sending.TELEGRAM_LIMITS = replace(
    sending.TELEGRAM_LIMITS, messages_per_second=1e6, group_messages_per_minute=None
)

from bot.__main__ import start  # noqa: E402 - the limits come first

if __name__ == "__main__":
    start()
