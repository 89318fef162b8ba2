"""Ask VK which dialogues of the community wait for an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.channels.vk.calls import VkAway, VkError
from bot.channels.vk.reading.content import listed
from bot.channels.vk.reading.events import CHANNEL
from bot.protocol import OpenDialogue
from storage.messages import Address

PATIENCE = 20.0  # seconds
MOST = 200  # in one answer of VK

log = structlog.get_logger()


async def open_dialogues(
    calls: Callable[..., Awaitable[Any]],
    group_id: int,
    since: datetime | None,
    until: datetime | None = None,
) -> Sequence[OpenDialogue] | None:
    """Return people's dialogues whose last message, from after ``since``, nobody answered.

    ``until``: later ones are being answered.

    None: VK does not tell. dev.vk.com/method/messages.getConversations, read 2026-11.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await calls(
                "messages.getConversations", filter="unanswered", count=MOST, extended=1
            )
    except (VkError, VkAway, TimeoutError) as error:
        log.warning("vk.dialogues_untold", error=type(error).__name__)
        return None
    names = {one.get("id"): _name(one) for one in listed(answer, "profiles")}
    found = []
    for item in listed(answer, "items"):
        try:
            account = int(item["conversation"]["peer"]["id"])
            is_person = item["conversation"]["peer"]["type"] == "user"
            said = item["last_message"]["date"]
            is_meant = since is None or said > since.timestamp()
            is_meant = is_meant and (until is None or said <= until.timestamp())
        except (LookupError, TypeError, ValueError):
            continue  # a dialogue in a form that we do not know
        if is_person and is_meant:
            link = f"https://vk.com/gim{group_id}?sel={account}"
            name = names.get(account) or f"id{account}"
            found.append(OpenDialogue(Address(CHANNEL, str(account)), name, link))
    return found


def _name(profile: Mapping[str, Any]) -> str:
    return f"{profile.get('first_name', '')} {profile.get('last_name', '')}".strip()
