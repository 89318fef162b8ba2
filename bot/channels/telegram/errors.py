"""Telegram's errors in the words of the delivery, and in words that may be logged."""

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

from bot.protocol import Moved, RetryLater, Undeliverable

# Descriptions of a 400 after which nothing gets into this chat (td/telegram and the server,
# collected 2026-11; compared in lower case).
_CHAT_IS_CLOSED = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "group chat was deactivated",
    "peer_id_invalid",
    "bot is not a member",
    "chat_write_forbidden",
    "have no rights to send a message",
    "need administrator rights",
)
TOKEN_REFUSED_PAUSE = 60.0


class RequestRefused(Exception):
    """Telegram does not take this request as it is: a bad file, markup or message id."""


@contextmanager
def translated(token: str) -> Iterator[None]:
    """Turn aiogram's errors into Undeliverable, RetryLater, Moved and RequestRefused.

    The original errors are dropped: their texts may hold the request's address, and the address
    holds the token. A 429 does not say whether the limit is the chat's or the bot's:
    ``bot.delivery.rates`` finds that out by the refusals in other chats.
    """
    try:
        yield
    except TelegramRetryAfter as error:
        raise RetryLater("Telegram asks to wait", error.retry_after) from None
    except TelegramMigrateToChat as error:
        raise Moved(str(error.migrate_to_chat_id)) from None
    except TelegramForbiddenError as error:
        raise Undeliverable(error.message) from None
    except (TelegramBadRequest, TelegramEntityTooLarge) as error:
        if any(words in error.message.lower() for words in _CHAT_IS_CLOSED):
            raise Undeliverable(error.message) from None
        raise RequestRefused(error.message) from None
    except (TelegramUnauthorizedError, TelegramNotFound):
        # 404 is what a token of a wrong shape gets. Ours to mend: nothing is given up meanwhile.
        raise RetryLater(
            "Telegram refuses the token", TOKEN_REFUSED_PAUSE, everywhere=True
        ) from None
    except (TelegramAPIError, ClientDecodeError, OSError) as error:
        raise RetryLater(redacted(error, token)) from None


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
