"""How a batch of updates comes to the inbox."""

import asyncio
import inspect

import pytest

from bot.failures import Unavailable
from bot.inbox.bringing import Taking, bring


class Desk:
    """Keeps what it is brought once its transaction is over."""

    def __init__(self) -> None:
        self.waits: list[str] = []
        self.kept: list[str] = []
        self.over = asyncio.Event()
        self.away: set[str] = set()

    def takes(self, private: bool, chat: str, *names: str) -> list[tuple[bool, str, Taking]]:
        return [(private, chat, self._takes(name)) for name in names]

    async def _takes(self, name: str) -> None:
        self.waits.append(name)
        await self.over.wait()
        if name in self.away:
            raise Unavailable(name)
        self.kept.append(name)


async def test_who_presses_without_end_holds_up_nobody_else_of_the_batch() -> None:
    """One transaction for all of them: not one after the other."""
    desk, many = Desk(), [f"a{n}" for n in range(50)]
    bringing = asyncio.create_task(
        bring([*desk.takes(True, "1", *many), *desk.takes(True, "2", "b")])
    )
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert [one for one in desk.waits if one != "b"] == many  # in their order, none kept yet
    assert "b" in desk.waits
    desk.over.set()
    await bringing
    assert len(desk.kept) == 51


async def test_of_a_group_one_comes_after_the_other() -> None:
    desk = Desk()
    bringing = asyncio.create_task(bring(desk.takes(False, "1", "a", "b")))
    await asyncio.sleep(0.01)

    assert desk.waits == ["a"]
    desk.over.set()
    await bringing
    assert desk.kept == ["a", "b"]


@pytest.mark.parametrize("private", [True, False])
async def test_a_failure_is_told_once_all_are_through(private: bool) -> None:
    desk = Desk()
    desk.away = {"a"}
    desk.over.set()

    with pytest.raises(Unavailable):
        await bring([*desk.takes(private, "1", "a", "b"), *desk.takes(True, "2", "c")])

    assert desk.kept == (["b", "c"] if private else ["c"])


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.filterwarnings("error::RuntimeWarning")
async def test_what_is_given_up_before_it_began_leaves_nothing_open(private: bool) -> None:
    desk = Desk()
    arrived = desk.takes(private, "1", "a", "b")
    bringing = asyncio.create_task(bring(arrived))
    await asyncio.sleep(0)  # it has begun, and of what it brings nothing has
    bringing.cancel()
    await asyncio.gather(bringing, return_exceptions=True)

    assert [inspect.getcoroutinestate(one) for _, _, one in arrived] == [inspect.CORO_CLOSED] * 2
