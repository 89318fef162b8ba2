"""The lines of ``python -m bot check`` about Telegram: token, webhook, rights in the staff chat."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteMessage, SendMessage, TelegramMethod

from bot.channels.telegram import topics
from bot.channels.telegram.errors import redacted
from bot.protocol import Finding
from config.texts import Texts
from storage.messages import Address

CALL_SECONDS = 15
_MEDIA_RIGHTS = ("can_send_photos", "can_send_videos", "can_send_documents")

# Each finding is filed under the variable that would mend it.
TOKEN, PUBLIC_URL, STAFF_CHAT = "MCU_TELEGRAM_TOKEN", "MCU_PUBLIC_URL", "MCU_STAFF_CHAT"


class GetChat(TelegramMethod[dict[str, Any]]):
    """A getChat request whose answer is not decoded.

    aiogram requires fields that an older Bot API server does not send.
    """

    __returning__ = dict[str, Any]
    __api_method__ = "getChat"

    chat_id: int


class GetChatAdministrators(TelegramMethod[list[dict[str, Any]]]):
    """A getChatAdministrators request whose answer is not decoded, for the same reason."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getChatAdministrators"

    chat_id: int


class GetChatMember(TelegramMethod[dict[str, Any]]):
    """A getChatMember request whose answer is not decoded, for the same reason."""

    __returning__ = dict[str, Any]
    __api_method__ = "getChatMember"

    chat_id: int
    user_id: int


async def check_telegram(
    bot: Bot, texts: Texts, *, webhook: str | None, staff_chat: Address | None
) -> list[Finding]:
    """Return the findings.

    ``webhook`` is the whole address that Telegram should have; None means polling. ``staff_chat``
    is None if the staff chat is not in Telegram.
    """
    findings = []
    try:
        me = await bot.get_me(request_timeout=CALL_SECONDS)
        name = me.username or me.full_name
        findings.append(Finding(TOKEN, True, texts("check-telegram-token-ok", name=name)))
        findings.append(await _webhook(bot, texts, webhook))
        if staff_chat is not None:
            reads_all = bool(me.can_read_all_group_messages)
            findings += await _staff_chat(bot, texts, staff_chat, me.id, reads_all=reads_all)
    except (TelegramUnauthorizedError, TelegramNotFound):
        findings.append(Finding(TOKEN, False, texts("check-telegram-token-refused")))
    except (AiogramError, OSError) as error:
        reason = redacted(error, bot.token)
        findings.append(Finding(TOKEN, False, texts("check-telegram-away", reason=reason)))
    return findings


async def _webhook(bot: Bot, texts: Texts, wanted: str | None) -> Finding:
    info = await bot.get_webhook_info(request_timeout=CALL_SECONDS)
    if wanted is None:
        if info.url:
            host = urlsplit(info.url).netloc
            text = texts("check-telegram-polling-webhook-set", host=host)
            return Finding(TOKEN, True, text)
        return Finding(TOKEN, True, texts("check-telegram-polling-ok"))
    if info.url != wanted:
        return Finding(PUBLIC_URL, True, texts("check-telegram-webhook-not-set", url=wanted))
    # Telegram keeps the last error for days: it is of now only while updates wait.
    if info.last_error_message and info.pending_update_count:
        text = texts(
            "check-telegram-webhook-failing",
            url=wanted,
            waiting=info.pending_update_count,
            reason=info.last_error_message,
        )
        return Finding(PUBLIC_URL, False, text)
    return Finding(PUBLIC_URL, True, texts("check-telegram-webhook-ok", url=wanted))


async def _staff_chat(
    bot: Bot, texts: Texts, address: Address, me: int, *, reads_all: bool
) -> list[Finding]:
    chat_id = topics.group_of(address)
    try:
        chat = await bot(GetChat(chat_id=chat_id), request_timeout=CALL_SECONDS)
        if chat["type"] not in ("group", "supergroup"):
            text = texts("check-telegram-chat-not-group", chat=str(chat_id))
            return [Finding(STAFF_CHAT, False, text)]
        member = await bot(GetChatMember(chat_id=chat_id, user_id=me), request_timeout=CALL_SECONDS)
    except TelegramMigrateToChat as error:
        text = texts("check-telegram-chat-moved", chat=str(error.migrate_to_chat_id))
        return [Finding(STAFF_CHAT, False, text)]
    except TelegramForbiddenError:
        member = {"status": "left"}
        chat = {"title": str(chat_id)}
    except TelegramBadRequest:
        text = texts("check-telegram-chat-not-found", chat=str(chat_id))
        return [Finding(STAFF_CHAT, False, text)]
    findings = [_may_write(texts, chat, member)]
    if findings[0].ok:
        findings.append(_may_read(texts, member, reads_all=reads_all))
        findings += await _topic(bot, texts, chat, address)
        findings += await _anonymous(bot, texts, chat_id)
    return findings


async def _topic(bot: Bot, texts: Texts, chat: dict[str, Any], address: Address) -> list[Finding]:
    """A finding if the topic of the staff chat is not there, or takes nothing.

    A message is sent to it without a sound and taken away again: "typing" is taken for a deleted
    topic, too (github.com/tdlib/telegram-bot-api/issues/732, open, read 2026-11).
    """
    topic = topics.topic_of(address)
    if topic is None:
        return []
    about = {"title": chat.get("title", ""), "topic": str(topic), "chat": str(address.group)}
    if not chat.get("is_forum"):
        return [Finding(STAFF_CHAT, False, texts("check-telegram-no-topics", **about))]
    trial = SendMessage(
        chat_id=topics.group_of(address),
        message_thread_id=topic,
        text=texts("check-telegram-topic-message"),
        disable_notification=True,
    )
    try:
        sent = await bot(trial, request_timeout=CALL_SECONDS)
    except TelegramBadRequest as refusal:
        reason = redacted(refusal, bot.token)
        text = texts("check-telegram-topic-closed", reason=reason, **about)
        return [Finding(STAFF_CHAT, False, text)]
    with suppress(AiogramError, OSError):  # it stays, and says itself that it needs no answer
        taken_away = DeleteMessage(chat_id=topics.group_of(address), message_id=sent.message_id)
        await bot(taken_away, request_timeout=CALL_SECONDS)
    return [Finding(STAFF_CHAT, True, texts("check-telegram-topic-ok", **about))]


async def _anonymous(bot: Bot, texts: Texts, chat_id: int) -> list[Finding]:
    """A finding if administrators write in the group's name: it is not seen then who of them."""
    try:
        there = await bot(GetChatAdministrators(chat_id=chat_id), request_timeout=CALL_SECONDS)
    except TelegramBadRequest:
        return []  # it does not show them to us
    names = [
        one["user"].get("first_name", "")
        for one in there
        if one.get("is_anonymous") and not one["user"].get("is_bot")
    ]
    if not names:
        return []
    text = texts("check-telegram-anonymous", names=", ".join(names))
    return [Finding(STAFF_CHAT, True, text)]


def _may_write(texts: Texts, chat: dict[str, Any], member: dict[str, Any]) -> Finding:
    title = chat.get("title", "")
    status = member["status"]
    if status in ("left", "kicked"):
        return Finding(STAFF_CHAT, False, texts("check-telegram-chat-not-member", title=title))
    if status not in ("administrator", "creator"):
        rights = member if status == "restricted" else chat.get("permissions", {})
        if not rights.get("can_send_messages", True):
            text = texts("check-telegram-chat-cannot-write", title=title)
            return Finding(STAFF_CHAT, False, text)
        if not all(rights.get(right, True) for right in _MEDIA_RIGHTS):
            text = texts("check-telegram-chat-cannot-send-media", title=title)
            return Finding(STAFF_CHAT, False, text)
    return Finding(STAFF_CHAT, True, texts("check-telegram-chat-ok", title=title))


def _may_read(texts: Texts, member: dict[str, Any], *, reads_all: bool) -> Finding:
    if reads_all or member["status"] in ("administrator", "creator"):
        return Finding(STAFF_CHAT, True, texts("check-telegram-reads-ok"))
    return Finding(STAFF_CHAT, False, texts("check-telegram-reads-replies-only"))
