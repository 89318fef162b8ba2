"""The outbox on its way out: oldest unsent of each lane first, at the messenger's rate.

One loop owns the database side: a round is one transaction that settles what came back and picks
what goes next. Sending happens outside of any transaction, one message of a lane at a time, and
what is picked already has its place in the messenger's budget, so nothing waits while it is sent.
Answers in a dialogue are picked before pushes, and take along what waits before them in their lane.

A Delivery knows only the channels it is given: replicas that share them have one for each.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import structlog

from bot.delivery.card_lists import CardLists
from bot.delivery.health import Health
from bot.delivery.live_keyboards import LiveKeyboards, Standing
from bot.delivery.outcomes import note_outcomes
from bot.delivery.parcel import NOT_SENT, Outcome, Parcel
from bot.delivery.picking import SET_ASIDE, Picked, Picking
from bot.delivery.rates import Rates
from bot.failures import CannotEdit, RetryLater, Unavailable
from bot.protocol import Adapter
from bot.transactions import Transactions
from bot.watch import metrics
from handlers.turn import Work
from storage import outbox
from storage.database.errors import is_conflict
from storage.messages import Address

LOOK_EVERY = 1.0  # seconds: what became due without anybody waking us
SETTLE_TRIES = 5  # that meet another transaction
SPARE = 10  # messages a minute of a group that are left for what is new
BUG_TRIES = 10  # of one message, by an adapter that fails as it should not
SETTLE_PUSHES = 0.05  # seconds
STOP_SECONDS = 4.0  # for what is on its way when we stop

log = structlog.get_logger()


class Delivery:
    """Sends the outbox until cancelled."""

    def __init__(self, transactions: Transactions, adapters: Mapping[str, Adapter]) -> None:
        self._transactions = transactions
        self._adapters = adapters
        self._rates = Rates(adapters)
        self._card_lists = CardLists(adapters, self._rates)
        self._health = Health()
        self._keyboards = LiveKeyboards()
        self._wake = asyncio.Event()
        self._stopping = False
        self._out: dict[int, Parcel] = {}  # being sent, by row
        self._sending: set[asyncio.Task[None]] = set()
        self._back: list[Outcome] = []  # of parcels that were sent, or not; still to be kept

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; then wait for what is on its way and settle it."""
        self._stopping = False
        self._health.forget()  # another replica may have delivered meanwhile
        self._keyboards = LiveKeyboards()
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
        picking = Picking(self._rates, self._card_lists, self._adapters, self._is_under_way)

        def work(task: Work) -> None:
            note_outcomes(task, back, self._health)
            if not self._stopping:
                # A lane that came back after this round began is not settled yet: not to be sent.
                late = (one.parcel for one in self._back)
                busy = {parcel.lane for parcel in (*self._out.values(), *late)}
                picking.pick(task, _time(), busy)

        try:
            await self._settle(work)
        except Unavailable:
            self._give_back(picking.picked)
            self._back = back + self._back
            return LOOK_EVERY
        except Exception as error:  # noqa: BLE001 - a bug of ours about one row harms no other
            self._give_back(picking.picked)
            if is_conflict(error):  # two transactions met, as they may: nobody has to see to it
                log.info("delivery_round_met_another")
            else:
                log.error("delivery_round_failed", error=type(error).__name__, exc_info=False)  # noqa: TRY400
            await self._settle_apart(back)
            return LOOK_EVERY
        if not self._stopping:
            for one in picking.picked:
                self._start(one)
        return self._rates.opens_in(_time(), LOOK_EVERY)

    async def _settle(self, work: Callable[[Work], None]) -> None:
        """Do what notes outcomes; what it learned of the channels counts only if it is kept."""
        try:
            await self._transactions.run(work, wake=False)
        except BaseException:
            self._health.forget()
            raise

    def _give_back(self, picked: list[Picked]) -> None:
        """What was picked in vain leaves its place in the budgets: else they would fill up."""
        for one in picked:
            self._rates.give_back(one.parcel.reply.to, one.load, push=one.is_paced)

    def _is_under_way(self, row_id: int) -> bool:
        """Whether a row is being sent, by whatever lane: a group that moves takes its lanes along."""
        return row_id in self._out or any(one.parcel.id == row_id for one in self._back)

    def _takes_any(self) -> bool:
        """Whether a channel takes a message now."""
        return any(self._rates.room(channel, _time())[0] for channel in self._adapters)

    async def _settle_apart(self, back: list[Outcome]) -> None:
        """Each in a transaction of its own; what cannot be settled is at least not sent again."""
        for one in back:
            for tries_left in reversed(range(SETTLE_TRIES)):
                try:
                    note = partial(note_outcomes, outcomes=[one], health=self._health)
                    await self._settle(note)
                except Unavailable:
                    self._back.append(one)
                except Exception as error:  # noqa: BLE001 - as above
                    if is_conflict(error) and tries_left:
                        continue
                    log.error("settle_failed", outbox=one.parcel.id, error=type(error).__name__)  # noqa: TRY400
                    await self._set_aside(one)
                break

    async def _set_aside(self, one: Outcome) -> None:
        def work(task: Work) -> None:
            if row := outbox.lock(task.session, [one.parcel.id]).get(one.parcel.id):
                row.error = "settle_failed"
                row.next_at = task.now + SET_ASIDE
                if one.how == "sent":
                    row.done_at, row.outcome = task.now, "sent"

        try:
            await self._transactions.run(work, wake=False)
        except Exception:  # noqa: BLE001 - the lane stays closed, and the next round tries again
            self._back.append(one)

    # Sending

    def _start(self, picked: Picked) -> None:
        self._out[picked.parcel.id] = picked.parcel
        task = asyncio.create_task(self._send(picked))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, picked: Picked) -> None:
        parcel, outcome = picked.parcel, Outcome(picked.parcel, parts_sent=picked.parcel.parts_sent)
        began = took = None
        try:
            await asyncio.sleep(picked.start_at - _time())
            if self._rates.is_paused(parcel.reply.to, _time()):
                return  # it was asked to wait meanwhile: as if it had not been picked
            began = _time()
            await self._send_parts(parcel, outcome)
            outcome.how, outcome.at = "sent", self._transactions.services.clock()
            took = _time() - began if picked.load == 1 else None
        except NOT_SENT as error:
            outcome.fail(error)
            if isinstance(error, RetryLater) and (error.everywhere or error.seconds):
                seconds = error.seconds or LOOK_EVERY
                self._rates.pause(parcel.reply.to, seconds, _time(), everywhere=error.everywhere)
        except Exception as error:  # noqa: BLE001 - an adapter's bug: later, and logged
            outcome.how, outcome.error = "retry", type(error).__name__
            outcome.apart_after = BUG_TRIES
            log.error("send_failed", outbox=parcel.id, error=outcome.error)  # noqa: TRY400
        finally:
            metrics.message_sent(parcel.reply.to.channel, outcome.how or "broken_off")
            self._rates.finish(
                parcel.reply.to, picked.load, _time(), push=picked.is_paced, took=took
            )
            del self._out[parcel.id]
            self._back.append(outcome)
            if picked.is_paced and not parcel.reply.holds:
                # Nobody waits for what comes of it: many are settled together.
                asyncio.get_running_loop().call_later(SETTLE_PUSHES, self._wake.set)
            else:
                self._wake.set()

    async def _send_parts(self, parcel: Parcel, outcome: Outcome) -> None:
        to, adapter = parcel.reply.to, self._adapters[parcel.reply.to.channel]
        if parcel.is_edit and parcel.changed:
            try:
                await adapter.edit(to, parcel.stands, parcel.changed)
            except CannotEdit:
                outcome.lost_card = True
            if not outcome.lost_card or (parcel.reply.instead and not parcel.reply.otherwise):
                return
        if await self._take_place(parcel, outcome):
            return
        answers_to = parcel.stands if parcel.reply.under_card else ""
        ids: list[str] = []
        for number, part in enumerate(parcel.parts[parcel.parts_sent :], parcel.parts_sent):
            ids = await adapter.send(to, part, key=parcel.key(number), reply_to=answers_to)
            outcome.ids += ids
            outcome.with_text += ids[:1] if part.text else []
            outcome.parts_sent += 1
        if ids:
            self._stands(parcel, ids[0])

    async def _take_place(self, parcel: Parcel, outcome: Outcome) -> bool:
        """Edit what stands in the parcel's spot into it, if that may be; return whether it was done."""
        to, adapter = parcel.reply.to, self._adapters[parcel.reply.to.channel]
        limits = adapter.limits_of(to.chat)
        place = self._keyboards.place_of(parcel.reply, parcel.parts, limits)
        if not place or parcel.parts_sent:
            return False
        try:
            await adapter.edit(to, place, parcel.parts[0])
        except CannotEdit:
            return False
        outcome.became = place
        self._stands(parcel, place)
        return True

    def _stands(self, parcel: Parcel, message: str) -> None:
        """The parcel is that message now; what it overtook loses its buttons."""
        to, channel = parcel.reply.to, parcel.reply.to.channel
        for one in self._keyboards.note(parcel.reply, parcel.parts[-1], message):
            room = self._rates.room_of(to, _time())
            # While many wait, a message of theirs is worth more.
            is_spare = self._rates.room(channel, _time())[1] > 0 and (room is None or room > SPARE)
            if is_spare and self._rates.take(to, 1, _time(), push=False) is not None:
                task = asyncio.create_task(self._take_buttons(to, one))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    async def _take_buttons(self, to: Address, one: Standing) -> None:
        """Take the buttons away from a message; where that cannot be, they say what to do."""
        try:
            await self._adapters[to.channel].edit(to, one.message, one.without_buttons)
        except RetryLater as error:
            seconds = error.seconds or LOOK_EVERY
            self._rates.pause(to, seconds, _time(), everywhere=error.everywhere)
        except (CannotEdit, *NOT_SENT):
            pass
        except Exception as error:  # noqa: BLE001 - an adapter's bug about an old keyboard harms nobody
            log.error("keyboard_stays", channel=to.channel, error=type(error).__name__)  # noqa: TRY400
        finally:
            self._rates.finish(to, 1, _time(), push=False)


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
