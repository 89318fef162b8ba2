"""Sockets of the chat that ask, ping and babble without end: who files beside them is answered."""

import asyncio
import gc
import itertools
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector, WSCloseCode, WSMsgType
from aiohttp.web import WebSocketResponse

from bot.channels.web import sockets as web_lines
from bot.channels.web.doors.limits import PAGES_OF_ADDRESS, Turns, WebLimits
from bot.channels.web.events import Visitor
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk, utc_now
from tests.fakes.web import WebPeople, given_cookie

PERSONS = itertools.count()  # each got their cookie elsewhere
FEW = 10.0  # seconds that a test waits for what takes a moment
CONTINUED = b"\x00\x80\x00\x00\x00\x00"  # a piece of a message, of no bytes, masked
STARTED = b"\x01\x81\x00\x00\x00\x00{"


async def page(
    http: ClientSession, desk: EchoDesk, address: str = "203.0.113.7"
) -> ClientWebSocketResponse:
    """A new browser's."""
    cookie = await given_cookie(desk.url, f"192.0.2.{next(PERSONS) % 250}")
    headers = {"Origin": desk.url, "Cookie": cookie, "X-Forwarded-For": address}
    return await http.ws_connect(
        f"{desk.url}/ws/chat", headers=headers, autoping=False, compress=15
    )


async def how_it_ends(socket: ClientWebSocketResponse, seconds: float = FEW) -> object:
    """The code that the bot hung up with; None where the line just broke."""
    async with asyncio.timeout(seconds):
        while (frame := await socket.receive()).type in (WSMsgType.TEXT, WSMsgType.PONG):
            pass
    return socket.close_code if frame.type is not WSMsgType.ERROR else None


async def test_a_binary_frame_ends_the_line(guarded: EchoDesk) -> None:
    async with ClientSession() as http:
        socket = await page(http, guarded)
        await socket.send_bytes(b"\x00" * 1000)

        assert await how_it_ends(socket) == WSCloseCode.POLICY_VIOLATION


async def test_a_line_that_is_silent_is_asked_and_hung_up_on_where_nobody_answers(
    guarded: EchoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_lines, "BEAT", 0.1)
    async with ClientSession() as http:
        living, dead = await page(http, guarded), await page(http, guarded)
        async with asyncio.timeout(FEW):
            for _ in range(5):
                frame = await living.receive()
                assert frame.type is WSMsgType.PING
                await living.pong(frame.data)
            while (frame := await dead.receive()).type is WSMsgType.PING:
                pass

        assert frame.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
        assert dead.close_code in (WSCloseCode.ABNORMAL_CLOSURE, None)
        assert not living.closed


def sockets() -> list[WebSocketResponse]:
    """All that are somewhere in memory."""
    return [one for one in gc.get_objects() if isinstance(one, WebSocketResponse)]


def kept(others: set[int]) -> list[str]:
    """Who holds a socket that is in memory and not of the others."""
    gc.collect()
    held = [one for one in sockets() if id(one) not in others]
    return [repr(by)[:200] for one in held for by in gc.get_referrers(one) if by is not held]


async def test_nothing_is_kept_of_a_page_that_has_gone(guarded: EchoDesk) -> None:
    """Else whoever comes and goes a hundred times a second fills the memory."""
    others = set(map(id, sockets()))  # of tests before this one
    async with ClientSession() as http:
        leaving, broken, ended = [await page(http, guarded) for _ in range(3)]
        for socket in (leaving, broken, ended):
            await socket.send_json({"type": "hello"})
            await socket.receive(FEW)
        await leaving.close()
        broken._response.close()
        await ended.send_bytes(b"x")  # we hang up, and hear its good-bye then
        assert await how_it_ends(ended) == WSCloseCode.POLICY_VIOLATION
        for _ in range(100):  # and not a time: who collects holds up everybody
            if not kept(others):
                break
            await asyncio.sleep(0.05)
        assert not kept(others)


async def test_pings_are_answered_and_counted(guarded: EchoDesk) -> None:
    async with ClientSession() as http:
        socket = await page(http, guarded)
        await socket.ping(b"are you there")
        answer = await socket.receive(timeout=FEW)
        assert (answer.type, bytes(answer.data)) == (WSMsgType.PONG, b"are you there")
        for _ in range(1300):
            await socket.ping()

        assert await how_it_ends(socket) in (WSCloseCode.POLICY_VIOLATION, None)


async def test_frames_that_no_page_sends_end_the_line_soon(guarded: EchoDesk) -> None:
    async with ClientSession() as http:
        socket = await page(http, guarded)
        for _ in range(30):
            await socket.send_str("{}")
        refused = 0
        async with asyncio.timeout(FEW):
            while (await socket.receive()).type is WSMsgType.TEXT:
                refused += 1

        assert refused <= 20


async def test_pieces_of_a_message_without_end_are_counted_in_bytes(guarded: EchoDesk) -> None:
    async with ClientSession() as http:
        socket = await page(http, guarded)
        connection = socket._response.connection
        assert connection is not None
        transport = connection.transport
        assert transport is not None
        transport.write(STARTED)
        for _ in range(120):
            transport.write(CONTINUED * 10_000)

        assert await how_it_ends(socket) in (None, WSCloseCode.ABNORMAL_CLOSURE)
        async with WebPeople(guarded.url, twice=False) as web:
            await web.person("42").says("Яма")
            await web.person("42").sees("Вы написали: Яма")


async def test_two_hundred_babbling_sockets_of_one_address_delay_nobody(tmp_path: Path) -> None:
    guarded = EchoDesk(tmp_path, utc_now, MCU_FLOOD_LIMIT="30")
    await guarded.start()
    async with (
        ClientSession(connector=TCPConnector(limit=0)) as http,
        WebPeople(guarded.url, twice=False) as web,
    ):
        sockets = [await page(http, guarded) for _ in range(200)]

        async def babble(socket: ClientWebSocketResponse) -> None:
            for frame in ('{"type":"hello"}', "{}", "null", "[" * 500) * 50:
                try:
                    await socket.send_str(frame)
                except ConnectionError:
                    return

        babbling = [asyncio.create_task(babble(one)) for one in sockets]
        await web.person("42").says("Яма на дороге")
        await web.person("42").sees("Вы написали: Яма на дороге")
        await asyncio.gather(*babbling)
        ends = await asyncio.gather(*(how_it_ends(one, 90) for one in sockets))
        await web.person("42").says("Ещё одна")

        await web.person("42").sees("Вы написали: Ещё одна")
        assert set(ends) <= {None, WSCloseCode.POLICY_VIOLATION, WSCloseCode.ABNORMAL_CLOSURE}
    await guarded.stop()


async def test_messages_of_a_socket_are_not_packed(guarded: EchoDesk) -> None:
    async with ClientSession() as http:
        socket = await page(http, guarded)

        assert not socket.compress
        await socket.close()


async def test_a_socket_that_asks_for_a_protocol_is_refused(guarded: EchoDesk) -> None:
    headers = {"Origin": guarded.url, "Sec-WebSocket-Protocol": "mqtt"}
    async with ClientSession() as http, http.get(f"{guarded.url}/ws/chat", headers=headers) as got:
        assert got.status == 400


async def test_pages_of_all_together_have_an_end_even_without_limits_of_persons(
    tmp_path: Path,
) -> None:
    limits = WebLimits(0, utc_now, 3)
    anna = Visitor("guest.1", "", False, 0)

    with limits.page(anna, "a") as one, limits.page(anna, "b") as two, limits.page(anna, "c"):
        assert one
        assert two
        with limits.page(anna, "d") as fourth:
            assert not fourth
    with limits.page(anna, "d") as later:
        assert later


def test_one_address_has_a_part_of_the_pages_where_few_may_be_open() -> None:
    limits = WebLimits(30, utc_now, 30)
    many = [Visitor(f"guest.{n}", "", False, 0) for n in range(11)]
    held = [limits.page(one, "a") for one in many]

    assert [one.__enter__() for one in held] == [True] * 10 + [False]
    with limits.page(many[10], "b") as other:
        assert other


def test_an_address_asks_for_what_was_said_as_often_as_an_office_needs() -> None:
    limits = WebLimits(30, Clock(), PAGES_OF_ADDRESS)
    people = [Visitor(f"guest.{n}", "", False, 0) for n in range(3000)]

    taken = sum(limits.takes_read(one, "203.0.113.7") for one in people)

    assert PAGES_OF_ADDRESS < taken < 1300
    assert limits.takes_read(people[2999], "198.51.100.9")


def test_an_address_that_asks_for_pages_without_end_waits() -> None:
    limits = WebLimits(30, Clock(), PAGES_OF_ADDRESS)

    assert sum(limits.takes_request("203.0.113.7") for _ in range(5000)) == 2000
    assert limits.takes_request("198.51.100.9")


def test_frames_that_no_page_sends_use_up_what_their_address_may_say() -> None:
    limits, person = WebLimits(30, Clock(), PAGES_OF_ADDRESS), Visitor("guest.1", "", False, 0)

    for _ in range(61):  # the last one finds less than it costs
        limits.takes_frame(person, "203.0.113.7")
        limits.bad_frame("203.0.113.7")

    assert not limits.takes_frame(person, "203.0.113.7")
    assert limits.takes_frame(person, "198.51.100.9")


async def test_few_read_at_once_and_one_address_fewer() -> None:
    turns, inside, most = Turns(3, 2), {"a": 0, "b": 0}, {"a": 0, "b": 0, "all": 0}

    async def read(key: str) -> None:
        async with turns.one(key):
            inside[key] += 1
            most[key] = max(most[key], inside[key])
            most["all"] = max(most["all"], sum(inside.values()))
            await asyncio.sleep(0)
            inside[key] -= 1

    await asyncio.gather(*(read(key) for key in "ab" * 50))

    assert most == {"a": 2, "b": 2, "all": 3}
    assert not turns._own
