"""Ask VK again for messages of which an update brought only a part."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.channels.vk.calls import VkAway, VkError
from bot.channels.vk.fresh_links import PASSING, asked_again
from bot.channels.vk.reading.content import whole_number
from bot.channels.vk.reading.events import said, with_whole
from bot.growing_pause import GrowingPause
from storage.messages import Event

# Seconds: those who wrote after it wait that long at most. VK pushes again what is not answered
# soon, and the long poll gives nothing new before this is taken.
PATIENCE = 6.0

log = structlog.get_logger()


class CroppedMessages:
    """Asks for whole messages. ``pause`` is the first wait in seconds after a failure."""

    def __init__(self, calls: Callable[..., Awaitable[Any]], pause: float) -> None:
        self.patience = PATIENCE
        self._calls = calls
        self._pause = pause

    async def completed(
        self, update: Any, event: Event, read: Callable[[Any], Event | None]
    ) -> Event:
        """Return the event of the whole message; ``event``, the cropped one, if it does not come."""
        whole = await self.whole(said(update))
        try:
            return (whole and read(with_whole(update, whole))) or event
        except Exception as error:  # noqa: BLE001 - whatever is odd in it, what came first is taken
            log.warning("vk.whole_message_odd", id=event.id, error=type(error).__name__)
            return event

    async def whole(self, message: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the whole message; None if VK does not give it in time."""
        pause = GrowingPause(self._pause, PATIENCE)
        try:
            async with asyncio.timeout(self.patience):
                while True:
                    try:
                        return await self._asked(message)
                    except VkAway as error:
                        log.info("vk.message_cropped", error=str(error))
                    except VkError as error:
                        if error.code not in PASSING:
                            raise
                        log.info("vk.message_cropped", code=error.code)
                    await asyncio.sleep(pause.again())
        except (VkError, LookupError, TypeError, ValueError, TimeoutError) as error:
            code = error.code if isinstance(error, VkError) else 0
            log.warning("vk.message_stays_cropped", error=type(error).__name__, code=code)
            return None

    async def _asked(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask once."""
        peer, number = int(message["peer_id"]), whole_number(message.get("conversation_message_id"))
        if number:
            answer = await asked_again(self._calls, peer, number)
        else:  # an update in an old form
            answer = await self._calls("messages.getById", message_ids=int(message["id"]))
        found: Mapping[str, Any] = answer["items"][0]
        if int(found["peer_id"]) != peer or found["from_id"] != message["from_id"]:
            raise LookupError("another message")
        return found
