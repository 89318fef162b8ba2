"""The MAX channel: plain aiohttp over the bot API of the national messenger."""
