"""``python -m bot parked``: events that could not be handled, listed, looked at and run again.

Works beside a running bot, as another replica would: an event is answered in one transaction, and
what it says goes out through the outbox of the bot that runs.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands.outcome import Told
from bot.failures import Unavailable
from bot.inbox.inbox import Inbox
from bot.protocol import Adapter, Rereader
from bot.transactions import Transactions
from bot.watch.logs import where
from config.texts import Texts
from storage.inbox import parked
from storage.messages import Event
from storage.our_accounts import channel_of, is_another
from storage.tables import ParkedEvent

MOST = 200  # lines on a terminal, events in one go


class Parked:
    """The commands for parked events, over a database that a bot may be using."""

    def __init__(
        self,
        inbox: Inbox,
        transactions: Transactions,
        adapters: Callable[[], Mapping[str, Adapter]],
    ) -> None:
        """``adapters`` are made only if something is decoded again."""
        self._inbox = inbox
        self._transactions = transactions
        self._adapters = adapters

    async def listed(self) -> Told:
        """Return a line for each parked event; no person's words are in it."""
        rows = await self._open()
        if not rows:
            return self._texts("parked-none"), 0
        lines = [self._line(row) for row in rows]
        return "\n".join([*lines, self._texts("parked-hint")]), 0

    async def shown(self, which: str) -> Told:
        """Return all that is kept of one event, a person's words too: it is only for a terminal."""
        row = None
        for number in _number(which):
            async with self._transactions.database.begin() as session:
                row = await session.run_sync(parked.find, number)
        if row is None:
            return self._texts("parked-unknown", id=which[:20]), 1
        content = json.dumps(row.content, ensure_ascii=False, indent=2)
        return f"{self._line(row)}\n{content}", 0

    async def run_again(self, which: str) -> Told:
        """Run one event again, or all in their order; those that fail again stay parked."""
        numbers = [row.id for row in await self._open()] if which == "all" else _number(which)
        if not numbers and which == "all":
            return self._texts("parked-none"), 0
        if not numbers:
            return self._texts("parked-unknown", id=which[:20]), 1
        results = [await self._run(number) for number in numbers]
        return "\n".join(text for text, _ in results), max(code for _, code in results)

    async def dropped(self, which: str) -> Told:
        """Delete one event."""

        def drop(session: Session) -> bool:
            rows = [row for number in _number(which) if (row := parked.find(session, number))]
            for row in rows:
                parked.drop(session, row)
            return bool(rows)

        async with self._transactions.database.begin() as session:
            known = await session.run_sync(drop)
        key = "parked-dropped" if known else "parked-unknown"
        return self._texts(key, id=which[:20]), 0 if known else 1

    async def _run(self, number: int) -> Told:
        async with self._transactions.database.begin() as session:
            row = await session.run_sync(parked.find, number)
        if row is None:
            return self._texts("parked-unknown", id=str(number)), 1
        if is_another(row.channel):  # its ids mean something else now
            return self._texts("parked-another-account", id=str(number)), 1
        try:
            event = await self._event(row)
            await self._inbox.answer_parked(number, event)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it stays parked, with its new error
            await self._keep_error(number, where(error))
            return self._texts("parked-again", id=str(number), error=where(error)), 1
        return self._texts("parked-done", id=str(number)), 0

    async def _event(self, row: ParkedEvent) -> Event | None:
        """What it says, decoded by today's code; None where nothing is to be done about it."""
        if row.kind == "event":
            return Event.from_json(row.content)
        adapter = self._adapters().get(row.channel)
        if not isinstance(adapter, Rereader):
            raise LookupError(row.channel)  # noqa: TRY004 - the channel is off
        return await adapter.read_again(row.content["raw"])

    async def _keep_error(self, number: int, error: str) -> None:
        def keep(session: Session) -> None:
            if row := parked.find(session, number):
                row.error = error

        async with self._transactions.database.begin() as session:
            await session.run_sync(keep)

    async def _open(self) -> Sequence[ParkedEvent]:
        async with self._transactions.database.begin() as session:
            return await session.run_sync(parked.open_ones, MOST)

    def _line(self, row: ParkedEvent) -> str:
        return self._texts(
            "parked-line",
            id=str(row.id),
            time=self._time(row.at),
            channel=self._texts(f"channel-{channel_of(row.channel)}"),
            kind=self._texts(f"parked-kind-{row.kind}"),
            error=row.error,
        )

    def _time(self, at: datetime) -> str:
        return f"{at.astimezone(self._transactions.services.settings.zone):%d.%m.%Y %H:%M}"

    @property
    def _texts(self) -> Texts:
        return self._transactions.services.texts


def _number(which: str) -> list[int]:
    is_number = which.isascii() and which.isdecimal() and len(which) < 18
    return [int(which)] if is_number else []
