"""The rates of messengers: budgets over a sliding stretch of time, and pauses they asked for.

A message counts from its start until the budget's seconds after its answer: whenever in between
the messenger counted it, no stretch of its time has more than the budget. Pushes come
evenly and not in heaps, so that at full speed a place for an answer opens every few hundredths of a
second; answers in a dialogue go first.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from typing import Protocol

from bot.protocol import Limits, Rate
from bot.token_bucket import TokenBucket
from storage.messages import Address

AHEAD = 0.15  # seconds: what may go so soon is picked already, and waits for its moment
STEP = 0.1  # seconds: pushes are started in groups of what the channel takes in so long
CATCH_UP = 0.2  # seconds of pushes that may be made good at once
CHAT_BURST = 5  # pushes that a private chat takes at once
MANY = 100  # answers, to know how quick they can be
SAME_TROUBLE = 5.0  # seconds: chats refused within so long are refused for the whole channel


class Budget:
    """At most ``most`` messages in any stretch of ``seconds`` seconds."""

    def __init__(self, most: float, seconds: float) -> None:
        self.most = max(1, int(most))
        self.unanswered = 0  # started, not answered
        self._seconds = seconds
        self._counted: deque[float] = deque()
        self._known = 0  # answers whose time is known
        self._least = seconds  # the quickest of those, in seconds

    def fits(self, messages: int, now: float, ahead: float = 0.0) -> bool:
        """Whether ``messages`` may go now or within ``ahead`` seconds; more than all of it go alone."""
        room = self.room(now, ahead)
        return messages <= room or room == self.most

    def take(self, messages: int, now: float) -> float:
        """Count ``messages`` as started; return the time at which they may go."""
        self.unanswered += messages
        start = now
        while self._counted and self.most - self.unanswered - len(self._counted) < 0:
            start = max(start, self._counted.popleft() + self._seconds)
        return start

    def finish(self, messages: int, now: float, took: float | None = None) -> None:
        """Count ``messages`` as answered; ``took``: seconds from start to answer, if it was one alone.

        On its way there and back no message is quicker than half of the quickest of many: by that
        much an old one leaves the stretch before a new one arrives.
        """
        self.unanswered -= messages
        if took is not None:
            self._known += 1
            self._least = min(self._least, took)
        least = self._least / 2 if self._known >= MANY else 0.0
        self._counted.extend([now - least] * messages)

    def room(self, now: float, ahead: float = 0.0) -> int:
        """How many more messages go now or within ``ahead`` seconds."""
        while self._counted and self._counted[0] <= now - self._seconds:
            self._counted.popleft()
        soon = bisect_right(self._counted, now + ahead - self._seconds)
        return max(0, self.most - self.unanswered - len(self._counted) + soon)

    def more_at(self) -> float | None:
        """When the oldest message leaves the stretch; None: an answer is waited for."""
        return self._counted[0] + self._seconds if self._counted else None


class Pace:
    """A number of messages a second for long, and ``burst`` at once; they go in groups of ``step``."""

    def __init__(self, per_second: float, burst: float, step: float = 1.0) -> None:
        self._step = max(1.0, step)
        self._bucket = TokenBucket.full(max(burst, self._step), per_second, 0.0)

    def room(self, now: float) -> int:
        """Return how many messages may go at ``now``."""
        saved = self._bucket.level(now)
        return int(saved) if saved >= self._step else 0

    def take(self, messages: int, now: float) -> None:
        """Count ``messages`` as sent, even if there was less room."""
        self._bucket.take(messages, now)

    def opens_at(self) -> float:
        """Return the time at which the next may go."""
        return self._bucket.holds_at(self._step)

    def is_whole(self, now: float) -> bool:
        """Whether it is full again, so that it need not be remembered."""
        return self._bucket.level(now) >= self._bucket.most


class Limited(Protocol):
    """A channel with its limits: an adapter, as far as it is asked here."""

    rate: Rate

    def limits_of(self, chat: str) -> Limits:
        """The limits of that chat."""


def _in_a_second(rate: Rate) -> float:
    """The messages that may be counted in a second; who makes them wait there is trusted to."""
    return rate.messages_per_second * (2 if rate.is_paced_there else 1)


class Rates:
    """Channels and chats that take messages now. Times are those of the event loop's clock.

    The topics of a group have its limits together.
    """

    def __init__(self, channels: Mapping[str, Limited]) -> None:
        self._limited = channels
        self._channels = {name: Budget(_in_a_second(one.rate), 1) for name, one in channels.items()}
        self._pushes = {
            name: Pace(rate := one.rate.messages_per_second, rate * CATCH_UP, rate * STEP)
            for name, one in channels.items()
        }
        self._unanswered_pushes = dict.fromkeys(channels, 0)
        self._budgets: dict[Address, Budget] = {}  # of chats that have one of their own
        self._paces: dict[Address, Pace] = {}  # of pushes to a chat
        self._paused: dict[Address, float] = {}  # until when a chat waits
        self._paused_channels: dict[str, float] = {}  # until when a whole channel waits
        self._topics: dict[Address, set[Address]] = {}  # of groups, those that were asked about
        # The last refusal in a channel: when, whom.
        self._refused: dict[str, tuple[float, Address]] = {}

    def room(self, channel: str, now: float) -> tuple[int, int]:
        """How many messages of a channel go now: in all, and how many of those may be pushes."""
        if self._paused_channels.get(channel, 0) > now:
            return 0, 0
        budget, at_once = self._channels[channel], self._limited[channel].rate.at_once
        free = min(budget.room(now, AHEAD), at_once - budget.unanswered)
        # The rest of what may be on its way is for answers in a dialogue.
        pushes = at_once * 3 // 4 - self._unanswered_pushes[channel]
        return max(0, free), max(0, min(free, pushes, self._pushes[channel].room(now)))

    def closed_chats(self, now: float) -> set[Address]:
        """The chats that take none now though their channel does."""
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        full = {chat for chat, budget in self._budgets.items() if not budget.room(now)}
        closed = full | self._paused.keys()
        return closed.union(*(self._topics.get(chat, ()) for chat in closed))

    def closed_to_pushes(self, now: float) -> set[Address]:
        """The chats that have had their pushes."""
        self._paces = {chat: pace for chat, pace in self._paces.items() if not pace.is_whole(now)}
        return {chat for chat, pace in self._paces.items() if not pace.room(now)}

    def room_of(self, chat: Address, now: float) -> int | None:
        """How many more messages that chat takes now; None if it has no budget of its own."""
        own = self._own(self._group(chat))
        return own.room(now) if own else None

    def take(self, chat: Address, messages: int, now: float, *, push: bool) -> float | None:
        """Use the budgets for ``messages``; return the time at which they may go.

        None if a budget is too small.
        """
        chat = self._group(chat)
        channel, own = self._channels[chat.channel], self._own(chat)
        if not channel.fits(messages, now, AHEAD) or (own and not own.fits(messages, now)):
            return None
        if own:
            own.take(messages, now)
        if push:
            self._unanswered_pushes[chat.channel] += messages
            self._pushes[chat.channel].take(messages, now)
            per_second = self._limits(chat).pushes_per_second
            if per_second is not None:
                pace = self._paces.setdefault(chat, Pace(per_second, CHAT_BURST))
                pace.take(messages, now)
        return channel.take(messages, now)

    def finish(
        self, chat: Address, messages: int, now: float, *, push: bool, took: float | None = None
    ) -> None:
        """The messenger has answered them, one way or another; ``took`` as in Budget."""
        self._channels[chat.channel].finish(messages, now, took)
        if own := self._own(self._group(chat)):
            own.finish(messages, now)
        if push:
            self._unanswered_pushes[chat.channel] -= messages

    def give_back(self, chat: Address, messages: int, *, push: bool) -> None:
        """They were taken and did not start: the transaction that picked them failed."""
        self._channels[chat.channel].unanswered -= messages
        if own := self._own(self._group(chat)):
            own.unanswered -= messages
        if push:
            self._unanswered_pushes[chat.channel] -= messages

    def is_paused(self, chat: Address, now: float) -> bool:
        """Whether the messenger asked the chat or the whole channel to wait."""
        paused = self._paused.get(self._group(chat), 0)
        return max(paused, self._paused_channels.get(chat.channel, 0)) > now

    def pause(self, chat: Address, seconds: float, now: float, *, everywhere: bool) -> None:
        """The messenger asked to wait: the channel, or the chat.

        A messenger that limits the pushes to each chat does not say whose limit it was: the
        chat's, unless another such chat is refused at the same time.
        """
        chat = self._group(chat)
        if self._limits(chat).pushes_per_second is not None:
            at, whom = self._refused.get(chat.channel, (now - SAME_TROUBLE, chat))
            everywhere = everywhere or (whom != chat and now - at < SAME_TROUBLE)
            self._refused[chat.channel] = (now, chat)
        until = now + seconds
        if everywhere:
            before = self._paused_channels.get(chat.channel, 0)
            self._paused_channels[chat.channel] = max(before, until)
        else:
            self._paused[chat] = max(self._paused.get(chat, 0), until)

    def opens_in(self, now: float, at_most: float) -> float:
        """Seconds until something that is closed now opens, or is so near that it can be picked."""
        soon = [
            budget.more_at() for budget in self._channels.values() if not budget.room(now, AHEAD)
        ]
        moments = [moment - AHEAD / 2 for moment in soon if moment is not None]
        full = [budget.more_at() for budget in self._budgets.values() if not budget.room(now)]
        moments += [moment for moment in full if moment is not None]
        paces = (*self._pushes.values(), *self._paces.values())
        moments += [pace.opens_at() for pace in paces if not pace.room(now)]
        moments += (*self._paused.values(), *self._paused_channels.values())
        return max(0.001, min([at_most, *(moment - now for moment in moments if moment > now)]))

    def _group(self, chat: Address) -> Address:
        """The chat whose limits count."""
        if not chat.topic:
            return chat
        self._topics.setdefault(chat.group, set()).add(chat)
        return chat.group

    def _limits(self, chat: Address) -> Limits:
        return self._limited[chat.channel].limits_of(chat.chat)

    def _own(self, chat: Address) -> Budget | None:
        """The chat's own budget, if it has one besides the channel's."""
        per_minute = self._limits(chat).messages_per_minute
        if per_minute is None:
            return None
        return self._budgets.setdefault(chat, Budget(per_minute, 60))
