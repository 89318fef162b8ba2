"""Questions about a VK conversation: how strangers can come in, and who is inside.

API 5.199, read 2026-11. VK tells a community of an invitation link only by making one
(``messages.getInviteLink``). It tells nobody the places in which a link was shown.
"""

from collections.abc import Iterator
from typing import Any

from bot.channels.vk.calls import VkAway, VkCalls, VkError
from bot.channels.vk.reading.events import CHATS_FROM
from bot.failures import Untold
from config.texts import Texts

MEMBERS = 200  # in one answer


async def ways_in(calls: VkCalls, texts: Texts, chat: str) -> list[str]:
    """Return the ways in which strangers can come in, as texts. Raises Untold."""
    if int(chat) < CHATS_FROM:
        return [texts("vk-room-no-conversation")]
    try:
        answer = await calls("messages.getConversationsById", peer_ids=chat)
        settings = answer["items"][0]["chat_settings"]
        return list(_ways_in(settings, texts))
    except (VkError, VkAway, LookupError, TypeError) as error:
        raise Untold(type(error).__name__) from None


def _ways_in(settings: dict[str, Any], texts: Texts) -> Iterator[str]:
    if settings.get("is_group_channel"):
        yield texts("vk-room-channel")
    elif int(settings.get("owner_id", 0)) < 0:  # a community shows its own on its page
        yield texts("vk-room-of-community")


async def is_inside(calls: VkCalls, chat: str, account: str) -> bool:
    """Whether the account is in the conversation. Raises Untold."""
    seen = 0
    try:
        while True:
            answer = await calls(
                "messages.getConversationMembers", peer_id=chat, offset=seen, count=MEMBERS
            )
            items = answer["items"]
            if any(str(item["member_id"]) == account for item in items):
                return True
            seen += len(items)
            if not items or seen >= int(answer["count"]):
                return False
    except (VkError, VkAway, LookupError, TypeError) as error:
        raise Untold(type(error).__name__) from None
