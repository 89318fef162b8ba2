"""Nobody can make the bot ask a server of its own network."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Self

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from bot.channels.vk.adapter import VkAdapter
from bot.failures import FileGone, RetryLater
from bot.files.public_addresses import (
    NotPublic,
    PublicResolver,
    get_public,
    is_public,
    public_session,
)
from config.texts import Texts
from tests.fakes.files import MemoryFiles

TIMEOUT = aiohttp.ClientTimeout(total=10)
INNER = [
    *("127.0.0.1", "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "224.0.0.1", "мир"),  # noqa: S104
    *("2002:7f00:1::1", "255.255.255.255", "64:ff9b::10.0.0.5", "64:ff9b:1::7f00:1", "::10.0.0.5"),
]


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["87.240.132.72", "2a00:bdc0::1", "64:ff9b::87.240.132.72"])
def test_a_public_address_is_known(address: str) -> None:
    assert is_public(address)


class Door:
    """A server on this machine that nobody may be led to; it counts who comes."""

    def __init__(self) -> None:
        self.asked = 0
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(application)

    async def _answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(body=b"a secret")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    inner = Door()
    await inner.server.start_server()
    yield inner
    await inner.server.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://{host}:{port}/",
        "https://{host}:{port}/",
        "https://localhost:{port}/",
        "https://2130706433:{port}/",
        "https://0x7f.1:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://sun9-1.userapi.com@127.0.0.1:{port}/",
        "file:///etc/passwd",
        "не адрес",
        "https://[",
        "",
    ],
)
async def test_a_forged_event_leads_to_no_inner_server(door: Door, address: str) -> None:
    adapter = VkAdapter("token", 1, MemoryFiles(), Texts.load())
    url = address.format(host="127.0.0.1", port=door.server.port)

    with pytest.raises(FileGone):
        async for _ in adapter.fetch(json.dumps({"a": "photo1_1", "u": url})):
            pass

    assert door.asked == 0
    await adapter.close()


class Names(AbstractResolver):
    """Tells of each name the address that a test wants."""

    def __init__(self, **names: str) -> None:
        self.names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        at = self.names[host.partition(".")[0]]
        return [ResolveResult(hostname=host, host=at, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None: ...


async def test_a_name_that_stands_for_an_inner_address_is_not_asked(door: Door) -> None:
    resolver = PublicResolver(Names(evil="127.0.0.1", good="87.240.132.72"))

    with pytest.raises(NotPublic):
        await resolver.resolve("evil.example", door.server.port or 0)

    assert [one["host"] for one in await resolver.resolve("good.example")] == ["87.240.132.72"]


async def test_the_session_asks_that_resolver(door: Door) -> None:
    async with public_session(TIMEOUT) as http:
        with pytest.raises(NotPublic):
            await http.get(f"https://localhost:{door.server.port}/")

    assert door.asked == 0


async def test_a_redirect_to_an_inner_address_is_not_followed(
    door: Door,
) -> None:
    hops: list[str] = []

    async def lead(request: web.Request) -> web.Response:
        hops.append(request.path)
        where = {
            "/first": "https://public.example/second",
            "/second": f"http://127.0.0.1:{door.server.port}/",
        }
        return web.Response(status=302, headers={"Location": where[request.path]})

    application = web.Application()
    application.router.add_get("/{path:.*}", lead)
    async with TestServer(application) as public, aiohttp.ClientSession() as http:

        class Led:
            """A session whose public names all are that server."""

            def get(self, url: object, **options: object) -> object:
                assert options == {"allow_redirects": False}
                path = getattr(url, "path", "/")
                return http.get(public.make_url(path), allow_redirects=False)

        with pytest.raises(NotPublic):
            async with get_public(Led(), "https://public.example/first", ()):  # type: ignore[arg-type]
                pass

    assert hops == ["/first", "/second"]
    assert door.asked == 0


class Proxy:
    """A proxy of the installation, which looks names up by itself; it keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split()[1].decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    async with Proxy() as running:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{running.port}")
        monkeypatch.setenv("NO_PROXY", "")
        yield running


@pytest.mark.parametrize(
    "host",
    [
        *("localhost:5432", "db:5432", "metadata.internal", "LOCALHOST", "localhost.", "127.0.0.1"),
        *("[::1]", "evil.example", "userapi.com.evil.example", "notuserapi.com", "userapi.com.:x"),
    ],
)
async def test_a_proxy_is_asked_for_no_name_that_it_would_look_up_in_our_network(
    proxy: Proxy, host: str
) -> None:
    adapter = VkAdapter("token", 1, MemoryFiles(), Texts.load())

    with pytest.raises(FileGone):
        async for _ in adapter.fetch(json.dumps({"a": "photo1_1", "u": f"https://{host}/"})):
            pass

    assert proxy.asked == []
    await adapter.close()


async def test_a_proxy_is_asked_for_files_of_vk(proxy: Proxy) -> None:
    adapter = VkAdapter("token", 1, MemoryFiles(), Texts.load())

    with pytest.raises(RetryLater):  # it answers nothing else
        async for _ in adapter.fetch('{"a": "photo1_1", "u": "https://sun9-1.userapi.com/1.jpg"}'):
            pass

    assert proxy.asked == ["sun9-1.userapi.com:443"]
    await adapter.close()
