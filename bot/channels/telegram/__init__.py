"""The Telegram channel; the only place that imports aiogram."""
