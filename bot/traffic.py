"""How much a messenger takes just now: budgets that slide with time, and pauses it asked for."""

from collections import deque
from collections.abc import Mapping

from bot.adapters.base import Limits

Chat = tuple[str, str]  # channel, chat


class Budget:
    """At most so many messages in any stretch of so many seconds."""

    def __init__(self, most: float, seconds: float) -> None:
        self._most = max(1, int(most))
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def fits(self, messages: int, now: float) -> bool:
        """Whether that many go now; what is larger than all of it goes alone."""
        room = self.room(now)
        return messages <= room or room == self._most

    def take(self, messages: int, now: float) -> None:
        """Use that much of it."""
        self._taken.extend([now] * messages)

    def room(self, now: float) -> int:
        """How many more messages go now."""
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        return max(0, self._most - len(self._taken))

    def more_at(self) -> float:
        """When the oldest message leaves the stretch."""
        return self._taken[0] + self._seconds if self._taken else 0.0


class Traffic:
    """Which channels and chats are open. Times are those of the event loop's clock."""

    def __init__(self, limits: Mapping[str, Limits]) -> None:
        self._limits = limits
        self._channels = {
            name: Budget(limit.messages_per_second, 1) for name, limit in limits.items()
        }
        self._groups: dict[Chat, Budget] = {}
        self._paused: dict[Chat, float] = {}  # a whole channel under an empty chat

    def open_channels(self, now: float) -> list[str]:
        """The channels that take a message now."""
        return [
            name
            for name, budget in self._channels.items()
            if budget.room(now) and not self._is_paused((name, ""), now)
        ]

    def closed_chats(self, now: float) -> set[Chat]:
        """The chats that take none now though their channel does."""
        full = {chat for chat, budget in self._groups.items() if not budget.room(now)}
        return full | {chat for chat in self._paused if chat[1] and self._is_paused(chat, now)}

    def take(self, chat: Chat, messages: int, now: float) -> bool:
        """Use the budgets of channel and group; nothing where one of them is too small."""
        group = self._group(chat)
        budgets = [self._channels[chat[0]], *([group] if group else [])]
        if not all(budget.fits(messages, now) for budget in budgets):
            return False
        for budget in budgets:
            budget.take(messages, now)
        return True

    def group_room(self, chat: Chat, now: float) -> int | None:
        """How many more messages a group takes now; None where a chat has no limit of its own."""
        group = self._group(chat)
        return group.room(now) if group else None

    def pause(self, chat: Chat, seconds: float, now: float, *, everywhere: bool) -> None:
        """The messenger asked to wait: for the whole channel, or for a group whose limit it was."""
        if everywhere or self._group(chat):
            where = (chat[0], "" if everywhere else chat[1])
            self._paused[where] = max(self._paused.get(where, 0), now + seconds)

    def opens_in(self, now: float, at_most: float) -> float:
        """Seconds until something that is closed now opens."""
        moments = [
            budget.more_at()
            for budget in (*self._channels.values(), *self._groups.values())
            if not budget.room(now)
        ]
        moments += [until for until in self._paused.values() if until > now]
        return max(0.001, min([at_most, *(moment - now for moment in moments)]))

    def _is_paused(self, chat: Chat, now: float) -> bool:
        return self._paused.get(chat, 0) > now

    def _group(self, chat: Chat) -> Budget | None:
        """A group's own budget; where there is such a limit, groups have ids of their own form."""
        per_minute = self._limits[chat[0]].group_messages_per_minute
        if per_minute is None or not chat[1].startswith("-"):
            return None
        return self._groups.setdefault(chat, Budget(per_minute, 60))
