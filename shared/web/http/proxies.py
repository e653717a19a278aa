"""Whose address a request comes from, when reverse proxies stand in front of us.

Each proxy appends the address that it saw to `X-Forwarded-For`. The last one that no trusted proxy
has is the client; everything to the left of it was written by the client, who may write anything.

Addresses are parsed, never compared as text: with a port or without, an IPv4 address mapped into
IPv6 (`::ffff:127.0.0.1`), and the many spellings of one IPv6 address are each one address. Of an
IPv6 address only the first 64 bits tell clients apart: the rest is the client's own to choose, and
choosing anew for each request would be a new client each time.

Looked at only when an address is needed (someone without a valid token). Rejected: the server's own
middleware for it, which reads the header of every request.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

_UNKNOWN = "unknown"
_SUBNET = 64  # bits of an IPv6 address that a provider gives out at least to one client
_MAPPED = 96  # bits in front of an IPv4 address that is mapped into IPv6

Address = IPv4Address | IPv6Address

# `1.2.3.4:5678`, `[2001:db8::1]` and `[2001:db8::1]:5678`, as RFC 7239 and many proxies write them.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d{1,5})?|(?P<four>[0-9.]+):\d{1,5}")


def parse_address(text: str) -> Address | None:
    """The address that a text names, port or not; None for anything else.

    An IPv4 address that is mapped into IPv6 is the IPv4 address.
    """
    text = text.strip()
    found = _WITH_PORT.fullmatch(text)
    if found is not None:
        text = found["six"] if found["six"] is not None else found["four"]
    try:
        address = ip_address(text.partition("%")[0])  # a zone is this machine's name of a network
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def client_key(address: Address) -> str:
    """What requests of one client have in common: the IPv4 address, or the IPv6 network."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, _SUBNET), strict=False))


def _network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED))


class Proxies:
    """The proxies whose word on the client's address counts.

    Args:
        trusted: Addresses and networks, comma-separated. `*` believes whoever is connected to us,
            and nobody further away: for a process that only one proxy can reach.

    Raises:
        ValueError: One of them is no address.
    """

    def __init__(self, trusted: str = "") -> None:
        parts = [part for piece in trusted.split(",") if (part := piece.strip())]
        self._whoever_connects = "*" in parts
        self._networks = [_network(part) for part in parts if part != "*"]

    def client(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """The client whose request this is, as `client_key`; "unknown" if the server can't tell.

        A hop that is no address was written by whoever is to the right of it, who therefore counts.
        """
        peer = scope.get("client")
        address = parse_address(peer[0]) if peer else None
        if address is None:
            return _UNKNOWN
        if not (self._whoever_connects or self._trusts(address)):
            return client_key(address)
        hops = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        for hop in reversed([hop for hop in hops if hop.strip()]):
            before = parse_address(hop)
            if before is None:
                break
            address = before
            if not self._trusts(address):
                break
        return client_key(address)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)
