"""Addresses of those who connect: which of them is a proxy of ours, and which are one place."""

from ipaddress import IPv4Address, IPv6Address, ip_address

Peer = IPv4Address | IPv6Address


def parsed(text: str) -> Peer | None:
    """The address; an IPv4 one however it was written. None: it is none."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def is_near(peer: Peer) -> bool:
    """Whether it is of this machine or of a private network: there our proxies stand."""
    return peer.is_loopback or peer.is_private


def place_of(peer: Peer) -> str:
    """What counts as one address: of IPv6 a whole /64."""
    if isinstance(peer, IPv6Address):
        return f"{IPv6Address(int(peer) >> 64 << 64)}/64"
    return str(peer)
