"""MAX's limits of calls are kept: no second has more, whenever in between the server counts."""

import asyncio

import pytest

from bot.channels.max import pace
from bot.channels.max.pace import Window, Windows


async def started(window: Window, calls: int, takes: float) -> list[tuple[float, float]]:
    """When each of the calls began and ended, on the loop's clock."""
    loop, times = asyncio.get_running_loop(), []

    async def call() -> None:
        async with window.one():
            began = loop.time()
            await asyncio.sleep(takes)
        times.append((began, loop.time()))

    await asyncio.gather(*(call() for _ in range(calls)))
    return times


def most_in_a_second(times: list[tuple[float, float]]) -> int:
    """The most calls that any second may have counted: each at the worst moment for us."""
    moments = [began for began, _ in times]
    return max(
        sum(began <= moment < ended + pace.SECOND for began, ended in times) for moment in moments
    )


async def test_no_second_has_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "SECOND", 0.05)
    for takes in (0.0, 0.02, 0.08):
        times = await started(Window(2), 7, takes)

        assert len(times) == 7
        assert most_in_a_second(times) <= 2


async def test_calls_go_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "SECOND", 0.01)
    window, order = Window(1), []

    async def call(number: int) -> None:
        async with window.one():
            order.append(number)

    await asyncio.gather(*(call(number) for number in range(10)))
    assert order == list(range(10))


async def test_a_call_that_fails_or_is_given_up_leaves_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "SECOND", 0.01)
    window = Window(1)

    async def fails() -> None:
        async with window.one():
            raise RuntimeError

    waiting = asyncio.create_task(started(window, 1, 10))
    await asyncio.sleep(0)
    given_up = asyncio.create_task(fails())
    await asyncio.sleep(0)
    given_up.cancel()
    waiting.cancel()
    await asyncio.gather(waiting, given_up, fails(), return_exceptions=True)

    assert len(await started(window, 2, 0)) == 2


async def test_chats_do_not_wait_for_each_other_and_quiet_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "MOST_CHATS", 3)
    windows = Windows(1)
    async with windows.of("1").one():
        for chat in range(2, 20):
            async with asyncio.timeout(5), windows.of(str(chat)).one():
                pass
        busy = windows.of("1")
        monkeypatch.setattr(pace, "SECOND", 0.0)
        windows.of("20")

        assert windows.of("1") is busy
        assert len(windows._windows) <= 3
