"""The link between replicas: it gives each duty one owner and carries notices."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

Heard = Callable[[str], None]  # given the value of a notice
Missed = Callable[[float], None]  # given for how many seconds no notice could come


class Link(Protocol):
    """The connection of this process to the other replicas.

    ``is_alone``: there can be no others.
    """

    is_alone: bool

    def own(self, duty: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait until ``duty`` is ours and own it in the block; the event is set when it is lost."""

    def owns(self, duties: Iterable[str]) -> bool:
        """Whether all of ``duties`` are ours."""

    def send(self, topic: str, value: str = "") -> None:
        """Send a notice to all other replicas soon; an equal one that waits is sent once."""

    def listen(self, topic: str, heard: Heard, missed: Missed) -> None:
        """Call ``heard`` with each notice of the topic, and ``missed`` if some may have been lost."""

    async def run(self) -> None:
        """Keep the link until ``close``."""

    def close(self) -> None:
        """Leave the duties, send the notices that wait, and let ``run`` return."""


class Alone:
    """The link of the only process on its database, as on SQLite.

    It owns every duty, sends to nobody and hears nothing.
    """

    is_alone = True

    def __init__(self) -> None:
        self._closed = asyncio.Event()

    @asynccontextmanager
    async def own(self, duty: str) -> AsyncIterator[asyncio.Event]:
        """Own ``duty`` at once; it is never lost."""
        yield asyncio.Event()

    def owns(self, duties: Iterable[str]) -> bool:
        """All duties are ours."""
        return True

    def send(self, topic: str, value: str = "") -> None:
        """Do nothing: nobody is there."""

    def listen(self, topic: str, heard: Heard, missed: Missed) -> None:
        """Do nothing: no notice comes."""

    async def run(self) -> None:
        """Wait for ``close``."""
        await self._closed.wait()

    def close(self) -> None:
        """Let ``run`` return."""
        self._closed.set()
