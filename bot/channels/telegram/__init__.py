"""The Telegram channel: the only place that imports aiogram, in a third of its memory."""

from bot.channels.telegram.lean_models import import_aiogram

import_aiogram()
