"""Ports that nobody else has."""

import random
import socket
from contextlib import suppress


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def own_port(dice: random.Random) -> int:
    """Below those that the system gives to anybody: while the bot is dead no other takes it."""
    while True:
        port = dice.randint(20_000, 32_000)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
