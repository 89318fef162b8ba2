"""``python -m bot`` itself, but for Telegram's limits: the fake takes as much as comes.

At 28 messages a second a benchmark would measure the waiting.
"""

from bot.channels.telegram import sending
from bot.protocol import Rate

sending.TELEGRAM_RATE = Rate(messages_per_second=1e6)
sending.GROUP_LIMITS = sending.TELEGRAM_LIMITS

from bot.__main__ import start  # noqa: E402 - the limits come first

if __name__ == "__main__":
    start()
