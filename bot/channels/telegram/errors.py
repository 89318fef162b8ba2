"""Telegram's errors in the words of the delivery, and in words that may be logged."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from pydantic import ValidationError

from bot.channels.telegram.topics import NO_TOPIC
from bot.failures import Blocked, Moved, RetryLater, Undeliverable

# Descriptions of a 400 or 403, compared in lower case: td/telegram, the Bot API server and reports
# of other bots' users, collected 2026-11.
# The person closed the chat, or is no more.
_PERSON_IS_GONE = (
    "bot was blocked by the user",
    "user_is_blocked",
    "user is deactivated",
    "input_user_deactivated",
    "user is deleted",
)
# Nothing gets into this chat, or into this topic of it; of a private chat, nobody says why.
_CHAT_IS_CLOSED = (
    "chat not found",
    "user not found",
    "group chat was deactivated",
    "group chat was deleted",
    "group is deactivated",
    "chat was upgraded",
    "peer_id_invalid",
    "chat_id_invalid",
    "chat_invalid",
    "channel_invalid",
    "channel_private",
    "channel_public_group_na",
    "bot was kicked",
    "bot is not a member",
    "user_not_participant",
    "user_banned_in_channel",
    "user_restricted",
    "chat_restricted",
    "chat_write_forbidden",
    "chat_guest_send_forbidden",
    "chat_send_plain_forbidden",
    "chat_admin_required",
    "chat_admin_invite_required",
    "chat_forbidden",
    "not enough rights to send text",
    "not enough rights to send messages",
    "not enough rights to post",
    "have no rights to send",
    "have no write access",
    "need administrator rights",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
    "topic closed",
    "topic was closed",
    "topic was deleted",
    "message thread is closed",
    *NO_TOPIC,
    "allow_payment_required",
    "privacy_premium_required",
    "user_privacy_restricted",
)
# Files of a kind are not let into this chat, words are: "CHAT_SEND_PHOTOS_FORBIDDEN" with a 403,
# "not enough rights to send photos to the chat" with a 400.
_FILES_ARE_FORBIDDEN = re.compile(
    r"chat_send_(?!plain_)[a-z]{1,20}_forbidden|not enough rights to send (?!text|messages)\w",
)
TOKEN_REFUSED_PAUSE = 60.0


class RequestRefused(Exception):
    """Telegram does not take this request as it is: a bad file, markup or message id."""


@contextmanager
def translated(token: str) -> Iterator[None]:
    """Turn aiogram's errors into Undeliverable, Blocked, RetryLater, Moved and RequestRefused.

    The original errors are dropped: their texts may hold the request's address, and the address
    holds the token. A 429 does not say whether the limit is the chat's or the bot's:
    ``bot.delivery.rates`` finds that out by the refusals in other chats.
    """
    try:
        yield
    except TelegramRetryAfter as error:
        raise RetryLater("Telegram asks to wait", error.retry_after, cause="limit") from None
    except TelegramMigrateToChat as error:
        raise Moved(str(error.migrate_to_chat_id)) from None
    except (TelegramForbiddenError, TelegramBadRequest, TelegramEntityTooLarge) as error:
        forbidden = isinstance(error, TelegramForbiddenError)
        raise _refusal(error.message, forbidden=forbidden) from None
    except (TelegramUnauthorizedError, TelegramNotFound):
        # 404 is what a token of a wrong shape gets. Ours to mend: nothing is given up meanwhile.
        raise RetryLater(
            "Telegram refuses the token", TOKEN_REFUSED_PAUSE, everywhere=True, cause="token"
        ) from None
    except (TelegramAPIError, ClientDecodeError, OSError) as error:
        raise RetryLater(redacted(error, token)) from None


def _refusal(told: str, *, forbidden: bool) -> Exception:
    """Return what a 400 or 403 means.

    An unknown 403 is of the chat, an unknown 400 of the request; neither says that a person left.
    """
    words = told.lower()
    if any(known in words for known in _PERSON_IS_GONE):
        return Blocked(told)
    if _FILES_ARE_FORBIDDEN.search(words):
        return RequestRefused(told)
    if forbidden or any(known in words for known in _CHAT_IS_CLOSED):
        return Undeliverable(told)
    return RequestRefused(told)


def redacted(error: Exception, token: str) -> str:
    """Return the error in words that may be logged: without the token or a message's text."""
    if isinstance(error, ClientDecodeError):
        return error.message  # its str() holds the whole answer
    return f"{type(error).__name__}: {error}".replace(token, "<token>")


def wait_asked_by(error: Exception) -> float | None:
    """Return the seconds that Telegram asks to wait; None if it does not ask.

    A refused token waits for ``TOKEN_REFUSED_PAUSE``.
    """
    if isinstance(error, TelegramRetryAfter):
        return error.retry_after
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound):
        return TOKEN_REFUSED_PAUSE
    return None


def named(error: Exception) -> str:
    """Return the place and kind of a decoding error, without the values: people wrote them."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        return f"{where}: {first['type']}"  # the message may quote the value all the same
    return type(error).__name__
