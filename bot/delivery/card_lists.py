"""Choice between a card and a line in a list, for a staff group that takes few messages.

While little comes, each new card goes by itself, down to half of the group's budget: the other half
is for employees at work and for lists. If more cards wait than that, one list takes them all,
then another every few seconds, until a minute has passed without any. Danger to life and urgent
topics still get cards of their own as far as the budget goes, and stand first in a list.

The list takes the cards' place in the outbox in one transaction: whatever dies after it, an appeal
waits to be sent either by itself or in a list.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from bot.delivery.parcel import Lane
from bot.delivery.rates import Limited, Rates
from bot.protocol import Limits
from handlers.appeals.card_lists import card_list
from handlers.turn import Work
from storage import outbox
from storage.appeals import card_lists
from storage.messages import Address, Priority
from storage.outbox import posting
from storage.tables import OutboxMessage
from storage.town import municipalities

LOOK_EVERY = 1.0  # seconds between looks at what waits for the groups
PAUSE = 10.0  # seconds between lists: long enough for several lines, short enough for a fire
CALM = 60.0  # seconds without a list, then cards go by themselves again
OPENING = timedelta(seconds=2)
MOST_LINES = 20  # in one list: more nobody reads on a phone, and it fits one message


class CardLists:
    """Decides for each chat once a round. Times are those of the event loop's clock."""

    def __init__(self, channels: Mapping[str, Limited], rates: Rates) -> None:
        self._channels = channels
        self._rates = rates
        self._last: dict[Address, float] = {}  # when the newest list went
        self._looked = -LOOK_EVERY
        self._held: dict[Address, set[int]] = {}  # in this round: cards that wait for a list

    def begin(self, task: Work, now: float, *, busy: Collection[Lane]) -> None:
        """A round begins: lists are made before anybody takes the room that has opened."""
        self._held.clear()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        for chat in municipalities.staff_addresses(task.session):
            room = self._rates.room_of(chat, now) if chat.channel in self._channels else None
            if room:
                self._held[chat] = self._decide(task, chat, room, now, busy)

    def admit(
        self,
        task: Work,
        row: OutboxMessage,
        now: float,
        *,
        busy: Collection[Lane],
        closed: set[Address],
    ) -> bool:
        """Let the row go now by itself, or hold it back; return whether it goes.

        A row that is held back has become a line in a list, which waits in the outbox now, or has
        to wait itself: then its chat is added to ``closed``. ``busy`` are the lanes being sent.
        """
        chat = row.address
        if chat in closed:
            return False
        room = self._rates.room_of(chat, now)
        if room is None:
            return True
        if _is_card(row):
            if chat not in self._held:
                self._held[chat] = self._decide(task, chat, room, now, busy)
            if row.id in self._held[chat]:
                closed.add(chat)
                return False
            return row.done_at is None
        if row.priority < Priority.NEW and room <= self._left(chat, push=row.push):
            closed.add(chat)
            return False
        return True

    def _left(self, chat: Address, *, push: bool) -> int:
        """Of the budget, what other pushes leave to people at work, and these to lists and danger."""
        return self._most(chat) // 4 if push else self._most(chat) // 10

    def _decide(
        self, task: Work, chat: Address, room: int, now: float, busy: Collection[Lane]
    ) -> set[int]:
        """The cards that have to wait: lists are made of those that do not go by themselves."""
        cards = [
            row
            for row in outbox.waiting_cards(task.session, chat, task.now, Priority.NEW)
            if (row.channel, row.lane) not in busy
        ]
        alone = self._alone_of(cards, chat, room, now)
        rest = [row for row in cards if row.id not in alone]
        if not rest or now - self._last.get(chat, -PAUSE) < PAUSE:
            return {row.id for row in rest}
        self._last[chat] = now
        if len(rest) == 1:
            return set()
        most = min(MOST_LINES, self._limits(chat).inline.buttons)
        room -= len(alone)
        for _ in range(max(1, room - self._most(chat) // 4)):
            if rest:
                _gather(task, chat, rest[:most])
                del rest[:most]
        return {row.id for row in rest}

    def _alone_of(
        self, cards: list[OutboxMessage], chat: Address, room: int, now: float
    ) -> set[int]:
        half = self._most(chat) // 2
        calm = now - self._last.get(chat, -CALM) >= CALM
        fits = len(cards) <= room - half
        alone: set[int] = set()
        for row in cards:
            left = room - len(alone)
            if row.priority >= Priority.DANGER:
                goes = left > (0 if len(cards) <= room else 1)  # one message for the list
            elif row.priority >= Priority.URGENT:
                goes = left > half
            else:
                goes = calm and fits
            if goes:
                alone.add(row.id)
        return alone

    def _most(self, chat: Address) -> int:
        return int(self._limits(chat).messages_per_minute or 0)

    def _limits(self, chat: Address) -> Limits:
        return self._channels[chat.channel].limits_of(chat.chat)


def _is_card(row: OutboxMessage) -> bool:
    """Whether it is a card that has not been shown yet."""
    return row.priority >= Priority.NEW and row.coalesce.startswith("card:")


def _gather(task: Work, chat: Address, rows: list[OutboxMessage]) -> None:
    ids = [row.appeal_id for row in rows if row.appeal_id is not None]
    reply = card_list(task, chat, ids)
    outbox.listed_instead(task.session, chat, ids, task.now)
    card_lists.note(task.session, chat, ids, task.now)
    posting.put(task.session, [reply], task.now)


def drop_needless(task: Work, row: OutboxMessage) -> None:
    """Drop a change of a card that nobody has opened; if it is being opened now, send it after that."""
    if outbox.waits(task.session, row.address, f"open:{row.appeal_id}"):
        row.next_at = task.now + OPENING
    else:
        row.done_at, row.outcome = task.now, outbox.LISTED
