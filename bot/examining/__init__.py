"""Look through unknown bytes in child processes, never in the bot's own."""
