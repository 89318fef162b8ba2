"""Requests to addresses that came from outside: only over HTTPS, only to the public internet.

An event names where its file lies. Whoever could forge one must not make us ask the servers of our
own network, so every address on the way is looked at: the first, those that it redirects to, and
what their names stand for at the moment of the connection. A proxy of the installation looks names
up by itself, where we cannot see what they stand for: it is asked for names of known owners alone.
"""

import ipaddress
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
# Addresses of IPv6 whose last four bytes are one of IPv4: NAT64 (RFC 6052, 8215), IPv4-compatible.
HOLD_IPV4 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


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
    inner = _held_in(number) if isinstance(number, ipaddress.IPv6Address) else None
    return (inner or number).is_global and not number.is_multicast


def _held_in(number: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that it leads to."""
    if any(number in network for network in HOLD_IPV4):
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour


def check_public(url: URL, owners: Collection[str]) -> None:
    """Raises NotPublic for what is not HTTPS, or is an inner address in figures.

    ``owners``: the domains that a proxy of the installation may be asked for.
    """
    if url.scheme != "https" or not url.host:
        raise NotPublic("not https")
    if _goes_through_a_proxy(url) and not is_of(url.host, owners):
        raise NotPublic("not a known owner's, and a proxy would look it up")
    try:
        ipaddress.ip_address(url.host)
    except ValueError:
        return
    if not is_public(url.host):
        raise NotPublic("an inner address")


def is_of(host: str, owners: Collection[str]) -> bool:
    """Whether a name is one of these domains or lies in it."""
    name = host.lower().removesuffix(".")
    return any(name == owner or name.endswith(f".{owner}") for owner in owners)


def _goes_through_a_proxy(url: URL) -> bool:
    return url.scheme in getproxies() and not proxy_bypass(url.host or "")


def public_session(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """A session that connects to public addresses alone."""
    connector = aiohttp.TCPConnector(resolver=PublicResolver())
    return aiohttp.ClientSession(timeout=timeout, trust_env=True, connector=connector)


@asynccontextmanager
async def get_public(
    http: aiohttp.ClientSession, address: str, owners: Collection[str]
) -> AsyncIterator[aiohttp.ClientResponse]:
    """GET along redirects, each looked at (see ``check_public``).

    Raises NotPublic and what aiohttp raises.
    """
    url = URL(address)
    for _ in range(MOST_REDIRECTS + 1):
        check_public(url, owners)
        async with http.get(url, allow_redirects=False) as response:
            if response.status not in REDIRECTS or "Location" not in response.headers:
                yield response
                return
            url = url.join(URL(response.headers["Location"]))
    raise NotPublic("too many redirects")
