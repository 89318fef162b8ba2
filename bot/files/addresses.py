"""The bytes at an address that a messenger gave, piece by piece; each failure says what may be done."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import aiohttp
import structlog

from bot.failures import FileGone, RetryLater
from bot.files.public_addresses import NotPublic

PIECE = 64 * 1024  # bytes: no more of a file is in memory at once
GONE = (400, 403, 404, 410)  # an expired link, or a wrong one: asking again helps nobody

log = structlog.get_logger()


async def bytes_at(
    opening: AbstractAsyncContextManager[aiohttp.ClientResponse],
    channel: str,
    *,
    may_be_page: bool,
) -> AsyncIterator[bytes]:
    """Yield the bytes of the answer that ``opening`` brings, in pieces of ``PIECE``.

    An expired link may lead to a page that says so: unless it ``may_be_page``, that is no file.
    Raises FileGone, before any byte, and RetryLater.
    """
    try:
        async with opening as response:
            is_page = response.content_type == "text/html" and not may_be_page
            if response.status in GONE or (response.status == 200 and is_page):
                raise FileGone(f"{channel}: HTTP {response.status}")
            if response.status != 200:
                raise RetryLater(f"{channel}: HTTP {response.status}")
            async for piece in response.content.iter_chunked(PIECE):
                yield piece
    except (NotPublic, aiohttp.InvalidURL) as error:
        log.warning("address_refused", channel=channel, reason=type(error).__name__)
        raise FileGone(f"not an address of {channel}'s") from None
    except (aiohttp.ClientError, OSError) as error:  # a certificate that is wrong, too
        raise RetryLater(f"{channel}: {type(error).__name__}") from None
    except ValueError:  # not an address at all
        raise FileGone(f"not an address of {channel}'s") from None
