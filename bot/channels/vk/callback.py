"""VK's Callback API: a push is recognised by the secret in its body."""

import hmac
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Any

from aiohttp import web

from bot.failures import Unavailable
from bot.http.bodies import parsed, whole

# A hundred forwarded messages of 4096 signs, each written as six, and what is attached to them.
MOST_BODY = 4 * 1024 * 1024
# So much is read to see whether it is VK's; in a larger body the secret is looked for first.
SMALL_BODY = 16 * 1024
SECRET = re.compile(rb'"secret"[ \t\r\n]{0,9}:[ \t\r\n]{0,9}("(?:[^"\\]|\\.){0,300}")')
MOST_SECRETS = 8  # looked at in one body: VK's has one


class VkCallback:
    """The webhook of one community. ``take`` keeps updates; it raises Unavailable."""

    def __init__(
        self,
        group_id: int,
        secret: str | None,
        confirmation: str | None,
        take: Callable[[Sequence[Any]], Awaitable[None]],
    ) -> None:
        self._group_id = group_id
        self._secret = (secret or "").encode()
        self._confirmation = confirmation or ""
        self._take = take

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one push; it is acknowledged after it was kept."""
        body = await whole(request, MOST_BODY)
        if len(body) > SMALL_BODY and not self._is_signed(body):
            return web.Response(status=403)  # unread: that would take the loop its time
        update = parsed(body)
        if not isinstance(update, dict) or update.get("group_id") != self._group_id:
            return web.Response(status=403)
        secret = update.pop("secret", None)
        # VK may confirm an address before the secret is saved there; a wrong one never passes.
        if update.get("type") == "confirmation" and secret is None:
            return web.Response(text=self._confirmation)
        if not self._is_ours(str(secret)):
            return web.Response(status=403)
        if update.get("type") == "confirmation":
            return web.Response(text=self._confirmation)
        try:
            await self._take([update])
        except Unavailable:
            return web.Response(status=503)
        return web.Response(text="ok")

    def _is_signed(self, body: bytes) -> bool:
        """Whether our secret stands in it as such: no text of a person does, its quotes are escaped."""
        found = islice(SECRET.finditer(body), MOST_SECRETS)
        return any(self._is_ours(_unquoted(one[1])) for one in found)

    def _is_ours(self, given: str) -> bool:
        return bool(self._secret) and hmac.compare_digest(
            given.encode(errors="surrogatepass"), self._secret
        )


def _unquoted(text: bytes) -> str:
    """Return the value of a string of JSON; empty if ``text`` is none."""
    try:
        return str(json.loads(text))
    except ValueError:
        return ""
