"""MAX's limits of calls are kept: no second has more, whenever in between the server counts."""

import asyncio
import random

import pytest

from bot.channels.max import pace
from bot.channels.max.adapter import MaxAdapter
from bot.channels.max.pace import Pace, Window, Windows
from bot.protocol import Part
from tests.channels.max.making import STAFF
from tests.fakes.max import FakeMax


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


async def test_an_answer_goes_before_the_news_of_its_chat(
    fake_max: FakeMax, adapter: MaxAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SECOND", 0.05)
    news = [
        asyncio.create_task(adapter.send(STAFF, Part(f"Карточка {number}", news=True), key=number))
        for number in range(12)
    ]
    await fake_max.until(lambda: fake_max.room(STAFF.chat).shown)
    await adapter.send(STAFF, Part("Ответ"), key=100)
    await asyncio.gather(*news)

    order = [one.text for one in fake_max.room(STAFF.chat).shown]
    assert order.index("Ответ") <= 4
    assert [text for text in order if text != "Ответ"] == [f"Карточка {n}" for n in range(12)]


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


async def test_a_bots_calls_are_never_more_in_a_second_wherever_they_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "SECOND", 0.1)
    paced, loop, counted = Pace(10), asyncio.get_running_loop(), []
    dice = random.Random(1)  # noqa: S311 - to be repeated, no secret

    async def call() -> None:
        async with paced.one():
            await asyncio.sleep(0.02 + dice.random() / 50)
            counted.append(loop.time())
            await asyncio.sleep(0.02 + dice.random() / 50)

    await asyncio.gather(*(call() for _ in range(pace.SAMPLES - 10)))
    assert max(sum(at <= one < at + 0.1 for one in counted) for at in counted) <= 10


async def test_who_somebody_waits_for_goes_before_those_that_can_wait() -> None:
    paced, order = Pace(100), []

    async def call(name: str, *, later: bool) -> None:
        async with paced.one(later=later):
            order.append(name)

    pushes = [asyncio.create_task(call(f"push {n}", later=True)) for n in range(5)]
    await asyncio.sleep(0)
    await asyncio.gather(call("answer", later=False), *pushes)

    assert order == ["push 0", "answer", *(f"push {n}" for n in range(1, 5))]


async def test_a_call_that_is_given_up_costs_no_place() -> None:
    paced = Pace(1000)

    async def call() -> None:
        async with paced.one():
            await asyncio.sleep(10)

    calls = [asyncio.create_task(call()) for _ in range(1100)]
    await asyncio.sleep(0.1)
    for one in calls:
        one.cancel()
    await asyncio.gather(*calls, return_exceptions=True)

    assert paced._under_way == 0
    async with asyncio.timeout(20), paced.one():
        pass
