"""An inbox in memory, for adapters that are tried without the rest of the program."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.failures import Unavailable
from bot.protocol import Dialogues, GapCause, OpenDialogue
from storage.messages import Event


class MemoryInbox:
    """Keeps each event once, as the real inbox does.

    While ``gate`` is cleared, an event waits. The next ``away_for`` events are refused.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.deliveries: list[Event] = []  # each as it came, also if it waits, is refused or known
        self.parked: list[tuple[str, Any, str]] = []
        self.senders: list[Event | None] = []  # of those that were parked
        self.gaps: dict[str, Sequence[OpenDialogue] | None] = {}
        self.told_since: list[datetime | None] = []
        self.told_causes: list[str] = []
        self.is_away = False  # for gaps
        self.read_last: datetime | None = None
        self.kept_cursor: str | None = None  # whichever was kept last
        self.cursors: dict[str, str] = {}  # by the name under which each is kept
        self.away_for = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def accept(self, event: Event) -> None:
        self.deliveries.append(event)
        await self._tell()
        await self.gate.wait()
        if self.away_for:
            self.away_for -= 1
            raise Unavailable("the database is away")
        if event.id not in {kept.id for kept in self.events}:
            self.events.append(event)
        await self._tell()

    async def park(
        self, channel: str, event_id: str, raw: Any, error: str, sender: Event | None = None
    ) -> None:
        self.parked.append((event_id, raw, error))
        self.senders.append(sender)
        await self._tell()

    async def cursor(self, channel: str) -> str | None:
        return self.cursors.get(channel) if self.cursors else self.kept_cursor

    async def move_cursor(self, channel: str, cursor: str) -> None:
        self.kept_cursor = self.cursors[channel] = cursor
        await self._tell()

    async def tell_gap(
        self,
        channel: str,
        mark: str,
        dialogues: Callable[[datetime | None], Dialogues],
        *,
        since: datetime | None = None,
        cause: GapCause = "",
    ) -> None:
        if self.is_away:
            raise Unavailable("the database is away")
        if mark not in self.gaps:
            self.told_since.append(since)
            self.told_causes.append(cause)
        self.gaps[mark] = await dialogues(since or self.read_last)
        await self._tell()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until it holds; it is asked anew whenever something has come."""
        async with self._changed, asyncio.timeout(20):
            await self._changed.wait_for(holds)

    async def gets(self, count: int = 1) -> list[Event]:
        """Wait until ``count`` events are kept; all that are."""
        await self.until(lambda: len(self.events) >= count)
        return self.events

    async def tried(self, event_id: int) -> None:
        """Wait until the event has come, taken or not."""
        await self.until(lambda: str(event_id) in {event.id for event in self.deliveries})

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
