"""Places for uploads: bounded, fairly shared, and lost by who sends too slowly."""

import asyncio
from contextlib import ExitStack

from bot.channels.web.doors.receiving import GRACE, RATE, Place, Receiving
from bot.http.bodies import ends_now


class Hall:
    """Uploads that come and stay, at a time that a test sets."""

    def __init__(self, most: int) -> None:
        self.now = 0.0
        self.receiving = Receiving(most, lambda: self.now)
        self.stays = ExitStack()

    def timer(self) -> float:
        return self.now

    async def comes(self, network: str) -> Place | None:
        time = await self.stays_for()
        return self.stays.enter_context(self.receiving.one(network, time))

    async def stays_for(self) -> asyncio.Timeout:
        """The time of an upload that is under way in a task of its own."""
        begun: asyncio.Future[asyncio.Timeout] = asyncio.get_running_loop().create_future()

        async def upload() -> None:
            try:
                async with asyncio.timeout(60) as time:
                    begun.set_result(time)
                    await asyncio.Event().wait()
            except TimeoutError:
                pass

        self.task = asyncio.create_task(upload())
        return await begun


async def test_there_are_so_many_places_and_each_comes_free_again() -> None:
    hall = Hall(1)
    assert await hall.comes("a")
    assert await hall.comes("a") is None
    assert not hall.receiving.has_room("b")

    hall.stays.close()

    assert await hall.comes("b")


async def test_the_network_with_the_most_gives_way_to_others_and_not_to_itself() -> None:
    hall = Hall(4)
    big = [await hall.comes("big") for _ in range(4)]
    assert await hall.comes("big") is None

    a, b = await hall.comes("a"), await hall.comes("b")

    assert [place.gave_way for place in big if place] == [False, False, True, True]
    assert a
    assert b
    assert await hall.comes("a") is None  # it would have as many as the largest
    assert await hall.comes("c")
    assert [place.gave_way for place in big if place] == [False, True, True, True]
    assert await hall.comes("d") is None  # each has one, and sends


async def test_who_sends_too_slowly_gives_way_and_who_waits_for_us_does_not() -> None:
    hall = Hall(3)
    slow, quick, ours = [await hall.comes(network) for network in "abc"]
    assert slow
    assert quick
    assert ours
    with slow.waits(), quick.waits():
        hall.now += GRACE - 1
    slow.came(1)
    quick.came(RATE * 4)
    hall.now += 100  # which we needed to look through what came
    assert await hall.comes("d") is None

    with slow.waits(), quick.waits():
        hall.now += 2
        assert await hall.comes("d")

        assert slow.gave_way
        assert not quick.gave_way
        assert not ours.gave_way


async def test_a_time_that_is_over_is_ended_without_an_error() -> None:
    """Its block may not have heard of that yet: another request must not fail for it."""
    hall = Hall(1)
    time = await hall.stays_for()
    ends_now(time)
    await asyncio.sleep(0)  # expiring now

    ends_now(time)

    await hall.task
    assert time.expired()
    ends_now(time)
