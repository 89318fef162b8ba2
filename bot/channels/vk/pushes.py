"""Look whether VK pushes events to us, and tell a time in which it did not.

VK says of its retries only that after several errors in a row it stops pushing for a while
(vk.com/dev/callback_api, read 2026-11), not how long it keeps an event. So what is told is not the
absence, but the dialogues of that time that still have no answer after VK had its time to try again.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.channels.vk.calls import VkAway, VkCalls, VkError
from bot.channels.vk.check import PATH
from bot.channels.vk.dialogues import open_dialogues
from bot.channels.vk.reading.events import CHANNEL
from bot.failures import Unavailable
from bot.protocol import EventSink, GapCause, OpenDialogue
from bot.watch import metrics

LOOK_EVERY = 600.0  # seconds
SHORT = timedelta(hours=1)  # an absence that VK's own retries outlast
CURSOR = "vk-push"  # not the channel's, which is the long poll's ``ts``

log = structlog.get_logger()


class PushWatch:
    """Looks at our server in the Callback API again and again.

    ``every``: seconds between two looks, and those that VK has for its retries after an absence.
    """

    def __init__(self, calls: VkCalls, group_id: int, every: float = LOOK_EVERY) -> None:
        self._calls = calls
        self._group_id = group_id
        self._every = every
        self._was_off = False

    async def run(self, inbox: EventSink) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self._look(inbox, datetime.now(UTC))
            except (VkError, VkAway, Unavailable, LookupError, TypeError) as error:
                log.warning("vk.pushes_unknown", error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def _look(self, inbox: EventSink, now: datetime) -> None:
        answer = await self._calls("groups.getCallbackServers", group_id=self._group_id)
        metrics.reached(CHANNEL)
        states = [one["status"] for one in answer["items"] if str(one["url"]).endswith(PATH)]
        before = _moment(await inbox.cursor(CURSOR), self._group_id)
        if "ok" not in states:
            log.warning("vk.callback_off", state=next(iter(states), "missing"))
            if before and self._was_off:  # at two looks: nobody is just changing it
                await self._tell(inbox, before, now, "off")
            self._was_off = True
            return
        self._was_off = False
        if before and now - before > SHORT:
            await asyncio.sleep(self._every)
            await self._tell(inbox, before, now)
        await inbox.move_cursor(CURSOR, f"{self._group_id} {now.isoformat()}")

    async def _tell(
        self, inbox: EventSink, since: datetime, until: datetime, cause: GapCause = ""
    ) -> None:
        """Tell it, if anybody was not answered in that time or VK does not say."""
        found = await open_dialogues(self._calls, self._group_id, since, until)
        if found == [] and not cause:
            return  # nothing was lost: VK brought it later
        mark, known = f"{cause or 'gap'}:{since.isoformat()}", partial(_known, found)
        await inbox.tell_gap(CHANNEL, mark, known, since=since, cause=cause)


async def _known(
    found: Sequence[OpenDialogue] | None, since: datetime | None
) -> Sequence[OpenDialogue] | None:
    return found


def _moment(kept: str | None, group_id: int) -> datetime | None:
    """The last contact of this community; None if there is none."""
    group, _, at = (kept or "").partition(" ")
    try:
        return datetime.fromisoformat(at).astimezone(UTC) if group == str(group_id) else None
    except ValueError:
        return None
