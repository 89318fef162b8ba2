"""Questions about a group in MAX: how strangers can come in, who is inside, what the bot may do.

Schema 0.0.33, read 2026-11. MAX does not tell whether anybody passed a private link on.
"""

from collections.abc import Collection
from typing import Any

from bot.channels.max.calls import MaxAway, MaxCalls, MaxError
from bot.failures import Untold
from bot.protocol import Standing
from config.texts import Texts

WRITES = "write"


async def ways_in(calls: MaxCalls, texts: Texts, chat: str) -> list[str]:
    """Return the ways in which strangers can come into the group, as texts. Raises Untold."""
    try:
        told = await calls("GET", f"/chats/{chat}")
        kind, is_public = told["type"], told["is_public"]
    except (MaxError, MaxAway, LookupError) as error:
        raise Untold(str(error)) from None
    if kind != "chat":
        return [texts("max-room-no-group")]
    return [texts("max-room-public")] if is_public else []


async def standing(calls: MaxCalls, chat: str, account: str) -> Standing:
    """The account's standing in the group. Raises Untold."""
    try:
        told = await calls("GET", f"/chats/{chat}/members", query={"user_ids": account})
        members = told["members"]
        return Standing(inside=any(str(one["user_id"]) == account for one in members))
    except (MaxError, MaxAway, LookupError, TypeError) as error:
        raise Untold(str(error)) from None


async def rights(calls: MaxCalls, chat: str) -> Collection[str]:
    """Return what the bot may do in a group: nothing unless it is an administrator.

    Raises MaxError, MaxAway.
    """
    me: dict[str, Any] = await calls("GET", f"/chats/{chat}/members/me")
    return set(me.get("permissions") or ()) if me.get("is_admin") else set()
