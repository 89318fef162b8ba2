"""A second of work for a browser before its first filing, if very much comes from its address.

A person waits a moment, once. Somebody who makes up thousands of people pays for each of them. The
page's side is ``work.js``.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from bot.channels.web.doors.seal import Seal

BITS = 17  # 131 072 hashes on average: a second or two of an old phone


class ProofOfWork:
    """A task for each account and day, the same on all replicas; none is kept."""

    def __init__(self, seal: Seal, clock: Callable[[], datetime]) -> None:
        self._seal = seal
        self._clock = clock

    async def task(self, account: str) -> str:
        """Return today's task for the browser of ``account``."""
        return await self._seal.challenge(account, self._clock().date().isoformat())

    async def is_done(self, account: str, task: str, answer: str) -> bool:
        """Whether ``task`` is today's for ``account``, and ``answer`` solves it."""
        right = hmac.compare_digest(task.encode(), (await self.task(account)).encode())
        return right and is_solved(task, answer)


def is_solved(task: str, answer: str) -> bool:
    """Whether the hash of ``task`` and ``answer`` begins with ``BITS`` bits of zero."""
    digest = hashlib.sha256(f"{task}:{answer}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS) == 0
