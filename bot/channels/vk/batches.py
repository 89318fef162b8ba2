"""Calls of VK sent together: those that wait at the same time go as one ``execute``.

dev.vk.com/method/execute, November 2026: at most 25 calls in each of 20 requests a second. A call
that fails leaves ``false`` in its place. Its error stands in ``execute_errors``, in the order of
the calls. A request whose answer is lost may be repeated: messages have their ``random_id``, and an
edit changes nothing the second time.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vk_api.utils import sjson_dumps

from bot.channels.vk.calls import Call, VkAway, VkCalls, VkError, given

MOST_CALLS = 25
MOST_CODE = 50_000  # characters of a program; VK names no limit
# The program was refused, and not one of its calls (request, compile, runtime): what is wrong with
# it shows when its calls go one by one.
PROGRAM_REFUSED = {8, 12, 13}
APART = object()


@dataclass(frozen=True, slots=True)
class _Waiting:
    method: str
    parameters: Mapping[str, Any]
    code: str
    answer: asyncio.Future[Any]

    def told(self, outcome: Any) -> None:
        """Give the response to whoever waits, or raise the error there."""
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class VkBatches:
    """Makes calls as VkCalls does, together with those that wait at the same time.

    No call is delayed to wait for others: one that is alone is sent by itself.
    """

    def __init__(self, calls: VkCalls) -> None:
        self._calls = calls
        self._waiting: deque[_Waiting] = deque()
        self._senders: set[asyncio.Task[None]] = set()
        self._in_turn = False  # one of them waits for its turn

    async def __call__(self, method: str, **parameters: Any) -> Any:
        """Return the response of a call. Raises VkError, VkAway.

        Parameters that are None are left out.
        """
        values = given(parameters)
        code = f"API.{method}({sjson_dumps(values)})"
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(method, values, code, answer))
        self._ask_for_a_turn()
        return await answer

    async def close(self) -> None:
        """Give up the calls that wait: they are tried again after the next start."""
        for sender in list(self._senders):
            sender.cancel()
        await asyncio.gather(*self._senders, return_exceptions=True)
        self._in_turn = False
        while self._waiting:
            _leave(self._waiting.popleft())

    def _ask_for_a_turn(self) -> None:
        if self._in_turn or not self._waiting:
            return
        self._in_turn = True
        sender = asyncio.create_task(self._send_some())
        self._senders.add(sender)
        sender.add_done_callback(self._senders.discard)

    async def _send_some(self) -> None:
        batch: list[_Waiting] = []
        try:
            async with self._calls.turn() as call:
                self._in_turn = False
                batch = list(self._next_batch())
                self._ask_for_a_turn()
                outcomes = await _outcomes(call, batch)
            apart = []
            for waiting, outcome in zip(batch, outcomes, strict=True):
                if outcome is APART:
                    apart.append(self._send_apart(waiting))
                else:
                    waiting.told(outcome)
            await asyncio.gather(*apart)
        finally:  # if this is cancelled, nobody waits for ever
            for waiting in batch:
                _leave(waiting)

    async def _send_apart(self, waiting: _Waiting) -> None:
        try:
            waiting.told(await self._calls(waiting.method, **waiting.parameters))
        except (VkError, VkAway) as error:
            waiting.told(error)

    def _next_batch(self) -> Iterator[_Waiting]:
        """Yield the calls of one request; those that nobody waits for any more are left out."""
        calls = size = 0
        while self._waiting and calls < MOST_CALLS:
            size += len(self._waiting[0].code)
            if calls and size > MOST_CODE:
                return
            waiting = self._waiting.popleft()
            if not waiting.answer.done():
                calls += 1
                yield waiting


async def _outcomes(call: Call, batch: Sequence[_Waiting]) -> list[Any]:
    """Return a response, an error or APART for each call; APART: it is to be sent by itself."""
    if not batch:
        return []
    try:
        if len(batch) == 1:
            return [(await call(batch[0].method, batch[0].parameters))["response"]]
        code = ",".join(waiting.code for waiting in batch)
        answer = await call("execute", {"code": f"return [{code}];"})
    except VkError as error:
        if len(batch) > 1 and error.code in PROGRAM_REFUSED:
            return [APART] * len(batch)
        return [error] * len(batch)
    except VkAway as error:
        return [error] * len(batch)
    return _told_apart(batch, answer)


def _told_apart(batch: Sequence[_Waiting], answer: Mapping[str, Any]) -> list[Any]:
    """Return the outcome of each call.

    If the list does not fit the calls, each is to be sent by itself.
    """
    responses, errors = answer["response"], list(answer.get("execute_errors") or ())
    if not isinstance(responses, list) or len(responses) != len(batch):
        return [APART] * len(batch)
    if responses.count(False) != len(errors):
        return [APART if response is False else response for response in responses]
    left = iter(errors)
    return [
        _error(waiting, next(left)) if response is False else response
        for waiting, response in zip(batch, responses, strict=True)
    ]


def _leave(waiting: _Waiting) -> None:
    waiting.told(VkAway(f"{waiting.method}: broken off"))


def _error(waiting: _Waiting, told: Mapping[str, Any]) -> VkError:
    return VkError(waiting.method, int(told["error_code"]), str(told.get("error_msg", "")))
