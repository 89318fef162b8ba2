"""The health of channels and staff chats, by what comes of sending: what lasts is told to the staff."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.delivery.parcel import Outcome
from handlers.appeals import trouble_news
from handlers.turn import Work
from storage.messages import Address
from storage.outbox import troubles
from storage.town import municipalities

TELL_AFTER = timedelta(minutes=15)  # without anything that gets through


class Health:
    """The health of the channels of one Delivery. After a restart the table says what was told.

    A channel has the address ``Address(channel, "")``.
    """

    def __init__(self) -> None:
        self._answered: Counter[str] = Counter()  # messages that a channel took or refused
        # Of a message that fails: failures since each of which others got through, and the channel's
        # count at the last one.
        self._alone: dict[int, tuple[int, int]] = {}
        self._failing: dict[Address, tuple[datetime, str]] = {}  # since when, and the cause
        self._told: set[Address] | None = None  # None: to be read from the table

    def forget(self) -> None:
        """Ask the table again: the transaction that told it was not committed."""
        self._told = None

    def failures_alone(self, message_id: int) -> int:
        """Return how many times in a row a message has failed while others got through.

        What fails while nothing gets through says nothing of the message: put apart, it would be
        overtaken by what was said after it.
        """
        return self._alone.get(message_id, (0, 0))[0]

    def note(self, work: Work, outcomes: Sequence[Outcome]) -> None:
        """Learn from these outcomes; tell the staff what has lasted, and what is over."""
        if self._told is None:
            self._told = {Address(one.channel, one.chat) for one in troubles.present(work.session)}
        over: set[Address] = set()
        for one in outcomes:
            over |= self._hear(work, one)
        for where in over & self._told:
            if trouble := troubles.find(work.session, where):
                work.say(*trouble_news.end(work, trouble))
            self._told.discard(where)
        for where, (since, cause) in self._failing.items():
            if work.now - since >= TELL_AFTER and where not in self._told:
                work.say(*trouble_news.begin(work, where, cause, since))
                self._told.add(where)

    def _hear(self, work: Work, one: Outcome) -> set[Address]:
        """Learn from one outcome; return what takes messages by it."""
        chat = one.parcel.reply.to
        channel = Address(chat.channel, troubles.WHOLE)
        if not one.how:
            return set()
        if one.how == "retry":
            if one.parcel.is_apart:  # its own fault: others get through
                return set()
            answered = self._answered[chat.channel]
            failures, before = self._alone.get(one.parcel.id, (0, answered))
            self._alone[one.parcel.id] = failures + (answered > before), answered
            since, _ = self._failing.get(channel, (work.now, ""))
            self._failing[channel] = since, one.cause or "away"
            return set()
        self._answered[chat.channel] += 1
        self._alone.pop(one.parcel.id, None)
        works = {channel}
        if one.how == "sent":
            works.add(chat)
        elif one.how in {"closed", "blocked"} and _is_staff(work, chat):
            self._failing.setdefault(chat, (work.now, "closed"))
        for where in works & self._failing.keys():
            del self._failing[where]
        return works


def _is_staff(work: Work, chat: Address) -> bool:
    """Whether it is a staff chat itself: what another topic of its group takes troubles nobody."""
    return municipalities.staff_chat_at(work.session, chat) is not None
