"""Requests to addresses that came from outside: only over HTTPS, only to the public internet.

An event names where its file lies. Whoever could forge one must not make us ask the servers of our
own network, so every address on the way is looked at: the first, those that it redirects to, and
what their names stand for at the moment of the connection.
"""

import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


class NotPublic(Exception):
    """The address is not one that we ask; its text names it not, for it may hold keys."""


class PublicResolver(AbstractResolver):
    """Finds public addresses alone. A proxy of the installation may stand in its own network."""

    def __init__(self, found_by: AbstractResolver | None = None) -> None:
        self._found_by = found_by or DefaultResolver()
        self._proxies = {urlsplit(proxy).hostname for proxy in getproxies().values()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public ones of a host's addresses. Raises NotPublic where it has none."""
        found = await self._found_by.resolve(host, port, family)
        if host in self._proxies:
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise NotPublic("a name of an inner address")
        return public

    async def close(self) -> None:
        """Give it back."""
        await self._found_by.close()


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return (inner or number).is_global and not number.is_multicast


def check_public(url: URL) -> None:
    """Raises NotPublic for what is not HTTPS, or is an inner address in figures."""
    if url.scheme != "https" or not url.host:
        raise NotPublic("not https")
    try:
        ipaddress.ip_address(url.host)
    except ValueError:
        return
    if not is_public(url.host):
        raise NotPublic("an inner address")


def public_session(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """A session that connects to public addresses alone."""
    connector = aiohttp.TCPConnector(resolver=PublicResolver())
    return aiohttp.ClientSession(timeout=timeout, trust_env=True, connector=connector)


@asynccontextmanager
async def get_public(
    http: aiohttp.ClientSession, address: str
) -> AsyncIterator[aiohttp.ClientResponse]:
    """GET along redirects, each looked at. Raises NotPublic and what aiohttp raises."""
    url = URL(address)
    for _ in range(MOST_REDIRECTS + 1):
        check_public(url)
        async with http.get(url, allow_redirects=False) as response:
            if response.status not in REDIRECTS or "Location" not in response.headers:
                yield response
                return
            url = url.join(URL(response.headers["Location"]))
    raise NotPublic("too many redirects")
