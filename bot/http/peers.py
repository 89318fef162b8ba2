"""Addresses of peers: which are proxies of ours, and which count as one address."""

from ipaddress import IPv4Address, IPv6Address, ip_address

Peer = IPv4Address | IPv6Address


def parsed(text: str) -> Peer | None:
    """Return the address, an IPv4 one also if it is written as IPv6; None if it is no address."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def is_near(peer: Peer) -> bool:
    """Whether the address is of this machine or of a private network, as our proxies' are."""
    return peer.is_loopback or peer.is_private


def place_of(peer: Peer) -> str:
    """The text by which an address is counted: an IPv4 address, or the /64 of an IPv6 one."""
    if isinstance(peer, IPv6Address):
        return f"{IPv6Address(int(peer) >> 64 << 64)}/64"
    return str(peer)
