"""Choice of the messages that go in this round, as far as the messengers take them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.delivery.card_lists import CardLists, drop_needless
from bot.delivery.parcel import Lane, Parcel, prepare
from bot.delivery.rates import Limited, Rates
from handlers.appeals import delivery_news, standing
from handlers.turn import Work
from storage import outbox
from storage.messages import Address
from storage.outbox import lanes, recall
from storage.tables import OutboxMessage

SET_ASIDE = timedelta(minutes=10)  # a row that a bug of ours keeps from being sent

STALE = timedelta(minutes=1)  # what waited so long is asked about before it goes

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Picked:
    """A parcel with its place in the messenger's budget."""

    parcel: Parcel
    load: int  # messages that it takes of the budget
    start_at: float  # by the event loop's clock
    is_paced: bool  # it goes as a push, which nobody is waiting for


class Picking:
    """The choice of one round. ``picked`` has what was chosen, also if the round fails later."""

    def __init__(
        self,
        rates: Rates,
        card_lists: CardLists,
        channels: Mapping[str, Limited],
        under_way: Callable[[int], bool],
    ) -> None:
        """``under_way`` tells of a row whether it is being sent."""
        self.picked: list[Picked] = []
        self._rates = rates
        self._card_lists = card_lists
        self._channels = channels
        self._under_way = under_way
        self._busy: set[Lane] = set()
        self._closed: set[Address] = set()

    def pick(self, work: Work, now: float, busy: set[Lane]) -> None:
        """Choose what goes now; ``busy`` are the lanes that are being sent.

        Each look at the outbox closes the lanes and chats that it found.
        """
        self._busy = busy
        self._closed = self._rates.closed_chats(now)
        self._card_lists.begin(work, now, busy=self._busy)
        for channel in self._channels:
            while self._pick_some(work, channel, now):
                pass

    def _pick_some(self, work: Work, channel: str, now: float) -> bool:
        """Choose of what one look finds; return whether another look may find more."""
        answers, pushes = self._rates.room(channel, now)
        if not answers:
            return False
        closed = lanes.Closed(
            lanes={lane for name, lane in self._busy if name == channel},
            chats=_of(channel, self._closed),
            pushes=_of(channel, self._rates.closed_to_pushes(now)),
        )
        room = lanes.Room(channel, answers, pushes)
        looks_again = False
        for row, push in lanes.next_in_lanes(work.session, room, work.now, closed):
            if self._under_way(row.id):
                self._busy.add((row.channel, row.lane))
                looks_again = True
                continue
            if not self._card_lists.admit(work, row, now, busy=self._busy, closed=self._closed):
                looks_again = True
                continue
            if not recall.seize(work.session, row):
                self._busy.add((row.channel, row.lane))
                looks_again = True
                continue
            parcel = self._ready(work, row)
            if parcel is None:
                looks_again = True
                continue
            if self._rates.room(channel, now)[push] <= 0:
                return False
            chat = parcel.reply.to
            start = self._rates.take(chat, parcel.messages, now, push=push)
            if start is None:
                if self._rates.room(channel, now)[0] < parcel.messages:
                    return False  # or smaller ones would take its room for ever
                looks_again = True
                self._closed.add(chat)
                continue
            self._busy.add(parcel.lane)
            self.picked.append(Picked(parcel, parcel.messages, start, push))
        return looks_again

    def _ready(self, work: Work, row: OutboxMessage) -> Parcel | None:
        """Return the row as it is sent, or None if it is not due any more: it waits for its file."""
        try:
            limits = self._channels[row.channel].limits_of(row.chat)
            parcel = prepare(work.session, row, limits, work.texts, work.now)
        except Exception as error:  # noqa: BLE001 - one row that cannot be read harms no other
            log.error("unsendable", outbox=row.id, error=type(error).__name__, exc_info=False)  # noqa: TRY400
            row.error, row.next_at = type(error).__name__, work.now + SET_ASIDE
            outbox.set_apart(row)
            return None
        if parcel.reply.holds and _is_outdated(work, row, parcel):
            row.done_at, row.outcome = work.now, outbox.OUTDATED
            work.say(*delivery_news.dropped(work, row.address, row.appeal_id))
            return None
        if parcel.is_needless:
            drop_needless(work, row)
            return None
        if parcel.waits_for_file:
            outbox.wait_for_file(row, work.now, late=parcel.reply.late)
            return None
        return parcel


def _is_outdated(work: Work, row: OutboxMessage, parcel: Parcel) -> bool:
    """Whether it has waited and is not true any more. What goes at once is not asked about."""
    has_waited = row.attempts > 0 or work.now - row.created_at >= STALE or parcel.reply.after
    if not has_waited or row.parts_sent:
        return False
    return not standing.is_true(work, row.appeal_id, parcel.reply.holds)


def _of(channel: str, chats: Collection[Address]) -> set[str]:
    """Return the ids of those that are in the channel."""
    return {chat.chat for chat in chats if chat.channel == channel}
