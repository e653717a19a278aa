"""Whose address counts behind reverse proxies."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.http.proxies import Proxies, parse_address


def client_of(trusted: str, peer: str, forwarded: str) -> str:
    headers = {b"x-forwarded-for": forwarded.encode()} if forwarded else {}
    return Proxies(trusted).client({"client": (peer, 1)}, headers)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ("", "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4,, 10.0.0.2, ", "1.2.3.4"),
        ("10.0.0.0/8", "7.7.7.7", "1.2.3.4", "7.7.7.7"),
        ("::1", "::1", "2001:db8::7", "2001:db8::/64"),
    ],
)
def test_the_last_hop_that_no_trusted_proxy_has_is_the_client(
    trusted: str, peer: str, forwarded: str, client: str
) -> None:
    assert client_of(trusted, peer, forwarded) == client


@pytest.mark.parametrize(
    ("trusted", "forwarded", "client"),
    [
        ("*", "1.2.3.4, 203.0.113.7", "203.0.113.7"),
        ("*", "203.0.113.7", "203.0.113.7"),
        ("*", "", "10.0.0.1"),
        ("*,10.1.0.0/16", "1.2.3.4, 203.0.113.7, 10.1.0.9", "203.0.113.7"),
    ],
)
def test_a_star_believes_one_hop_and_never_what_the_client_wrote(
    trusted: str, forwarded: str, client: str
) -> None:
    assert client_of(trusted, "10.0.0.1", forwarded) == client


@pytest.mark.parametrize("hop", ["203.0.113.7", "203.0.113.7:51234", "::ffff:203.0.113.7"])
def test_an_ipv4_address_is_one_client_however_it_is_written(hop: str) -> None:
    assert client_of("10.0.0.1", "10.0.0.1", hop) == "203.0.113.7"


@pytest.mark.parametrize(
    "hop",
    [
        "2001:db8::7",
        "2001:DB8:0:0:0:0:0:7",
        "[2001:db8::7]",
        "[2001:db8::7]:443",
        "2001:db8::7%eth0",
        "2001:db8::dead:beef",
        "2001:db8:0:0:1::",
    ],
)
def test_an_ipv6_network_is_one_client_however_its_addresses_are_written(hop: str) -> None:
    assert client_of("10.0.0.1", "10.0.0.1", hop) == "2001:db8::/64"


@pytest.mark.parametrize("trusted", ["127.0.0.1", "::ffff:127.0.0.1", "::ffff:127.0.0.0/104"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_a_trusted_proxy_is_known_in_ipv6_clothes_too(trusted: str, peer: str) -> None:
    assert client_of(trusted, peer, "1.2.3.4") == "1.2.3.4"


@pytest.mark.parametrize("hop", ["a lie", "unknown", "_hidden", "1.2.3.4:x", "[::1", "1.2.3"])
def test_where_a_hop_is_no_address_the_proxy_that_wrote_it_counts(hop: str) -> None:
    assert client_of("10.0.0.0/8", "10.0.0.1", f"1.2.3.4, {hop}, 10.0.0.2") == "10.0.0.2"


@given(st.ip_addresses(), st.integers(0, 65535))
def test_a_port_never_makes_another_client(address: IPv4Address | IPv6Address, port: int) -> None:
    with_port = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    parsed = parse_address(with_port)
    assert parsed is not None
    assert parsed == parse_address(str(address))


def test_a_server_that_tells_no_address_is_unknown() -> None:
    assert Proxies("*").client({"client": None}, {}) == "unknown"


def test_a_trusted_proxy_must_be_an_address() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        Proxies("my-proxy")
