"""Whose file is looked through next: each owner's in turn, and who costs much comes last."""

import asyncio

import pytest

from bot.examining.turns import MOST_OF_OWNER, MOST_WAITING, Busy, Job, Turns


def job(owner: str) -> Job:
    done: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    return Job(owner, "file", None, None, done)  # type: ignore[arg-type]


async def test_one_photo_waits_for_one_file_of_each_who_came_before() -> None:
    turns = Turns(children=2)
    for _ in range(9):
        for attacker in range(20):
            turns.put(job(f"attacker {attacker}"))
    turns.put(honest := job("anna"))

    taken = [await turns.next() for _ in range(21)]

    assert taken[-1] is honest


async def test_whose_file_was_stopped_goes_behind_all_others() -> None:
    turns = Turns(children=2)
    for attacker in range(20):
        turns.put(job(f"attacker {attacker}"))
        turns.cost_much(f"attacker {attacker}")
        turns.put(job(f"attacker {attacker}"))

    first = await turns.next()
    turns.put(honest := job("anna"))

    assert first.owner == "attacker 0"
    assert await turns.next() is honest


async def test_of_two_children_one_is_free_for_whoever_comes() -> None:
    turns = Turns(children=2)
    turns.cost_much("mallory")
    turns.put(job("mallory"))
    turns.put(job("mallory"))
    behind = await turns.next()
    waiting = asyncio.create_task(turns.next())

    turns.put(honest := job("anna"))
    assert await waiting is honest

    turns.finished(behind)
    assert (await turns.next()).owner == "mallory"


async def test_the_queue_is_bounded_and_who_fills_it_makes_room() -> None:
    turns = Turns(children=2)
    for owner in range(MOST_WAITING // MOST_OF_OWNER):
        for _ in range(MOST_OF_OWNER):
            turns.put(job(f"attacker {owner}"))
    with pytest.raises(Busy):
        turns.put(job("attacker 0"))

    turns.put(job("anna"))

    taken = [(await turns.next()).owner for _ in range(6)]
    assert "anna" in taken
