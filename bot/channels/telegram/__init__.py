"""The Telegram channel: the only place that imports aiogram, in a third of its usual memory."""

from bot.channels.telegram.lean_models import import_aiogram

import_aiogram()
