"""Tell systemd that the event loop runs, and end the process if the loop is frozen."""

import asyncio
import contextlib
import faulthandler
import os
import socket
from collections.abc import Iterator, Mapping

FROZEN_AFTER = 60.0  # seconds without a round of the loop
BEATS = 4  # in that time
STDERR = 2


class Watchdog:
    """Beats while the event loop runs, and ends the process if the beats stop.

    A frozen loop answers nobody and hears no signal. Docker restarts only what has ended, so the
    process ends itself: a thread of the interpreter, which waits for no lock of Python's, writes
    the stack and exits with 1. ``environ`` names the socket of systemd, which is told of readiness,
    each beat and the stop (see sd_notify(3)).
    """

    def __init__(
        self, environ: Mapping[str, str] = os.environ, frozen_after: float = FROZEN_AFTER
    ) -> None:
        self._socket = environ.get("NOTIFY_SOCKET", "")
        usec = environ.get("WATCHDOG_USEC", "")
        asked = int(usec) / 1e6 if usec.isdecimal() else frozen_after
        self._frozen_after = frozen_after
        self._pause = min(asked, frozen_after) / BEATS

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Beat while the block runs."""
        beating = asyncio.create_task(self._beat())
        self._arm()
        try:
            yield
        finally:
            beating.cancel()
            faulthandler.cancel_dump_traceback_later()

    def ready(self) -> None:
        """Tell systemd that everything runs."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """Tell systemd that the stop began."""
        self._tell("STOPPING=1")

    async def _beat(self) -> None:
        while True:
            self._arm()
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._pause)

    def _arm(self) -> None:
        faulthandler.dump_traceback_later(self._frozen_after, exit=True, file=STDERR)

    def _tell(self, word: str) -> None:
        if not self._socket:
            return
        path = f"\0{self._socket[1:]}" if self._socket.startswith("@") else self._socket
        # Whoever does not listen any more loses nothing by a word.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as to,
        ):
            to.sendto(word.encode(), path)
