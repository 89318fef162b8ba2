"""Make requests to addresses from outside: only by HTTPS, and only to the public internet.

An event names the address of its file. Whoever could forge one must not make us ask the servers of
our own network. So every address on the way is checked: the first, those it redirects to, and those
their names stand for at the moment of the connection. A proxy of the installation looks names up by
itself, and we cannot see the result: it is asked only for names of known owners.
"""

import ipaddress
import socket
import ssl
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
# For the files of messengers, whichever server has them.
OF_FILES = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=60)


class NotPublic(Exception):
    """We do not ask this address. The message does not name it, for it may hold keys."""


class PublicResolver(AbstractResolver):
    """Finds public addresses only. A proxy of the installation may be in its own network."""

    def __init__(self, found_by: AbstractResolver | None = None) -> None:
        self._found_by = found_by or DefaultResolver()
        self._proxies = {urlsplit(proxy).hostname for proxy in getproxies().values()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the public addresses of ``host``. Raises NotPublic if it has none."""
        found = await self._found_by.resolve(host, port, family)
        if host in self._proxies:
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise NotPublic("a name of an inner address")
        return public

    async def close(self) -> None:
        """Close the resolver below."""
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
    """Raise NotPublic if ``url`` is not HTTPS, or is an inner address in figures.

    ``owners``: the domains for which a proxy of the installation may be asked.
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
    """Whether ``host`` is one of the domains ``owners``, or in one of them."""
    name = host.lower().removesuffix(".")
    return any(name == owner or name.endswith(f".{owner}") for owner in owners)


def _goes_through_a_proxy(url: URL) -> bool:
    return url.scheme in getproxies() and not proxy_bypass(url.host or "")


def public_session(
    timeout: aiohttp.ClientTimeout = OF_FILES, trust: ssl.SSLContext | None = None
) -> aiohttp.ClientSession:
    """Return a session that connects to public addresses only; ``trust`` None: the default one."""
    connector = aiohttp.TCPConnector(resolver=PublicResolver(), ssl=trust or True)
    return aiohttp.ClientSession(timeout=timeout, trust_env=True, connector=connector)


@asynccontextmanager
async def get_public(
    http: aiohttp.ClientSession, address: str, owners: Collection[str]
) -> AsyncIterator[aiohttp.ClientResponse]:
    """GET ``address`` and follow redirects, each checked by ``check_public``.

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
