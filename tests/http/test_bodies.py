"""Bodies that are drawn out, too many or too large: they are refused unread, the others are served."""

import asyncio
import gzip
import time

import pytest

from tests.support.servers.doorway import POST, SHORT, doorway, is_served


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
