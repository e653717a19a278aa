"""Whose address counts behind reverse proxies."""

import pytest

from shared.http.proxies import Proxies


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ("", "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.0/8", "7.7.7.7", "1.2.3.4", "7.7.7.7"),
        ("*", "10.0.0.1", "1.2.3.4, 5.6.7.8", "1.2.3.4"),
        ("::1", "::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "10.0.0.1", "a lie", "a lie"),
    ],
)
def test_the_last_hop_that_no_trusted_proxy_has_is_the_client(
    trusted: str, peer: str, forwarded: str, client: str
) -> None:
    headers = {b"x-forwarded-for": forwarded.encode()} if forwarded else {}
    assert Proxies(trusted).client({"client": (peer, 1)}, headers) == client


def test_a_server_that_tells_no_address_is_unknown() -> None:
    assert Proxies("*").client({"client": None}, {}) == "unknown"


def test_a_trusted_proxy_must_be_an_address() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        Proxies("my-proxy")
