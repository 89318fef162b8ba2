"""The one door for unknown bytes: looked through in child processes, never in the bot's own."""
