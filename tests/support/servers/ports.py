"""Ports that nobody else has."""

import os
import socket
from contextlib import suppress
from itertools import count

FIRST, PORTS, WORKERS = 20_000, 1_000, 12
_NEXT = count()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def own_port() -> int:
    """Below those that the system gives to anybody: while the bot is dead no other takes it.

    Each worker of pytest has a stretch of its own, and gives none of its ports twice.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST + worker % WORKERS * PORTS
    while True:
        port = first + next(_NEXT) % PORTS
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
