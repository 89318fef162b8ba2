"""Connections that are silent, drawn out or too many: the others are served."""

import asyncio
import gc
import resource
import weakref
from pathlib import Path

import pytest

from bot.http.connection import Connection
from bot.system import descriptors
from tests.support.servers.doorway import HEALTH, SHORT, Doorway, doorway, is_served
from tests.support.towns.live import live_town


async def test_silent_connections_give_way_to_who_has_something_to_ask() -> None:
    async with doorway(most=20) as here:
        silent = [await here.knocks() for _ in range(20)]
        page = await here.knocks()  # the twenty came just now: they keep their places
        assert await page.is_hung_up_on()

        async with asyncio.timeout(20):
            while not await is_served(here):
                pass
        assert await silent[0].is_hung_up_on()


async def test_a_page_that_was_opened_before_goes_on_in_a_flood_of_connections() -> None:
    async with doorway(most=20) as here:
        page = await here.knocks()
        await page.says(HEALTH)
        assert b" 200 " in await page.hears()

        for _ in range(200):
            await here.knocks()
        await page.says(HEALTH)

        assert b" 200 " in await page.hears()


async def test_one_address_gets_a_part_of_the_connections_and_a_proxy_all() -> None:
    async with doorway(most=20, near=lambda _peer: False) as here:
        few = [await here.knocks() for _ in range(5)]
        for peer in few:
            await peer.says(HEALTH)
            assert b" 200 " in await peer.hears()
        assert await (await here.knocks()).is_hung_up_on()
    async with doorway(most=20) as here:
        many = [await here.knocks() for _ in range(20)]
        for peer in many:
            await peer.says(HEALTH)
            assert b" 200 " in await peer.hears()


async def test_nothing_is_made_for_a_connection_before_it_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Connection] = []
    come = Connection.connection_made

    def noted(self: Connection, transport: asyncio.BaseTransport) -> None:
        made.append(self)
        come(self, transport)

    monkeypatch.setattr(Connection, "connection_made", noted)
    async with doorway(patience=SHORT) as here:
        silent = [await here.knocks() for _ in range(10)]
        gone = await here.knocks()
        gone.writer.transport.abort()
        speaks = await here.knocks()
        await speaks.says(HEALTH)

        assert b" 200 " in await speaks.hears()
        for peer in silent:  # nor has it more time than others for the head of a request
            assert await peer.is_hung_up_on()
    assert len(made) == 1


async def test_what_was_made_for_a_connection_goes_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And not with a collection of garbage: that is far off, and connections are many."""
    made: list[weakref.ref[object]] = []
    come = Connection.connection_made

    def noted(self: Connection, transport: asyncio.BaseTransport) -> None:
        made.extend(map(weakref.ref, (self, transport)))
        come(self, transport)

    monkeypatch.setattr(Connection, "connection_made", noted)
    async with doorway(patience=SHORT) as here:
        gc.disable()
        try:
            assert await is_served(here)
            cut = await here.knocks()
            await cut.says(HEALTH[:20])
            assert await cut.is_hung_up_on()
            for _ in range(100):
                if not any(one() for one in made):
                    break
                await asyncio.sleep(0.05)
            assert [one() for one in made] == [None] * 4
        finally:
            gc.enable()


async def test_what_is_closed_makes_room_again() -> None:
    async with doorway(most=5) as here:
        for _ in range(50):
            assert await is_served(here)


async def test_a_head_that_does_not_come_or_comes_in_drops_is_given_up() -> None:
    async with doorway(patience=SHORT) as here:
        nothing, drops, second = [await here.knocks() for _ in range(3)]
        await second.says(HEALTH)
        assert b" 200 " in await second.hears()
        await second.says(b"GET /he")

        async def drip() -> None:
            for sign in b"GET / HTTP/1.1\r\nX: " + b"a" * 10_000:
                await drops.says(bytes([sign]))
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        assert await nothing.is_hung_up_on()
        assert await second.is_hung_up_on()
        assert await drops.is_hung_up_on()
        dripping.cancel()
        assert await is_served(here)


async def test_a_quiet_connection_between_two_requests_is_left_in_peace() -> None:
    async with doorway(patience=SHORT) as here:
        page, other = await here.knocks(), await here.knocks()
        await page.says(HEALTH)
        assert b" 200 " in await page.hears()
        assert await other.is_hung_up_on()  # that long it was quiet

        await page.says(HEALTH)

        assert b" 200 " in await page.hears()


async def test_who_does_not_read_an_answer_is_hung_up_on() -> None:
    async with doorway(patience=SHORT) as here:
        peer = await here.knocks()
        peer.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await peer.says(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")

        async with asyncio.timeout(20):
            await here.waits.wait()
        assert await is_served(here)
        peer.writer.transport.abort()


# Descriptors


def test_the_limit_of_open_files_is_raised_as_far_as_it_may() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
        assert descriptors.raise_limit() == min(hard, descriptors.WANTED)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("files", [64, 256, 1024, 4096, 65_536])
def test_connections_leave_room_for_the_rest(files: int) -> None:
    room = descriptors.connections(files)

    assert 16 <= room <= files - min(256, files // 2)
    assert 0 < descriptors.pages(files) < room


async def test_a_thousand_idle_connections_keep_nobody_out_of_a_small_process(
    tmp_path: Path,
) -> None:
    """The finding's own attack: 1,100 connections that say nothing where 1,024 files may be open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip("the test itself needs more open files")
    async with live_town(
        tmp_path, channels={"web"}, staff="web", environ={"MCU_FLOOD_LIMIT": "30"}
    ) as town:
        resource.prlimit(town.process.pid, resource.RLIMIT_NOFILE, (300, 1024))
        here = Doorway(town.process.port)
        for _ in range(1100):
            await here.knocks()
        async with asyncio.timeout(60):
            while b" 200 " not in await here.asks(HEALTH):
                pass
        await here.leaves()
        async with asyncio.timeout(60):
            while b" 200 " not in await here.asks(HEALTH):
                pass
        await here.leaves()
        assert await town.process.stop() == 0

        lines = [line for line in town.process.output.splitlines() if "accept" in line]
        assert len(lines) < 5
        assert [line for line in town.process.troubles() if "level=warning" not in line] == []
