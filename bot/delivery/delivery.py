"""The outbox on its way out: oldest unsent of each lane first, at the messenger's rate.

One loop owns the database side: a round is one transaction that settles what came back and picks
what goes next. Sending happens outside of any transaction, one message of a lane at a time, and
what is picked already has its place in the messenger's budget, so nothing waits while it is sent.
Answers in a dialogue are picked before pushes, and take along what waits before them in their lane.

A Delivery knows only the channels it is given: where replicas share them, each has its own.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from bot.delivery.card_lists import Gathering, settle_needless
from bot.delivery.outcomes import note_outcomes
from bot.delivery.parcel import NOT_SENT, Parcel, prepare
from bot.delivery.rates import Chat, Rates
from bot.inbox.inbox import Inbox
from bot.protocol import Adapter, CannotEdit, RetryLater, Unavailable
from bot.watch import metrics
from handlers.turn import Work
from storage import outbox
from storage.database.errors import is_conflict
from storage.messages import Reply
from storage.outbox import lanes
from storage.tables import OutboxMessage

LOOK_EVERY = 1.0  # seconds: what became due without anybody waking us
SETTLE_TRIES = 5  # that meet another transaction
SET_ASIDE = timedelta(minutes=10)  # a row that a bug of ours keeps from being sent
SETTLE_PUSHES = 0.05  # seconds
STOP_SECONDS = 4.0  # for what is on its way when we stop

log = structlog.get_logger()


class Delivery:
    """Sends the outbox until cancelled."""

    def __init__(self, inbox: Inbox, adapters: Mapping[str, Adapter]) -> None:
        self._inbox = inbox
        self._adapters = adapters
        self._limits = {name: adapter.limits for name, adapter in adapters.items()}
        self._rates = Rates(self._limits)
        self._gathering = Gathering(self._limits, self._rates)
        self._wake = asyncio.Event()
        self._stopping = False
        self._out: dict[int, Parcel] = {}  # being sent, by row
        self._sending: set[asyncio.Task[None]] = set()
        self._back: list[Parcel] = []  # sent, or not, and not settled yet

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; then wait for what is on its way and settle it."""
        self._stopping = False
        try:
            while True:
                self._wake.clear()
                pause = await _whole(self._round())
                try:
                    async with asyncio.timeout(pause):  # wait_for may swallow a cancel (3.11)
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            self._stopping = True
            await self._finish()

    async def _finish(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=STOP_SECONDS)
        late = list(self._sending)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if self._back:
            await self._round()

    async def _round(self) -> float:
        """Settle what came back, start what is due; in how many seconds to look again unasked."""
        if not self._back and not self._takes_any():
            return self._rates.opens_in(_time(), LOOK_EVERY)
        back, self._back = self._back, []
        picked: list[Parcel] = []

        def work(task: Work) -> list[Reply]:
            note_outcomes(task, back)
            if not self._stopping:
                self._pick(task, picked)
            return []

        try:
            await self._inbox.run_job(work, wake=False)
        except Unavailable:
            self._give_back(picked)
            self._back = back + self._back
            return LOOK_EVERY
        except Exception as error:  # noqa: BLE001 - a bug of ours about one row harms no other
            self._give_back(picked)
            if is_conflict(error):  # two transactions met, as they may: nobody has to see to it
                log.info("delivery_round_met_another")
            else:
                log.error("delivery_round_failed", error=type(error).__name__, exc_info=False)  # noqa: TRY400
            await self._settle_apart(back)
            return LOOK_EVERY
        if not self._stopping:
            for parcel in picked:
                self._start(parcel)
        return self._rates.opens_in(_time(), LOOK_EVERY)

    def _give_back(self, picked: list[Parcel]) -> None:
        """What was picked in vain leaves its place in the budgets: else they would fill up."""
        for parcel in picked:
            self._rates.give_back(parcel.chat, parcel.load, push=parcel.is_paced)

    def _takes_any(self) -> bool:
        """Whether a channel takes a message now."""
        return any(self._rates.room(channel, _time())[0] for channel in self._adapters)

    async def _settle_apart(self, back: list[Parcel]) -> None:
        """Each in a transaction of its own; what cannot be settled is at least not sent again."""
        for parcel in back:
            for tries_left in reversed(range(SETTLE_TRIES)):
                try:
                    await self._inbox.run_job(partial(note_outcomes, parcels=[parcel]), wake=False)
                except Unavailable:
                    self._back.append(parcel)
                except Exception as error:  # noqa: BLE001 - as above
                    if is_conflict(error) and tries_left:
                        continue
                    log.error("settle_failed", outbox=parcel.id, error=type(error).__name__)  # noqa: TRY400
                    await self._set_aside(parcel)
                break

    async def _set_aside(self, parcel: Parcel) -> None:
        def work(task: Work) -> list[Reply]:
            if row := outbox.lock(task.session, [parcel.id]).get(parcel.id):
                row.error = "settle_failed"
                row.next_at = task.now + SET_ASIDE
                if parcel.outcome == "sent":
                    row.done_at, row.outcome = task.now, "sent"
            return []

        try:
            await self._inbox.run_job(work, wake=False)
        except Exception:  # noqa: BLE001 - the lane stays closed, and the next round tries again
            self._back.append(parcel)

    # Picking

    def _pick(self, task: Work, picked: list[Parcel]) -> None:
        """Put into ``picked`` what goes now. Each look at the outbox closes the lanes and chats that it found."""
        now = _time()
        # A lane that came back after this round began is not settled yet: not to be sent again.
        busy = {parcel.lane for parcel in (*self._out.values(), *self._back)}
        closed = self._rates.closed_chats(now)
        self._gathering.begin(task, now, busy=busy)
        for channel in self._adapters:
            while self._pick_some(task, channel, now, busy, closed, picked):
                pass

    def _pick_some(
        self,
        task: Work,
        channel: str,
        now: float,
        busy: set[Chat],
        closed: set[Chat],
        picked: list[Parcel],
    ) -> bool:
        """Pick what one look finds; whether another look may find more."""
        answers, pushes = self._rates.room(channel, now)
        if not answers:
            return False
        shut = lanes.Closed(
            lanes={lane for name, lane in busy if name == channel},
            chats={chat for name, chat in closed if name == channel},
            pushes={chat for name, chat in self._rates.closed_to_pushes(now) if name == channel},
        )
        wanted = lanes.Room(channel, answers, pushes)
        looks_again = False
        for row, push in lanes.next_in_lanes(task.session, wanted, task.now, shut):
            if self._is_out(row):
                busy.add((row.channel, row.lane))
                looks_again = True
                continue
            if not self._gathering.lets(task, row, now, busy=busy, closed=closed):
                looks_again = True
                continue
            parcel = self._ready(task, row)
            if parcel is None:
                looks_again = True
                continue
            if self._rates.room(channel, now)[push] <= 0:
                return False
            start = self._rates.take(parcel.chat, parcel.messages, now, push=push)
            if start is None:
                if self._rates.room(channel, now)[0] < parcel.messages:
                    return False  # or smaller ones would take its room for ever
                looks_again = True
                closed.add(parcel.chat)
                continue
            parcel.load, parcel.is_paced, parcel.start_at = parcel.messages, push, start
            busy.add(parcel.lane)
            picked.append(parcel)
        return looks_again

    def _is_out(self, row: OutboxMessage) -> bool:
        """Whether it is on its way, by whatever lane: a group that moves takes its lanes along."""
        return row.id in self._out or any(parcel.id == row.id for parcel in self._back)

    def _ready(self, task: Work, row: OutboxMessage) -> Parcel | None:
        """The row as it is sent; None where it is not due any more: it waits for its file."""
        try:
            parcel = prepare(task.session, row, self._limits, task.texts, task.now)
        except Exception as error:  # noqa: BLE001 - one row that cannot be read harms no other
            log.error("unsendable", outbox=row.id, error=type(error).__name__, exc_info=False)  # noqa: TRY400
            row.error, row.next_at = type(error).__name__, task.now + SET_ASIDE
            return None
        if parcel.is_needless:
            settle_needless(task, row)
            return None
        if parcel.waits_for_file:
            outbox.wait_for_file(row, task.now)
            return None
        return parcel

    # Sending

    def _start(self, parcel: Parcel) -> None:
        self._out[parcel.id] = parcel
        task = asyncio.create_task(self._send(parcel))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, parcel: Parcel) -> None:
        began = took = None
        try:
            await asyncio.sleep(parcel.start_at - _time())
            if self._rates.is_paused(parcel.chat, _time()):
                return  # it was asked to wait meanwhile: as if it had not been picked
            began = _time()
            await self._send_parts(parcel)
            parcel.outcome = "sent"
            took = _time() - began if parcel.load == 1 else None
        except NOT_SENT as error:
            parcel.fail(error)
            if isinstance(error, RetryLater) and (error.everywhere or error.seconds):
                seconds = error.seconds or LOOK_EVERY
                self._rates.pause(parcel.chat, seconds, _time(), everywhere=error.everywhere)
        except Exception as error:  # noqa: BLE001 - an adapter's bug: later, and logged
            parcel.outcome, parcel.error = "retry", type(error).__name__
            log.error("send_failed", outbox=parcel.id, error=parcel.error)  # noqa: TRY400
        finally:
            metrics.message_sent(parcel.reply.to.channel, parcel.outcome or "broken_off")
            self._rates.finish(parcel.chat, parcel.load, _time(), push=parcel.is_paced, took=took)
            del self._out[parcel.id]
            self._back.append(parcel)
            if parcel.is_paced:  # nobody waits for what comes of it: many are settled together
                asyncio.get_running_loop().call_later(SETTLE_PUSHES, self._wake.set)
            else:
                self._wake.set()

    async def _send_parts(self, parcel: Parcel) -> None:
        to, adapter = parcel.reply.to, self._adapters[parcel.reply.to.channel]
        if parcel.is_edit:
            try:
                await adapter.edit(to, parcel.card, parcel.parts[0])
            except CannotEdit:
                parcel.lost_card = True
            if parcel.reply.instead or not parcel.lost_card:
                return
        answers_to = parcel.card if parcel.reply.under_card else ""
        for number, part in enumerate(parcel.parts[parcel.parts_sent :], parcel.parts_sent):
            parcel.ids += await adapter.send(to, part, key=parcel.key(number), reply_to=answers_to)
            parcel.parts_sent += 1


async def _whole(work: Coroutine[Any, Any, float]) -> float:
    """Run to the end even where we are cancelled meanwhile: a transaction is not broken off."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _time() -> float:
    return asyncio.get_running_loop().time()
