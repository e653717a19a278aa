"""Whose address a request comes from, when reverse proxies stand in front of us.

Each proxy appends the address that it saw to `X-Forwarded-For`. The last one that no trusted proxy
has is the client; everything to the left of it was written by the client, who may write anything.

Looked at only when an address is needed (someone without a valid token). Rejected: the server's own
middleware for it, which reads the header of every request.
"""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import Scope

_UNKNOWN = "unknown"


class Proxies:
    """The proxies whose word counts.

    Args:
        trusted: Addresses and networks, comma-separated; `*` trusts every hop, for a process that
            only its proxy can reach.

    Raises:
        ValueError: One of them is no address.
    """

    def __init__(self, trusted: str = "") -> None:
        parts = [part for piece in trusted.split(",") if (part := piece.strip())]
        self._all = "*" in parts
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(part, strict=False) for part in parts if part != "*"
        ]

    def client(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """The address of whoever asks; "unknown" where the server doesn't tell."""
        peer = scope.get("client")
        address: str = peer[0] if peer else _UNKNOWN
        hops = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        while self._trusts(address) and hops and (before := hops.pop().strip()):
            address = before
        return address

    def _trusts(self, address: str) -> bool:
        if self._all:
            return True
        try:
            found = ip_address(address)
        except ValueError:  # "unknown", a socket's path, or a lie
            return False
        return any(found in network for network in self._networks)
