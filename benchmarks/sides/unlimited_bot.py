"""``python -m bot`` itself, but for Telegram's limits: the fake takes as much as comes.

At 28 messages a second a benchmark would measure the waiting.
"""

import sys

from bot.channels.telegram import sending
from bot.commands.command_line import main
from bot.protocol import Rate

if __name__ == "__main__":
    sending.TELEGRAM_RATE = Rate(messages_per_second=1e6)
    sending.GROUP_LIMITS = sending.TELEGRAM_LIMITS
    sys.exit(main())
