"""``accept(event)``: the one transaction of everything that comes in.

Events that wait together share a transaction. If a handler fails, the batch rolls back and runs
again one by one: a bad event harms no other and is parked.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot.failures import Unavailable
from bot.inbox import gaps
from bot.inbox.admission import Admission
from bot.inbox.apologies import apologise
from bot.inbox.arrivals import Waiting, release, taken_from, to_file
from bot.inbox.members import Members
from bot.inbox.staff_chats import Rooms
from bot.protocol import Dialogues, GapCause
from bot.transactions import Transactions
from bot.watch import metrics
from bot.watch.logs import where
from handlers import dispatch
from handlers.admin import staff_chats
from handlers.drafts import Dialogue
from handlers.residents.arriving import handover
from handlers.residents.ways.filing_limits import MOST_A_DAY
from handlers.rights import is_admin
from handlers.staff.anonymous import whose
from handlers.turn import Turn, Work
from storage.batch import Batch
from storage.database.errors import is_conflict
from storage.inbox import events, parked
from storage.messages import Event, Reply

MOST_TOGETHER = 100  # events in one transaction
MOST_WAITING = 1_000  # events; more are not acknowledged, so that the messenger brings them again
TRIES = 3  # of an event that met another one (two replicas, one resident)

log = structlog.get_logger()


class Inbox:
    """The inbox of all adapters."""

    def __init__(self, transactions: Transactions, rooms: Rooms | None = None) -> None:
        self._transactions = transactions
        self._services = transactions.services
        self._waiting: deque[Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._finished = False
        self._rooms = rooms or Rooms((), self._services.clock)
        self._admission = Admission(self._services, self._rooms)
        self.members = Members(self._admission, self._rooms, transactions)

    async def accept(self, event: Event) -> None:
        """Keep the event and its replies; returns after commit. Raises Unavailable.

        What the gate drops is acknowledged like anything else: it is not to come again. A private
        event waits in the queue from the first step on: those of one chat may be brought at once,
        and are answered in the order in which they were brought.
        """
        if self._finished or len(self._waiting) >= MOST_WAITING:
            raise Unavailable("stopping" if self._finished else "too many wait")
        verdict = self._admission.verdict(event)
        if verdict != "take":
            metrics.event_dropped(event.address.channel)
            if verdict == "tell":
                await self._tell_to_wait(event)
            return
        if not event.private and self._may_bind(event):
            event = await self._rooms.with_doors(event)
        elif event.press and not event.private:
            admitted = await self.members.admitted(event)
            if admitted is None:
                metrics.event_dropped(event.address.channel)
                return
            event = admitted
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        came = time.perf_counter()
        self._waiting.append((event, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        await done
        metrics.update_kept(event.address.channel, time.perf_counter() - came)

    def _may_bind(self, event: Event) -> bool:
        """Whether the doors of the group count: it may become a staff chat by this."""
        account, channel = event.person.account, event.address.channel
        by_admin = is_admin(self._services.settings, channel, account)
        return staff_chats.is_about_binding(event, by_admin=by_admin)

    async def _tell_to_wait(self, event: Event) -> None:
        """Who sends a flood is told so, once."""
        log.warning("flood", channel=event.address.channel)
        notice = Reply(to=event.address, text=self._services.texts("flood"))
        await self._transactions.run(lambda work: work.say(notice))

    async def finish(self) -> None:
        """Take no more, and wait for what is being kept just now: messengers may close then."""
        self._finished = True
        if self._worker and not self._worker.done():
            await asyncio.wait([self._worker])
        await self._rooms.close()

    async def park(
        self, channel: str, event_id: str, raw: Any, error: str, sender: Event | None = None
    ) -> None:
        """Keep an update that could not be decoded, apologise and tell the staff. Raises Unavailable.

        ``sender``: who is apologised to, as an event without content; None: that cannot be read.
        """

        def keep(work: Work) -> None:
            session, now = work.session, work.now
            if not events.park(session, channel, event_id, "update", {"raw": raw}, error, now):
                return
            self._admission.learn(session, work.municipality)
            apologise(work, channel, sender if sender and self._may_hear(sender) else None)

        await self._transactions.run(keep)
        log.warning("update_parked", channel=channel, event_id=event_id, error=error)

    def _may_hear(self, sender: Event) -> bool:
        """Whether to say anything: not to the banned, to a flood or in a stranger's group."""
        if not sender.private and not self._admission.is_staff_chat(sender.address):
            return False
        return self._admission.verdict(sender) == "take"

    async def cursor(self, channel: str) -> str | None:
        """The place up to which the channel has been read."""
        return await self._transactions.look(lambda session: events.cursor(session, channel))

    async def move_cursor(self, channel: str, cursor: str) -> None:
        """Keep how far the channel has been read. Raises Unavailable."""
        await self._transactions.write(lambda session: events.move_cursor(session, channel, cursor))

    async def tell_gap(
        self,
        channel: str,
        mark: str,
        dialogues: Callable[[datetime | None], Dialogues],
        *,
        since: datetime | None = None,
        cause: GapCause = "",
    ) -> None:
        """Tell the staff that messages of a channel were lost, once for a ``mark``. As in EventSink."""
        last = await self._transactions.look(lambda session: events.last_seen(session, channel))
        gap = gaps.Gap(channel, mark, last=last, since=since, cause=cause)
        found = await dialogues(since or last)
        await self._transactions.run(lambda work: gaps.tell(work, gap, found))

    async def answer_parked(self, number: int, event: Event | None) -> None:
        """Answer a parked event and note that it is dealt with, once. Raises what a handler raises."""

        def answer(work: Work) -> None:
            row = parked.find(work.session, number)
            if row is None:
                return  # somebody else was quicker
            if event is not None:
                self._admission.learn(work.session, work.municipality)
                batch = Batch(work.session, work.now)
                batch.read({event.member}, residents_alone=event.private)
                self._answer(work, event, batch)
                batch.write()
            parked.mark_done(row, work.now)

        await self._transactions.run(answer)

    async def _work(self) -> None:
        while self._waiting:
            most = min(len(self._waiting), MOST_TOGETHER)
            batch = [self._waiting.popleft() for _ in range(most)]
            try:
                await self._accept_batch(batch)
            except BaseException as error:
                release(batch, Unavailable(type(error).__name__))
                if not isinstance(error, Exception):
                    raise
                log.error("batch_failed", error=where(error), exc_info=False)  # noqa: TRY400
            self._transactions.wake()

    async def _accept_batch(self, batch: list[Waiting]) -> None:
        try:
            await self._transactions.write(
                lambda session: self._answer_all(session, [e for e, _ in batch])
            )
        except Unavailable as unavailable:
            self._give_back(batch, unavailable)
        except Exception:  # noqa: BLE001 - whatever a handler raised: find out whose it is
            await self._accept_apart(batch)
        else:
            release(batch, None)

    async def _accept_apart(self, batch: list[Waiting]) -> None:
        """One by one, so that a bad event harms no other."""
        for number, one in enumerate(batch):
            try:
                await self._accept_one(one[0])
            except Unavailable as unavailable:
                self._give_back(batch[number:], unavailable)
                return
            release([one], None)

    def _give_back(self, batch: list[Waiting], unavailable: Unavailable) -> None:
        """These come again, and so do all that wait behind them: no later one overtakes them."""
        release([*batch, *self._waiting], unavailable)
        self._waiting.clear()

    async def _accept_one(self, event: Event) -> None:
        """Answer it, or park it. Raises Unavailable."""
        for tries_left in reversed(range(TRIES)):
            try:
                await self._transactions.write(lambda session: self._answer_all(session, [event]))
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - a handler's bug must not stop the channel
                if is_conflict(error) and tries_left:
                    continue
                await self._park_event(event, error)
            return

    async def _park_event(self, event: Event, error: Exception) -> None:
        """Keep the event with its error and apologise. The text of the error may be personal."""
        channel = event.address.channel
        log.error(
            "event_parked", channel=channel, event_id=event.id, error=where(error), exc_info=False
        )

        def keep(work: Work, *, tells: bool) -> None:
            raw, why = event.to_json(), where(error)
            is_new = events.park(work.session, channel, event.id, "event", raw, why, work.now)
            if is_new and tells:
                apologise(work, channel, event)

        try:
            await self._transactions.run(partial(keep, tells=not event.change), wake=False)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - not even an apology can be written: the event at least
            await self._transactions.run(partial(keep, tells=False), wake=False)

    def _answer_all(self, session: Session, arrived: Sequence[Event]) -> None:
        """Answer those that are new, in their order."""
        work = self._transactions.work_of(session)
        self._admission.learn(session, work.municipality)
        batch = Batch(session, work.now)
        new = batch.take_new({(event.address.channel, event.id) for event in arrived})
        fresh = [event for event in arrived if taken_from(new, event)]
        if not fresh:
            return
        batch.read(
            {event.member for event in fresh},
            residents_alone=all(event.private for event in fresh),
        )
        batch.read_filing(to_file(fresh), MOST_A_DAY)
        for event in fresh:
            self._answer(work, event, batch)
        batch.write()

    def _answer(self, work: Work, event: Event, batch: Batch) -> None:
        member = whose(work.session, event)
        turn = Turn(
            services=work.services,
            session=work.session,
            now=work.now,
            municipality=work.municipality,
            tree=self._transactions.tree_of(work),
            event=event,
            dialogue=Dialogue.from_json(batch.drafts(member)),
            banned=self._admission.is_banned(event),
        )
        with self._transactions.slowness.of_event(turn):
            replies = dispatch.answer(turn)
        if (replies or event.change) and not event.private:
            self._admission.forget()  # somebody was banned or has left, or a group become ours
        batch.keep(member, turn.dialogue.to_json())
        batch.put(handover.elsewhere(turn, replies))
