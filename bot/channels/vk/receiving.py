"""VK's long poll: asks for updates, and moves the kept ``ts`` only after they were taken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import aiohttp
import structlog

from bot.channels.vk.calls import VkAway, VkCalls, VkError
from bot.channels.vk.dialogues import open_dialogues
from bot.channels.vk.reading.events import CHANNEL, is_our_own
from bot.failures import Unavailable
from bot.growing_pause import GrowingPause
from bot.protocol import EventSink
from bot.watch import metrics

WAIT = 25  # seconds that VK holds a request when nothing comes
LONGEST_PAUSE = 30.0
# Answers in a row that tell only what we have sent ourselves: their ts is not kept at once.
MOST_UNKEPT = 50

log = structlog.get_logger()


class PollFailed(Exception):
    """The long poll wants a new key."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to ask, and from which event on."""

    server: str
    key: str
    ts: str


class LongPoll:
    """Asks for updates in a loop.

    ``pause`` is the first wait in seconds after a failure; the next ones grow.
    """

    def __init__(
        self,
        calls: VkCalls,
        http: Callable[[], aiohttp.ClientSession],
        group_id: int,
        pause: float,
    ) -> None:
        self._calls = calls
        self._http = http
        self._group_id = group_id
        self._pause = pause
        self._unkept = 0

    async def run(self, inbox: EventSink, take: Callable[[Sequence[Any]], Awaitable[None]]) -> None:
        """Give updates to ``take`` for ever; those that it did not take come again."""
        pause = GrowingPause(self._pause, LONGEST_PAUSE)
        place: _Place | None = None
        while True:
            try:
                place = await self._ask(place or await self._connect(inbox), inbox, take)
                pause.reset()
            except Exception as error:  # noqa: BLE001 - nothing was acknowledged: try again
                place = None
                _log_failure(error)
                await asyncio.sleep(pause.again())

    async def begin(self, inbox: EventSink) -> None:
        """Keep the first ``ts`` of an installation: VK gives no updates from before it.

        Raises VkError, VkAway, Unavailable.
        """
        if await inbox.cursor(CHANNEL) is None:
            await self._connect(inbox)

    async def _connect(self, inbox: EventSink) -> _Place:
        """A new server and key, and the kept ``ts``: what came while we were away is read."""
        fresh = await self._server()
        ts = await inbox.cursor(CHANNEL)
        if ts is None:
            ts = fresh.ts
            await inbox.move_cursor(CHANNEL, ts)
        return replace(fresh, ts=ts)

    async def _server(self) -> _Place:
        answer = await self._calls("groups.getLongPollServer", group_id=self._group_id)
        return _Place(str(answer["server"]), str(answer["key"]), str(answer["ts"]))

    async def _ask(
        self, place: _Place, inbox: EventSink, take: Callable[[Sequence[Any]], Awaitable[None]]
    ) -> _Place:
        """Ask once; return the place to ask next.

        ``failed``: dev.vk.com/api/bots-long-poll/getting-started.
        """
        question = {"act": "a_check", "key": place.key, "ts": place.ts, "wait": str(WAIT)}
        timeout = aiohttp.ClientTimeout(total=WAIT + 15)
        async with self._http().get(place.server, params=question, timeout=timeout) as response:
            response.raise_for_status()
            answer = await response.json(content_type=None)
        metrics.reached(CHANNEL)
        match answer.get("failed"):
            case None:
                following = replace(place, ts=str(answer["ts"]))
                if self._may_come_again(answer["updates"]):
                    return following
                await take(answer["updates"])
            case 1:  # its history begins after our ts
                await self._tell_gap(place, inbox)
                following = replace(place, ts=str(answer["ts"]))
            case 3:  # its history is gone
                await self._tell_gap(place, inbox)
                following = await self._server()
            case failed:  # 2, the key is old: a new one, the same ts
                raise PollFailed(f"the long poll failed: {failed}")
        if following.ts != place.ts or self._unkept:
            await inbox.move_cursor(CHANNEL, following.ts)
            self._unkept = 0
        return following

    def _may_come_again(self, updates: Sequence[Any]) -> bool:
        """Whether it is no loss to read these once more: each message of ours comes back as one.

        So what we send costs no transaction of its own.
        """
        if not (updates and all(map(is_our_own, updates))) or self._unkept >= MOST_UNKEPT:
            return False
        self._unkept += 1
        return True

    async def _tell_gap(self, place: _Place, inbox: EventSink) -> None:
        log.warning("vk.history_lost")
        unanswered = partial(open_dialogues, self._calls, self._group_id)
        await inbox.tell_gap(CHANNEL, f"gap:{place.ts}", unanswered)


def _log_failure(error: Exception) -> None:
    if isinstance(error, VkError) and error.is_token_refused:
        log.error("vk.token_refused", code=error.code, hint="VK does not accept MCU_VK_TOKEN")
    elif isinstance(error, VkError | VkAway | PollFailed | Unavailable):
        log.warning("vk.not_receiving", error=type(error).__name__, text=str(error))
    else:  # only the kind: texts of network errors hold the address with the long poll's key
        log.warning("vk.not_receiving", error=type(error).__name__)
