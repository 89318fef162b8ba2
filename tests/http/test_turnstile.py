"""Requests go in as fast as the loop keeps up with, and beyond that one address after the other."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.http import turnstile
from bot.http.turnstile import Asker, Turnstile


class Loop:
    """Says how late it is."""

    def __init__(self) -> None:
        self.late = 0.0

    def __call__(self, _seen: float) -> float:
        return self.late


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
async def door(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Turnstile]:
    monkeypatch.setattr(turnstile, "TICK", 0.01)
    door = Turnstile(loop)
    yield door
    door.close()


async def is_busy(door: Turnstile, loop: Loop) -> None:
    """The loop has been late for long enough, and somebody takes what is free."""
    loop.late = 1.0
    assert await door.enter("first")
    await asyncio.sleep(0.6)


async def test_while_the_loop_keeps_up_nobody_waits(door: Turnstile) -> None:
    for n in range(15):
        asked = asyncio.ensure_future(door.enter(f"{n % 3}"))
        await asyncio.sleep(0)
        assert asked.done()


async def test_where_it_is_late_one_address_holds_up_no_other(door: Turnstile, loop: Loop) -> None:
    await is_busy(door, loop)
    entered: list[str] = []

    async def asks(address: str) -> None:
        assert await door.enter(address)
        entered.append(address)

    many = [asyncio.create_task(asks("many")) for _ in range(20)]
    await asyncio.sleep(0)
    few = [asyncio.create_task(asks("few")) for _ in range(2)]
    await asyncio.gather(*few)

    assert entered.count("many") <= 4
    loop.late = 0.0
    await asyncio.gather(*many)


async def test_who_knocks_without_end_holds_up_nobody_else(
    door: Turnstile, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile, "SLOWER", 0.0)
    await is_busy(door, loop)
    strangers = [asyncio.create_task(door.enter(f"{n}")) for n in range(200)]
    await asyncio.sleep(0)
    others = [Asker.KNOWN] * 5 + [Asker.MODEST] * 2
    await asyncio.gather(*(door.enter(f"{n}", asker) for n, asker in enumerate(others)))

    assert sum(one.done() for one in strangers) <= 20
    loop.late = 0.0
    assert all(await asyncio.gather(*strangers))


async def test_what_is_turned_away_is_not_remembered(
    door: Turnstile, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await is_busy(door, loop)
    monkeypatch.setattr(turnstile, "MOST_WAITING", 3)
    waiting = [asyncio.create_task(door.enter("many")) for _ in range(4)]
    await asyncio.sleep(0)
    for n in range(50):
        assert not await door.enter(f"{n}")

    assert len(door._lanes[Asker.PRESSING]._waiting) == 1
    loop.late = 0.0
    await asyncio.gather(*waiting)


async def test_who_waits_too_long_or_in_too_long_a_row_is_told_to_come_later(
    door: Turnstile, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await is_busy(door, loop)
    monkeypatch.setattr(turnstile, "PATIENCE", 0.2)
    monkeypatch.setattr(door._lanes[Asker.PRESSING], "_least", 0.001)
    monkeypatch.setattr(turnstile, "SLOWER", 0.0)
    await asyncio.sleep(0.1)
    asked = [asyncio.create_task(door.enter("many")) for _ in range(turnstile.MOST_OF_ADDRESS + 5)]
    outcomes = await asyncio.gather(*asked)

    assert outcomes.count(False) >= turnstile.MOST_OF_ADDRESS
    loop.late = 0.0
    monkeypatch.setattr(turnstile, "PATIENCE", 20.0)
    assert await door.enter("late")  # none of those who left stands in the way


async def test_a_page_that_gives_up_leaves_its_place(door: Turnstile, loop: Loop) -> None:
    await is_busy(door, loop)
    asked = [asyncio.create_task(door.enter("many")) for _ in range(30)]
    await asyncio.sleep(0)
    for one in asked:
        one.cancel()
    await asyncio.gather(*asked, return_exceptions=True)

    async with asyncio.timeout(5):
        assert await door.enter("other")
