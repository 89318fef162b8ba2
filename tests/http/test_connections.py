"""Connections, heads and bodies that are drawn out, too many or too large: the others are served."""

import asyncio
import gc
import gzip
import resource
import time
import weakref
from pathlib import Path

import pytest

from bot.http.connection import Connection, Patience
from bot.system import descriptors
from tests.support.servers.doorway import Doorway, doorway
from tests.support.towns.live import live_town

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n"
SHORT = Patience(head=0.3, body=0.3, upload=30.0, slow=0.3, unread=0.3, closing=0.3)


async def is_served(here: Doorway) -> bool:
    return b" 200 " in await here.asks(HEALTH)


# Connections


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


# Bodies


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (b"/json", b"Content-Type: application/json"),
        (b"/json", b"Content-Type: multipart/form-data; boundary=b"),
        (b"/form", b"Content-Type: application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("length", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
async def test_a_body_that_comes_drop_by_drop_is_given_up(
    path: bytes, headers: bytes, length: bytes
) -> None:
    async with doorway(body_seconds=0.2) as here:
        peer = await here.knocks()
        await peer.says(POST % (path, headers + b"\r\n" + length) + b"1\r\nd\r\n")

        assert b" 408 " in await peer.hears()
        assert await peer.is_hung_up_on()
        assert await is_served(here)
        assert here.heard == []


async def test_bodies_that_take_long_give_way_to_one_that_is_here_at_once() -> None:
    """A messenger's push comes through beside any number of bodies that others draw out."""
    rest = POST % (b"/json", b"Content-Length: 1000") + b'"' + b"x" * 900
    async with doorway(coming=4000) as here:
        slow = []
        for _ in range(10):
            slow.append(await here.knocks())
            await slow[-1].says(rest)
        push = POST % (b"/json", b"Content-Length: 1000") + b'"' + b"y" * 998 + b'"'
        assert b" 200 " in await here.asks(push)

        assert b" 408 " in await slow[0].hears()
        await slow[-1].says(b"x" * 98 + b'"')
        assert b" 200 " in await slow[-1].hears()  # the others had room
    assert here.heard == ["y" * 998, "x" * 998]


async def test_an_upload_in_drops_is_given_up_and_a_slow_one_is_not() -> None:
    async with doorway(patience=SHORT) as here:
        drops, slow = await here.knocks(), await here.knocks()
        await drops.says(POST % (b"/upload", b"Content-Length: 1000000") + b"d")
        await slow.says(POST % (b"/upload", b"Content-Length: 40000"))
        for _ in range(10):  # a tenth of a second each: more than the others have
            await slow.says(b"x" * 4000)
            await asyncio.sleep(0.1)

        assert b" 200 " in await slow.hears()
        assert await drops.is_hung_up_on()
        assert here.heard == [40000]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (b"/json", b"Content-Length: 1025", b" 413 "),
        (b"/json", b"Content-Length: 100000000", b" 413 "),
        (b"/forbidden", b"Content-Length: 100000000", b" 403 "),
        (b"/nowhere", b"Content-Length: 100000000", b" 404 "),
        (b"/healthz", b"Content-Length: 100000000", b" 405 "),
        (b"/form", b"Content-Length: 100000000\r\nContent-Type: multipart/form-data", b" 415 "),
        (b"/json", b"Content-Length: 100000000\r\nContent-Encoding: gzip", b" 415 "),
        (b"/nowhere", b"Content-Length: 100000000\r\nContent-Encoding: br", b" 415 "),
        (b"/nowhere", b"Transfer-Encoding: chunked\r\nContent-Encoding: x", b" 415 "),
    ],
)
async def test_what_is_refused_is_refused_before_its_body_which_is_not_read(
    path: bytes, headers: bytes, status: bytes
) -> None:
    async with doorway() as here:
        peer = await here.knocks()
        await peer.says(POST % (path, headers))

        assert status in await peer.hears()  # nothing of the body was sent
        sent = 0
        while not peer.writer.transport.is_closing() and sent < 50_000_000:
            await peer.says(b"x" * 65536)
            sent += 65536
        assert sent < 20_000_000  # what the system's buffers hold
        assert await peer.is_hung_up_on()


async def test_who_sends_on_after_a_refusal_can_read_it() -> None:
    """A browser, a messenger: it looks for the answer while or after it sends."""
    async with doorway() as here:
        peer = await here.knocks()
        peer.reader._transport.pause_reading()  # type: ignore[attr-defined]
        peer.writer.write(POST % (b"/json", b"Content-Length: 100000000"))
        peer.writer.write(b"x" * 50_000_000)  # as much as the line takes
        await asyncio.sleep(0.5)
        peer.reader._transport.resume_reading()  # type: ignore[attr-defined]

        assert b" 413 " in await peer.hears()
        assert peer.writer.transport.get_write_buffer_size()
        assert await peer.is_hung_up_on()
        assert here.heard == []


async def test_chunks_count_too_and_nothing_is_unpacked() -> None:
    async with doorway() as here:
        chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
        start = POST % (b"/json", b"Transfer-Encoding: chunked")
        bomb = gzip.compress(b"0" * 10_000_000)
        length = b"Content-Length: %d" % len(bomb)

        assert b" 413 " in await here.asks(start + chunk * 2)
        before = time.process_time()
        packed = POST % (b"/json", b"Content-Encoding: gzip\r\n" + length)
        assert b" 415 " in await here.asks(packed + bomb)
        assert b" 400 " in await here.asks(POST % (b"/nowhere", b"Content-Encoding: gzip, \xff"))
        assert time.process_time() - before < 5
        assert here.heard == []


async def test_a_form_has_few_fields() -> None:
    async with doorway() as here:
        kind = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d"

        assert b" 200 " in await here.asks(POST % (b"/form", kind % 7) + b"a=1&b=%D1%8F"[:7])
        body = b"&".join([b"a=1"] * 21)
        assert b" 400 " in await here.asks(POST % (b"/form", kind % len(body)) + body)


# Answers


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
