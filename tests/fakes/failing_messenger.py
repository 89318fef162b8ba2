"""A messenger in memory that fails when told to, and remembers what it was asked."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from bot.failures import FileGone
from bot.protocol import Limits, Part
from storage.messages import Address
from tests.fakes.memory import ROOMY, MemoryMessenger, is_group


class FailingMessenger(MemoryMessenger):
    """Each send or edit first meets the next of ``errors``: an error to raise, or None.

    ``always``: an error that each of them meets until it is taken away, but for those to ``spared``.
    ``refuses``: what messages with that fragment meet in private chats; ``refuses_once``: what the
    first with that fragment meets, anywhere.
    ``holds_all``: calls wait until ``lets_go``; ``after``: errors raised after the message was shown,
    as when the connection breaks before the answer.
    """

    def __init__(
        self,
        channel: str = "telegram",
        limits: Limits = ROOMY,
        *,
        of_groups: Limits | None = None,
    ) -> None:
        super().__init__(channel, limits, of_groups=of_groups)
        self.errors: deque[Exception | None] = deque()
        self.after: deque[Exception | None] = deque()
        self.always: Exception | None = None
        self.spared: set[str] = set()
        self.refuses: dict[str, Exception] = {}
        self.refuses_once: dict[str, Exception] = {}
        self.edit_errors: deque[Exception | None] = deque()
        self.fetch_errors: deque[Exception | None] = deque()
        self.keys: list[int] = []
        self.sent: list[tuple[str, str]] = []  # chat and text, in the order of the calls
        self.times: list[float] = []  # of those
        self.fetches = 0
        self._open = asyncio.Event()
        self._open.set()
        self._called = asyncio.Condition()

    def holds_all(self) -> None:
        self._open.clear()

    def lets_go(self) -> None:
        self._open.set()

    async def calls(self, count: int) -> None:
        """Wait until there were that many sends and edits."""
        async with asyncio.timeout(20), self._called:
            await self._called.wait_for(lambda: len(self.sent) >= count)

    async def _call(self, to: Address, part: Part, errors: deque[Exception | None]) -> None:
        async with self._called:
            self.sent.append((to.chat, part.text))
            self.times.append(asyncio.get_running_loop().time())
            self._called.notify_all()
        await self._open.wait()
        if self.always and to.chat not in self.spared:
            raise self.always
        for fragment, refusal in self.refuses.items():
            if fragment in part.text and not is_group(to.chat):
                raise refusal
        for fragment in [one for one in self.refuses_once if one in part.text]:
            raise self.refuses_once.pop(fragment)
        if errors and (error := errors.popleft()):
            raise error

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        self.keys.append(key)
        await self._call(to, part, self.errors)
        ids = await super().send(to, part, key=key, reply_to=reply_to)
        if self.after and (error := self.after.popleft()):
            raise error
        return ids

    async def edit(self, to: Address, message: str, part: Part) -> None:
        await self._call(to, part, self.edit_errors)
        await super().edit(to, message, part)

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        self.fetches += 1
        if self.fetch_errors and (error := self.fetch_errors.popleft()):
            raise error
        content = self.contents.get(ref)
        if content is None:
            raise FileGone(ref)
        for start in range(0, len(content), 1024 * 1024):
            yield content[start : start + 1024 * 1024]
