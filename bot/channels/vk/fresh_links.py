"""Ask VK for a message again when a link to a file of it has expired."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.channels.vk.calls import VkError
from bot.channels.vk.reading.content import ODD, Content

PASSING = {1, 6, 9, 10}  # unknown, too many a second, flood, internal: dev.vk.com/reference/errors

log = structlog.get_logger()


async def asked_again(calls: Callable[..., Awaitable[Any]], peer: int, number: int) -> Any:
    """Return VK's answer with the message of that number in a chat. Raises VkAway, VkError.

    dev.vk.com/method/messages.getByConversationMessageId, read 2026-11.
    """
    return await calls(
        "messages.getByConversationMessageId", peer_id=peer, conversation_message_ids=number
    )


class FreshLinks:
    """Finds the links of files by the messages that the files came in."""

    def __init__(self, calls: Callable[..., Awaitable[Any]], group_id: int) -> None:
        self._calls = calls
        self._group_id = group_id

    async def link(self, ref: Mapping[str, Any]) -> str:
        """Return a link for the file of ``ref``, empty if VK has none. Raises VkAway, VkError."""
        if not ref.get("m"):
            return ""  # it came before links could be renewed
        peer, number = ref["m"]
        try:
            answer = await asked_again(self._calls, peer, number)
        except VkError as error:
            if error.code in PASSING:
                raise
            log.info("vk.link_not_renewed", code=error.code)
            return ""
        try:
            content = Content(self._group_id)
            content.take(answer["items"][0], "")
            found = (json.loads(file.ref) for file in content.files)
            return next(str(one["u"]) for one in found if _is_same(one, ref))
        except (*ODD, StopIteration) as error:
            log.info("vk.link_not_renewed", error=type(error).__name__)
            return ""


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two refs are of one file: its key may change, the rest of its name does not."""
    names = [str(ref["a"]).split("_")[:2] for ref in (one, other)]
    return "u" in one and names[0] == names[1]
