"""``python -m bot`` itself, but for Telegram's limits: the fake takes as much as comes.

At 28 messages a second a benchmark would measure the waiting. Pygments is kept out: a town has none,
pytest brought it here, and Mako loads it where it finds it, 4 MB.
"""

import sys

sys.modules["pygments"] = None  # type: ignore[assignment]

from bot.channels.telegram import sending  # noqa: E402
from bot.commands.command_line import main  # noqa: E402
from bot.protocol import Rate  # noqa: E402

if __name__ == "__main__":
    sending.TELEGRAM_RATE = Rate(messages_per_second=1e6)
    sending.GROUP_LIMITS = sending.TELEGRAM_LIMITS
    sys.exit(main())
