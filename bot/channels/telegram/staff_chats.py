"""Questions about a group in Telegram: how strangers can come in, and who is inside.

Bot API 10.1, read 2026-11. Telegram does not tell whether anybody passed an invitation link on.
"""

from collections.abc import Iterator
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot.channels.telegram.check import GetChat, GetChatMember
from bot.channels.telegram.errors import redacted
from bot.failures import Untold
from bot.protocol import Standing
from config.texts import Texts

CALL_SECONDS = 10
# What Telegram says of an account that is not among a group's members, or is none any more.
NO_MEMBER = ("user not found", "user_not_participant", "participant_id_invalid")


async def ways_in(bot: Bot, texts: Texts, chat: str) -> list[str]:
    """Return the ways in which strangers can come into the group, as texts. Raises Untold."""
    return list(_ways_in(await _told_of(bot, chat), texts))


async def has_topics(bot: Bot, chat: str) -> bool:
    """Whether the group has topics now. Raises Untold."""
    return bool((await _told_of(bot, chat)).get("is_forum"))


async def _told_of(bot: Bot, chat: str) -> dict[str, Any]:
    try:
        return await bot(GetChat(chat_id=int(chat)), request_timeout=CALL_SECONDS)
    except (AiogramError, OSError) as error:
        raise Untold(redacted(error, bot.token)) from None


def _ways_in(chat: dict[str, Any], texts: Texts) -> Iterator[str]:
    if chat.get("type") not in ("group", "supergroup"):
        yield texts("telegram-room-no-group")
        return
    names = list(chat.get("active_usernames") or ())
    if (name := chat.get("username")) and name not in names:
        names.append(name)
    if names:
        yield texts("telegram-room-public", names=", ".join(f"@{name}" for name in names))
    elif chat.get("location") or chat.get("join_by_request"):  # only public groups have these
        yield texts("telegram-room-found")
    if chat.get("linked_chat_id") or chat.get("is_direct_messages"):
        yield texts("telegram-room-of-channel")


async def standing(bot: Bot, chat: str, account: str) -> Standing:
    """The account's standing in the group. Raises Untold."""
    asked = GetChatMember(chat_id=int(chat), user_id=int(account))
    try:
        member = await bot(asked, request_timeout=CALL_SECONDS)
    except TelegramBadRequest as refusal:
        if any(words in refusal.message.lower() for words in NO_MEMBER):
            return Standing(inside=False)
        raise Untold(redacted(refusal, bot.token)) from None
    except (AiogramError, OSError) as error:
        raise Untold(redacted(error, bot.token)) from None
    status = member.get("status")
    if status == "restricted":
        return Standing(inside=bool(member.get("is_member")))
    return Standing(
        inside=status not in ("left", "kicked"), anonymous=bool(member.get("is_anonymous"))
    )
